import { OptionError } from "../errors/problem";
import type { Selector } from "./selector";
import { headersKey } from "./selector";

/** A set of request headers that a custom cache key holds; undefined: none. */
type HeaderSet = Readonly<Record<string, string>> | undefined;

/** A header's name, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The header sets with which to purge each URL, without repeats; one without headers when none are given.
 * @throws OptionError for what is not a header.
 */
function headerSets(sets: readonly Readonly<Record<string, string>>[] = []): HeaderSet[] {
    const unique = new Map<string, HeaderSet>();
    for (const [i, set] of sets.entries()) {
        for (const [name, value] of Object.entries(set ?? {})) {
            if (!NAME.test(name) || typeof value !== "string" || /[\r\n]/.test(value)) {
                throw new OptionError(
                    `headers[${i}]`,
                    `${name}: ${value}`,
                    "not a header",
                    'Write { "CF-Device-Type": "mobile" }: names and texts',
                );
            }
        }
        const key = headersKey(set ?? {});
        unique.set(key, unique.get(key) ?? (key === "" ? undefined : set));
    }
    // Sorted, so that the order in which sets are written does not matter; the one without headers comes first.
    return unique.size === 0 ? [undefined] : [...unique.keys()].sort().map((key) => unique.get(key));
}

/**
 * With which header sets to purge a path at an origin. What browsers ask for with an `Origin` header goes with each header set
 * and each other origin besides.
 */
export type Variants = (origin: string) => (path: string) => readonly HeaderSet[];

/** @throws OptionError for what is not a header, or not an origin. */
export function variantsOf({
    headers,
    crossOrigins = [],
}: {
    readonly headers?: readonly Readonly<Record<string, string>>[] | undefined;
    readonly crossOrigins?: readonly string[] | undefined;
}): Variants {
    const sets = headerSets(headers);
    const origins = parseOrigins(crossOrigins);
    return (origin) => {
        // Pages of the same origin send no such header.
        const others = origins.filter((other) => other !== origin);
        if (others.length === 0) {
            return () => sets;
        }
        const free = sets.filter((set) => originOf(set) === undefined);
        const more = others.flatMap((other) => free.map((set): HeaderSet => ({ ...set, Origin: other })));
        const byKey = new Map([...sets, ...more].map((set) => [headersKey(set ?? {}), set]));
        const all = [...byKey.keys()].sort().map((key) => byKey.get(key));
        return (path) => (isLoadedWithOrigin(path) ? all : sets);
    };
}

/** The `Origin` header of a set. */
export function originOf(set: HeaderSet): string | undefined {
    return Object.entries(set ?? {}).find(([name]) => name.toLowerCase() === "origin")?.[1];
}

/** The origins whose pages get copies of their own of a URL. */
export function originsOf(url: string, variants: Variants): string[] {
    return [...new Set(setsOf(url, variants).flatMap((set) => originOf(set) ?? []))];
}

/** The header sets with which to purge a URL. */
function setsOf(url: string, variants: Variants): readonly HeaderSet[] {
    const slash = url.indexOf("/", url.indexOf("//") + 2);
    return variants(slash < 0 ? url : url.slice(0, slash))(slash < 0 ? "/" : url.slice(slash));
}

/** A selector once for each header set; only URLs take headers. */
export function withHeaders(selector: Selector, variants: Variants): Selector[] {
    return selector.kind === "url"
        ? setsOf(selector.value, variants).map((headers) =>
              headers === undefined ? selector : { ...selector, headers },
          )
        : [selector];
}

/**
 * What a page of another origin has its browser load in CORS mode, which is when a GET carries an `Origin` header
 * (https://fetch.spec.whatwg.org/#origin-header) and gets a copy of its own at the edge: always fonts, module scripts, what
 * `fetch()` brings, and text tracks; style sheets, images and media where they have `crossorigin`, or are a mask or a
 * texture. Pages are navigated to, without the header.
 */
const LOADED_WITH_ORIGIN = new Set(
    [
        "woff woff2 ttf otf ttc eot",
        "js mjs cjs wasm css",
        "json json5 jsonld geojson topojson webmanifest csv tsv vtt srt pdf bin dat pb glb gltf",
        "png jpg jpeg gif webp avif svg apng bmp jxl ktx2 hdr exr",
        "mp4 m4v webm ogv mov mp3 m4a ogg oga opus wav flac aac m3u8 mpd ts m4s",
    ].flatMap((line) => line.split(" ")),
);

/** Whether browsers may ask for a URL with an `Origin` header, by its extension. */
export function isLoadedWithOrigin(url: string): boolean {
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    return LOADED_WITH_ORIGIN.has(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
}

/**
 * Origins as browsers send them, sorted, none twice: lower-cased, in ASCII, without the default port.
 * @throws OptionError for what is not an origin.
 */
export function parseOrigins(origins: readonly string[]): string[] {
    const parsed = origins.map((given, i) => {
        // Sandboxed frames and files have no origin to tell.
        if (given === "null") {
            return given;
        }
        const option = `crossOrigins[${i}]`;
        const url = /^https?:\/\//i.test(given) && URL.canParse(given) ? new URL(given) : undefined;
        if (url === undefined || url.hostname.includes("*")) {
            throw new OptionError(option, given, "not an origin", 'Write "https://app.example.com", each by itself');
        }
        if (url.href !== `${url.origin}/`) {
            const shown = url.username === "" && url.password === "" ? given : url.host + url.pathname;
            throw new OptionError(option, shown, "an origin has no path", `Write "${url.origin}"`);
        }
        return url.origin;
    });
    return [...new Set(parsed)].sort();
}
