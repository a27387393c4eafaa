import { AssetsError } from "../errors/usageError";
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
        fail("it holds a query", `Write "${bare}"; \`urls\` can add queries`);
    }
    if (url.hash !== "" || text.includes("#")) {
        fail("it holds a fragment", `Write "${bare}"`);
    }
    const folder = `${url.pathname.replace(/\/+$/, "")}/`.replaceAll("|", "%7C");
    if (folder.split("/").length - 1 > MAX_SEPARATORS) {
        fail(
            `its path has more than ${MAX_SEPARATORS} slashes, and Cloudflare takes no such prefix`,
            "Name a folder above it, and map the files with `urls`",
        );
    }
    return url.origin + folder.slice(0, -1);
}

/** A base URL of {@link normaliseBaseUrls} as its origin and the folder below which the files are: `/`, `/blog/`. */
export function baseParts(baseUrl: string): { origin: string; folder: string } {
    const { origin, pathname } = new URL(baseUrl);
    return { origin, folder: pathname.endsWith("/") ? pathname : `${pathname}/` };
}

function withoutPassword(text: unknown): string {
    return String(text).replace(/\/\/[^/?#]*@/, "//…@");
}
