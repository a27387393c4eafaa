/** How URLs are written: base URLs, and the path of a file in one. */
import { AssetsError } from "../errors/problem";
import { MAX_SEPARATORS } from "../settings/limits";

/**
 * Base URLs in the form that caches know: host lower-cased and in ASCII, the default port and the last slash dropped, sorted,
 * none twice.
 * @throws AssetsError for none at all, and for one with a query, a fragment, credentials, a wildcard, or no scheme.
 */
export function normaliseBaseUrls(baseUrls: readonly string[]): string[] {
    if (baseUrls.length === 0) {
        throw new AssetsError(
            "baseUrls",
            "[]",
            "there is none",
            'Say where visitors find the files: ["https://www.example.com"]',
        );
    }
    return [...new Set(baseUrls.map(normaliseBaseUrl))].sort();
}

function normaliseBaseUrl(text: string): string {
    const fail = (what: string, remedy: string) => {
        throw new AssetsError("baseUrls", withoutPassword(text), what, remedy);
    };
    if (typeof text !== "string" || text.trim() === "") {
        fail("it is empty", 'Write it as "https://www.example.com"');
    }
    if (!/^https?:\/\//i.test(text)) {
        const host = text.replace(/^[a-z][a-z0-9+.-]*:\/*/i, "").replace(/^\/+/, "") || "www.example.com";
        fail("it does not begin with https:// or http://", `Write "https://${host}"`);
    }
    if (!URL.canParse(text)) {
        fail("it is not a URL", 'Write it as "https://www.example.com"');
    }
    const url = new URL(text);
    url.hostname = url.hostname.replace(/\.$/, "");
    const bare = url.origin + url.pathname.replace(/\/+$/, "");
    if (url.username !== "" || url.password !== "") {
        fail("it holds credentials", `Write "${bare}"; visitors' URLs have none`);
    }
    if (url.hostname.includes("*")) {
        fail("it holds a wildcard", "Name every host by itself; Cloudflare purges no wildcards");
    }
    if (url.search !== "" || text.includes("?")) {
        fail("it holds a query", `Write "${bare}"; \`always\` takes URLs with a query`);
    }
    if (url.hash !== "" || text.includes("#")) {
        fail("it holds a fragment", `Write "${bare}"`);
    }
    const folder = `${url.pathname.replace(/\/+$/, "")}/`.replaceAll("|", "%7C");
    if (folder.split("/").length - 1 > MAX_SEPARATORS) {
        fail(
            `its path has more than ${MAX_SEPARATORS} slashes, and Cloudflare takes no such prefix`,
            "Name a folder above it, and deploy a folder that holds the rest of the path",
        );
    }
    return url.origin + folder.slice(0, -1);
}

/** A base URL of {@link normaliseBaseUrls} as its origin and the folder below which the files are: `/`, `/blog/`. */
export function baseParts(baseUrl: string): { origin: string; folder: string } {
    const { origin, pathname } = new URL(baseUrl);
    return { origin, folder: pathname.endsWith("/") ? pathname : `${pathname}/` };
}

/** What was given for a base URL, as messages show it. */
export function withoutPassword(text: unknown): string {
    return String(text).replace(/\/\/[^/?#]*@/g, "//…@");
}

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
