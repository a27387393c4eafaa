import { OptionError } from "../errors/usageError";
import type { BatchLimits } from "../settings/limits";
import { batches } from "./batches";
import type { Changes } from "./changes";
import { counted } from "./numbers";
import type { Selector } from "./selector";
import { hostOfUrl } from "./selector";

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

/** What copies for pages of other origins cost, or that there may be some which nobody has named. */
export function crossOriginNotes(
    groups: readonly Changes[],
    selectors: readonly Selector[],
    crossOrigins: readonly string[] | undefined,
    limits: BatchLimits,
): string[] {
    const urls = selectors.filter(({ kind }) => kind === "url");
    if (crossOrigins === undefined) {
        const origins = otherSites(groups);
        return origins.length > 1 && urls.some(({ value }) => isLoadedWithOrigin(value)) ? [unnamed(origins)] : [];
    }
    const added = new Set(urls.filter(({ headers = {} }) => crossOrigins.includes(headers.Origin ?? "")));
    if (added.size === 0) {
        return [];
    }
    const plain = urls.filter((url) => !added.has(url));
    const pages = new Set([...added].map(({ headers = {} }) => headers.Origin));
    const requests = batches(urls, limits).length - batches(plain, limits).length;
    return [
        `crossOrigins adds ${counted(added.size, "URL")} in ${requests === 0 ? "no further request" : counted(requests, "further request")}: ` +
            `what pages of ${counted(pages.size, "origin")} load has copies of its own`,
    ];
}

/** One origin of each site, if there are several: www beside the name itself, and http beside https, are one. */
function otherSites(groups: readonly Changes[]): string[] {
    const origins = groups.filter(({ after }) => after !== undefined).flatMap((group) => group.origins);
    return [...new Map(origins.map((origin) => [hostOfUrl(origin).replace(/^www\./, ""), origin])).values()];
}

function unnamed([one, other]: readonly string[]): string {
    return (
        `if pages of ${one} load fonts, module scripts, JSON or the like of ${other}, or the other way round, the edge keeps ` +
        `copies for them that are not purged: name these pages' origins, crossOrigins: ["${one}"]; if not, crossOrigins: []`
    );
}
