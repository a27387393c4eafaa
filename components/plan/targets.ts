import { OptionError } from "../errors/problem";
import { MAX_SEPARATORS } from "../settings/limits";
import type { Selector } from "./selector";

/** What to purge beside, or instead of, what the files say. */
export interface Targets {
    /** Absolute URLs: `https://www.example.com/feed.xml`. */
    readonly urls?: readonly string[];
    /** Host and path without scheme, query or fragment: `www.example.com/blog/`. */
    readonly prefixes?: readonly string[];
    /** Hosts: `www.example.com`. */
    readonly hosts?: readonly string[];
    /** Cache tags of at most 1 024 characters, without spaces. Case does not matter. */
    readonly tags?: readonly string[];
}

/** https://developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags/ */
const MAX_TAG = 1024;

const KINDS = ["urls", "prefixes", "hosts", "tags"] as const;

/**
 * Targets as selectors, without repeats.
 * @param option The option's name in error messages.
 * @throws OptionError for what Cloudflare would refuse, or accept and not match.
 */
export function parseTargets(
    targets: Targets | "everything",
    reasons: readonly string[],
    option = "targets",
): Selector[] {
    if (targets === "everything") {
        return [{ kind: "everything", value: "everything", reasons }];
    }
    if (typeof targets !== "object" || targets === null || Array.isArray(targets)) {
        throw new OptionError(
            option,
            String(targets),
            "neither targets nor the word everything",
            'Write { urls, prefixes, hosts, tags } or "everything"',
        );
    }
    for (const key of Object.keys(targets)) {
        if (!(KINDS as readonly string[]).includes(key)) {
            throw new OptionError(option, key, "not a kind of target", `Write one of ${KINDS.join(", ")}`);
        }
    }
    const selectors: Selector[] = [];
    for (const key of KINDS) {
        const values = targets[key] ?? [];
        if (!Array.isArray(values)) {
            throw new OptionError(
                `${option}.${key}`,
                String(values),
                "it is not a list",
                "Write it in brackets: [ … ]",
            );
        }
        const seen = new Set<string>();
        for (const [i, text] of values.entries()) {
            const value = PARSERS[key](`${option}.${key}[${i}]`, text);
            const same = key === "tags" ? value.toLowerCase() : value;
            if (!seen.has(same)) {
                seen.add(same);
                selectors.push({ kind: KIND_OF[key], value, reasons });
            }
        }
    }
    return selectors;
}

/** @throws OptionError as {@link parseTargets} does, and for targets that name nothing. */
export function checkTargets(targets: Targets | "everything"): void {
    if (parseTargets(targets, []).length === 0) {
        const lists = Object.entries(targets).flatMap(([kind, list]) => (list === undefined ? [] : [`${kind}: []`]));
        throw new OptionError(
            "targets",
            lists.length === 0 ? "{}" : `{ ${lists.join(", ")} }`,
            "it names nothing, so a changed trigger would purge nothing",
            'Say what a changed trigger purges, such as prefixes: ["www.example.com/api/"]',
        );
    }
}

const KIND_OF = { urls: "url", prefixes: "prefix", hosts: "host", tags: "tag" } as const;

const PARSERS: Record<keyof Targets, (option: string, text: unknown) => string> = {
    urls: parseUrl,
    prefixes: parsePrefix,
    hosts: parseHost,
    tags: parseTag,
};

/**
 * An absolute URL that somebody wrote, as {@link urlInKeyForm}. An asterisk where a wildcard would stand is refused; one
 * within a name is a file's.
 */
export function parseUrl(option: string, text: unknown): string {
    const url = urlInKeyForm(option, text);
    const before = wildcardStart(url);
    if (before !== undefined) {
        throw new OptionError(
            option,
            String(text),
            "it holds a wildcard, and a purge by URL takes none",
            `Use prefixes: ["${before.replace(/^https?:\/\//, "")}"]`,
        );
    }
    return url;
}

/** What stands before an asterisk that may be meant as a wildcard. */
export function wildcardStart(url: string): string | undefined {
    return /^([^?]*?)(?:(?<=\/)\*|\*(?=\/)|\*$)/.exec(url)?.[1];
}

/** An absolute URL in the form of the cache's key: host lower-cased and ASCII, path percent-encoded, no default port. */
export function urlInKeyForm(option: string, text: unknown): string {
    const given = filled(option, text);
    if (given.startsWith("/")) {
        throw new OptionError(
            option,
            given,
            "a path, not a URL",
            `Write "https://www.example.com${given}"`,
            "path-not-url",
        );
    }
    if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
        throw new OptionError(option, given, "not a URL with http:// or https://", 'Write "https://www.example.com/a"');
    }
    const url = new URL(given);
    if (url.username !== "" || url.password !== "") {
        throw new OptionError(option, url.host + url.pathname, "it holds credentials", "Leave them out");
    }
    if (given.includes("#")) {
        throw new OptionError(option, given, "it holds a fragment", "Leave it out: browsers do not send it");
    }
    return url.href;
}

function parsePrefix(option: string, text: unknown): string {
    const given = filled(option, text);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) {
        throw new OptionError(option, given, "a prefix has no scheme", `Write "${given.replace(/^.*?:\/\//, "")}"`);
    }
    if (/[?#*]/.test(given)) {
        throw new OptionError(
            option,
            given,
            "a prefix has no query, fragment or wildcard",
            `Write "${given.replace(/[?#*].*/s, "")}"`,
        );
    }
    if (given.startsWith("/") || !URL.canParse(`https://${given}`)) {
        throw new OptionError(option, given, "a prefix begins with a host", `Write "www.example.com/blog/"`);
    }
    const url = new URL(`https://${given}`);
    if (url.username !== "" || url.password !== "" || url.port !== "") {
        throw new OptionError(
            option,
            given,
            "it holds credentials or a port",
            `Write "${url.hostname}${url.pathname}"`,
        );
    }
    const prefix = url.hostname + url.pathname;
    if (separators(prefix) > MAX_SEPARATORS) {
        throw new OptionError(
            option,
            given,
            `it has ${separators(prefix)} slashes, and ${MAX_SEPARATORS} is the most`,
            "Name a folder further up",
        );
    }
    return prefix;
}

function parseHost(option: string, text: unknown): string {
    const given = filled(option, text);
    const bare = given.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/?#].*$/s, "");
    if (bare !== given) {
        throw new OptionError(option, given, "a host has neither scheme nor path", `Write "${bare}"`);
    }
    if (given.includes("*") || !URL.canParse(`https://${given}`)) {
        throw new OptionError(option, given, "not a host", 'Write "www.example.com", every host by itself');
    }
    const url = new URL(`https://${given}`);
    if (url.port !== "" || url.username !== "" || given.includes(":")) {
        throw new OptionError(option, url.host, "a host has no port and no credentials", `Write "${url.hostname}"`);
    }
    return url.hostname;
}

function parseTag(option: string, text: unknown): string {
    const given = filled(option, text);
    if (/[\s,]/.test(given)) {
        throw new OptionError(option, given, "a tag has no spaces and no commas", "Name every tag by itself");
    }
    if (!/^[\x21-\x7e]+$/.test(given)) {
        const what = "a tag has printable ASCII only, as the header Cache-Tag";
        throw new OptionError(option, given, what, "Write it as the origin sends it");
    }
    if (given.length > MAX_TAG) {
        throw new OptionError(
            option,
            `${given.slice(0, 20)}…`,
            `it has ${given.length} characters, and ${MAX_TAG} is the most`,
            "Use a shorter tag at the origin",
        );
    }
    return given;
}

function filled(option: string, text: unknown): string {
    if (typeof text !== "string" || text.trim() === "") {
        throw new OptionError(option, String(text), "it is empty", "Fill it in, or leave it out");
    }
    return text.trim();
}

/** How many slashes a prefix has. */
export function separators(prefix: string): number {
    return prefix.split("/").length - 1;
}
