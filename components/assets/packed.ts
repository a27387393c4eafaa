import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** Bytes of the checksum before the compressed bytes. */
const CHECKSUM = 8;

/** A packed text that does not unpack; `offset` counts characters of the packed text. */
export class PackedError extends Error {
    override readonly name = "PackedError";
    constructor(
        message: string,
        readonly offset: number,
    ) {
        super(message);
    }
}

/**
 * Bytes as one line of text: checksum, brotli (RFC 7932), base64. The same bytes give the same text with one Node; another
 * version's brotli may find a shorter one, which unpacks to the same.
 */
export function pack(bytes: Uint8Array): string {
    const compressed = brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    return Buffer.concat([checksum(compressed), compressed]).toString("base64");
}

/**
 * The bytes of a packed text.
 * @param most Bytes that it may unpack to: a few bytes of brotli can stand for gigabytes.
 * @throws PackedError with the offset of what is wrong.
 */
export function unpack(text: string, most: number): Buffer {
    const bytes = Buffer.from(text, "base64");
    // Written again it is the same, or it has characters that decoding passes over or takes for others.
    if (!isBase64Of(bytes, text)) {
        const alien = /[^A-Za-z0-9+/]/.exec(text.replace(/={0,2}$/, ""));
        if (alien !== null) {
            throw new PackedError(`${JSON.stringify(alien[0])} is not a character of base64`, alien.index);
        }
    }
    const compressed = bytes.subarray(CHECKSUM);
    if (!checksum(compressed).equals(bytes.subarray(0, CHECKSUM))) {
        throw new PackedError("its checksum does not match: it was cut short or changed", text.length);
    }
    try {
        return brotliDecompressSync(compressed, { maxOutputLength: most });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") {
            throw error;
        }
        throw new PackedError(`it unpacks to more than ${most} bytes`, 0);
    }
}

/** Characters of base64 that are compared at once: a copy of the whole text would be as much memory again. */
const PIECE = 64 * 1024;

function isBase64Of(bytes: Buffer, text: string): boolean {
    for (let at = 0; at < text.length; at += PIECE) {
        const from = (at / 4) * 3;
        if (bytes.toString("base64", from, from + (PIECE / 4) * 3) !== text.slice(at, at + PIECE)) {
            return false;
        }
    }
    return bytes.length <= (text.length / 4) * 3;
}

function checksum(bytes: Uint8Array): Buffer {
    return createHash("sha256").update(bytes).digest().subarray(0, CHECKSUM);
}
