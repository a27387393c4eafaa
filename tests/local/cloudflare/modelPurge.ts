/** What is purged, and how: the kind decides whether a copy leaves a mark. */
export type Selects = { kind: "files" | "everything" | "hosts" | "prefixes" | "tags"; has: (url: string) => boolean };

/** A purge request's body. */
export type Selector =
    | { files: string[] }
    | { hosts: string[] }
    | { prefixes: string[] }
    | { tags: string[] }
    | { purge_everything: true };

/** What a body selects, said as plainly as the documentation says it. */
export function selectorOf(body: Selector): Selects {
    if ("files" in body) {
        return { kind: "files", has: (url) => body.files.includes(url) };
    }
    if ("hosts" in body) {
        return { kind: "hosts", has: (url) => body.hosts.includes(new URL(url).host) };
    }
    if ("prefixes" in body) {
        return {
            kind: "prefixes",
            has: (url) =>
                body.prefixes.some((prefix) =>
                    url
                        .replace(/^https?:\/\//, "")
                        .replace(/\?.*/, "")
                        .startsWith(prefix),
                ),
        };
    }
    if ("tags" in body) {
        return {
            kind: "tags",
            has: (url) => body.tags.some((tag) => tag.toLowerCase() === new URL(url).pathname.charAt(1)),
        };
    }
    return { kind: "everything", has: () => true };
}
