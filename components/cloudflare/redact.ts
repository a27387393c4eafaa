import type { Credential } from "./credential";

/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/** Shorter "secrets" are words by accident, and no credential of Cloudflare is that short. */
const SHORTEST = 4;

/** What is a secret wherever it turns up: the forms of Cloudflare's credentials, and whatever follows a scheme. */
const FORMS = [
    /\bcf(?:ut|at|k)_[0-9A-Za-z_-]{8,}/g,
    /\bv1\.0-[0-9a-f-]{16,}/gi,
    /\b(?:bearer|basic)\s+[^\s"',;]{4,}/gi,
    /\b(x-auth-(?:user-service-)?key|x-auth-email|authorization)(["']?\s*[:=]\s*["']?)[^\s"',;]+/gi,
    /\/\/[^/\s:@]+:[^/\s@]+@/g,
];

/**
 * A function that takes the credential, as sent or encoded, and everything of a credential's form out of a text.
 * For texts that come from outside; our own words hold none.
 */
export function redactor(credential: Credential | undefined): (text: string) => string {
    const secrets =
        credential === undefined ? [] : "token" in credential ? [credential.token] : [credential.key, credential.email];
    const known = [...new Set(secrets.flatMap(spellings))]
        .filter((s) => s.length >= SHORTEST)
        .sort((a, b) => b.length - a.length);
    return (text) => {
        let clean = text;
        for (const secret of known) {
            clean = clean.replaceAll(secret, REDACTED);
        }
        for (const form of FORMS) {
            clean = clean.replace(form, (match) => (match.startsWith("//") ? `//${REDACTED}@` : REDACTED));
        }
        return clean;
    };
}

/** As sent, and as it may come back: in a URL, in JSON, in a Basic header. */
function spellings(secret: string): string[] {
    return [secret, secret.trim()].flatMap((s) => {
        const wellFormed = Buffer.from(s).toString();
        return [
            s,
            wellFormed,
            encodeURIComponent(wellFormed),
            encodeURI(wellFormed),
            new URLSearchParams([["", wellFormed]]).toString().slice(1),
            JSON.stringify(s).slice(1, -1),
            Buffer.from(s).toString("base64"),
        ];
    });
}
