import { cacheKey, splitUrl } from "../edge/cacheKey";
import type { Selector } from "../edge/selector";
import { inZone } from "../edge/zoneCache";
import type { Headers } from "../http/messages";
import type { Zone } from "../state/zone";
import { refuse } from "./errors";
import { PURGE_LIMITS } from "./rateLimits";

/** What a body may list, one of them a request; the alternative is purge_everything. */
const LISTS = ["files", "tags", "hosts", "prefixes"] as const;

/** The most separators in a prefix. https://developers.cloudflare.com/cache/how-to/purge-cache/purge_by_prefix/ */
const PREFIX_SEPARATORS = 31;

/** The longest tag, in characters. https://developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags/ */
const TAG_LENGTH = 1024;

/** A body that was understood: what it selects, and how many items it counts. */
export interface PurgeBody {
    selector: Selector;
    count: number;
}

/**
 * Reads the body of purge_cache or invalidate_cache, strictly: exactly one selector, of the right form, in the zone.
 * @throws 1012, 1013, 1014, 1082, 1092, 1094
 */
export function readPurgeBody(body: unknown, zone: Zone): PurgeBody {
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
        throw refuse.noSelector();
    }
    const given = body as Record<string, unknown>;
    if ("purge_everything" in given) {
        if (Object.keys(given).length > 1) {
            throw refuse.everythingAlone();
        }
        if (given.purge_everything !== true) {
            throw refuse.everythingNotTrue();
        }
        return { selector: { kind: "everything" }, count: 1 };
    }
    const name = LISTS.find((list) => list in given);
    if (name === undefined || Object.keys(given).length > 1) {
        throw refuse.noSelector();
    }
    const items = given[name];
    if (!Array.isArray(items)) {
        throw refuse.notAnArray(name, name === "files" ? "URLs" : "strings");
    }
    if (items.length === 0) {
        throw refuse.noSelector();
    }
    const limits = PURGE_LIMITS[zone.plan];
    const most = name === "files" ? limits.urls : limits.items;
    if (items.length > most) {
        throw refuse.tooMany(name, most);
    }
    return { selector: READERS[name](items, zone), count: items.length };
}

const READERS = { files, tags, hosts, prefixes } as const;

function files(items: unknown[], zone: Zone): Selector {
    const strings = items.every((item) => typeof item === "string");
    if (!strings && !items.every(isFileWithHeaders)) {
        throw refuse.notAnArray("files", "URLs");
    }
    const keys = (items as (string | FileWithHeaders)[]).map((item) => {
        const url = typeof item === "string" ? item : item.url;
        const parts = splitUrl(url);
        if (parts === undefined || !inZone(parts.host, zone)) {
            throw refuse.outsideZone("URL", url);
        }
        const given = typeof item === "object" ? Object.entries(item.headers ?? {}) : [];
        const headers: Headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]));
        return cacheKey(parts.scheme, parts.host, parts.target, zone, headers).text;
    });
    return { kind: "files", keys: new Set(keys) };
}

interface FileWithHeaders {
    url: string;
    headers?: Headers;
}

function isFileWithHeaders(item: unknown): item is FileWithHeaders {
    if (typeof item !== "object" || item === null) {
        return false;
    }
    const { url, headers = {}, ...rest } = item as FileWithHeaders;
    const plain = typeof headers === "object" && headers !== null && !Array.isArray(headers);
    return (
        typeof url === "string" &&
        Object.keys(rest).length === 0 &&
        plain &&
        Object.values(headers).every((value) => typeof value === "string")
    );
}

function tags(items: unknown[]): Selector {
    for (const tag of items) {
        if (typeof tag !== "string" || tag === "" || tag.length > TAG_LENGTH || !/^[\x21-\x7e]+$/.test(tag)) {
            throw refuse.notAnArray("tags", `strings of 1 to ${TAG_LENGTH} printable ASCII characters without spaces`);
        }
    }
    return { kind: "tags", tags: new Set((items as string[]).map((tag) => tag.toLowerCase())) };
}

function hosts(items: unknown[], zone: Zone): Selector {
    checkStrings("hosts", items);
    for (const host of items) {
        if (!/^[a-z0-9_.-]+$/i.test(host) || !inZone(host, zone)) {
            throw refuse.outsideZone("host", host);
        }
    }
    return { kind: "hosts", hosts: new Set(items.map((host) => (host as string).toLowerCase())) };
}

function prefixes(items: unknown[], zone: Zone): Selector {
    checkStrings("prefixes", items);
    const read = items.map((prefix) => {
        const [, host = "", path = ""] = /^([a-z0-9_.-]+)(\/[^?#\s]*)?$/i.exec(prefix) ?? [];
        if (host === "" || !inZone(host, zone)) {
            throw refuse.outsideZone("prefix", prefix);
        }
        if (path.split("/").length - 1 > PREFIX_SEPARATORS) {
            throw refuse.outsideZone("prefix", prefix);
        }
        return host.toLowerCase() + path;
    });
    return { kind: "prefixes", prefixes: read };
}

function checkStrings(name: string, items: unknown[]): asserts items is string[] {
    if (!items.every((item) => typeof item === "string")) {
        throw refuse.notAnArray(name, "strings");
    }
}
