import { AssetsError } from "../errors/usageError";

/**
 * Base URLs in the form that caches know: host lower-cased and in ASCII, the default port dropped, sorted, none twice.
 * @throws AssetsError for none at all, and for one with a path, a query, a fragment, credentials, a wildcard, or no scheme.
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
    const fail = (what: string, cure: string) => {
        throw new AssetsError("baseUrls", withoutPassword(text), what, cure);
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
    if (url.username !== "" || url.password !== "") {
        fail("it holds credentials", `Write "${url.origin}"; visitors' URLs have none`);
    }
    if (url.hostname.includes("*")) {
        fail("it holds a wildcard", "Name every host by itself; Cloudflare purges no wildcards");
    }
    if (url.search !== "" || text.includes("?")) {
        fail("it holds a query", `Write "${url.origin}"; \`urls\` can add queries`);
    }
    if (url.hash !== "" || text.includes("#")) {
        fail("it holds a fragment", `Write "${url.origin}"`);
    }
    if (url.pathname !== "/") {
        fail(
            `it holds a path, ${url.pathname}`,
            `Write "${url.origin}", and urls: (path) => "${url.pathname.replace(/\/$/, "")}/" + path for files below it`,
        );
    }
    return url.origin;
}

function withoutPassword(text: unknown): string {
    return String(text).replace(/\/\/[^/?#]*@/, "//…@");
}
