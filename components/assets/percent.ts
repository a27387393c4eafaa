/**
 * What browsers percent-encode in a path, https://url.spec.whatwg.org/#path-percent-encode-set, and five more: `%` starts
 * an escape, `?` and `#` end a path, a browser reads `\` as `/`, and Cloudflare escapes `|` before it looks into its cache.
 */
const ESCAPED = new Set([...' "#<>?^`{|}%\\'].map((char) => char.charCodeAt(0)));

const NEEDS_ESCAPE = /[^!$&'()*+,\-./0-9:;=@A-Z[\]_a-z~]/;

/**
 * A file's path as the path of a URL, percent-encoded as browsers send it, so that it is the cache's key.
 * @param bytes The path relative to the root, `/` between names, one character for each byte of the name (latin1).
 * @returns Such as `/d%C3%A9j%C3%A0%20vu.png`; ASCII, with the leading slash.
 */
export function urlPath(bytes: string): string {
    if (!NEEDS_ESCAPE.test(bytes)) {
        return `/${bytes}`;
    }
    let encoded = "/";
    for (let i = 0; i < bytes.length; i++) {
        const code = bytes.charCodeAt(i);
        encoded += code > 0x20 && code < 0x7f && !ESCAPED.has(code) ? bytes[i] : escapeOf(String.fromCharCode(code));
    }
    return encoded;
}

/** The escape of a character of one byte. */
export function escapeOf(char: string): string {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** The bytes of a text, one character for each byte: what {@link urlPath} takes. */
export function bytesOf(text: string): string {
    return Buffer.from(text, "utf8").toString("latin1");
}

/** The text that a file's name shows as; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: string): string {
    return Buffer.from(bytes, "latin1").toString("utf8");
}

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Bytes as `node:fs` takes them: a plain string where that says the same. */
export function pathOf(bytes: string): string | Buffer {
    return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, "latin1") : bytes;
}
