import { readFileSync } from "node:fs";
import type { World } from "./world";

/**
 * The text of a file, or of stdin (`-`), whatever editor or shell wrote it: UTF-8, or UTF-16 as PowerShell's `>` writes it,
 * with or without a byte order mark, and with line ends of either kind.
 *
 * @throws The errors of `node:fs`.
 */
export async function readText(place: string, world: World): Promise<string> {
    return decoded(place === "-" ? await bytesOfStdin(world) : readFileSync(place));
}

/** All of stdin as text, read as {@link readText} does. */
export async function readStdin(world: World): Promise<string> {
    return decoded(await bytesOfStdin(world));
}

async function bytesOfStdin(world: World): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of world.stdin) {
        parts.push(Buffer.from(part));
    }
    return Buffer.concat(parts);
}

function decoded(bytes: Buffer): string {
    const encoding =
        bytes[0] === 0xff && bytes[1] === 0xfe
            ? "utf-16le"
            : bytes[0] === 0xfe && bytes[1] === 0xff
              ? "utf-16be"
              : "utf-8";
    return new TextDecoder(encoding).decode(bytes).replaceAll("\r\n", "\n");
}
