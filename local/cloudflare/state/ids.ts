import { createHash, randomBytes } from "node:crypto";

/** A new identifier: 32 lower-case hex digits, as all of Cloudflare's are. */
export function newId(): string {
    return randomBytes(16).toString("hex");
}

let rays = 0;

/** A request's ID as `cf-ray` begins with it: 16 hex digits. Counted, since visits are many and chance costs time. */
export function newRay(): string {
    rays += 1;
    return rays.toString(16).padStart(16, "0");
}

/** Whether some text is an identifier. */
export function isId(value: string): boolean {
    return /^[0-9a-f]{32}$/.test(value);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * A new secret: prefix, 40 characters, and where the real ones end in a checksum, eight zeros. A scanner that checks
 * the sum, as GitHub's does, can tell that this is none of Cloudflare's.
 * https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
 */
export function newSecret(prefix: "cfut_" | "cfat_" | "cfk_"): string {
    const characters = [...randomBytes(40)].map((byte) => LETTERS[byte % LETTERS.length]);
    return `${prefix}${characters.join("")}00000000`;
}

/** What is kept of a secret. */
export function digest(secret: string): string {
    return createHash("sha256").update(secret).digest("hex");
}
