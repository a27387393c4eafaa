import { PURGE_SETTLES } from "../settings/limits";
import type { EdgeFinding, EdgeLook, EdgeWhy, Seen } from "./edgeLook";
import { notProxied } from "./notProxied";

export type { EdgeFinding, EdgeLook, EdgeWhy, Seen, Variant } from "./edgeLook";

/** Seconds of max-age from which a browser keeps old bytes long enough for people to complain. */
const LONG = 300;

/**
 * Why a purged URL may still look old, or cannot be judged. `undefined`: the edge serves what it
 * should, and nothing else that was observed would show old bytes to a visitor.
 */
export function judgeEdgeLook(look: EdgeLook): EdgeFinding | undefined {
    const { edge, url } = look;
    const gone = (seen: Seen) => seen.status === 404 || seen.status === 410;
    const isRight = (seen: Seen) =>
        look.expected === undefined
            ? look.fresh !== undefined && seen.digest === look.fresh.digest && seen.status === look.fresh.status
            : look.expected === null
              ? gone(seen)
              : seen.status === 200 && seen.digest === look.expected;
    if (edge.headers["cf-ray"] === undefined) {
        return { ...notProxied(hostOf(url)), why: "not-proxied" };
    }
    if (isRight(edge)) {
        return variantsOf(look, isRight) ?? (look.reported === true ? laterCaches(look) : undefined);
    }
    return unverifiable(look) ?? origin(look, isRight) ?? stale(look, isRight);
}

function say(why: EdgeWhy, cause: string, remedy: string): EdgeFinding {
    return { key: "purged-but-stale", why, cause, remedy };
}

/** Answers that are no copy of the deployed file, whatever the cache holds. */
function unverifiable({ url, edge, fresh, freshAgain }: EdgeLook): EdgeFinding | undefined {
    if (edge.headers["cf-mitigated"] !== undefined) {
        return say(
            "challenge",
            `Cloudflare answers ${url} with a challenge, so its bytes cannot be compared.`,
            "Look at it from a browser, or let this address pass (Security → WAF → Tools).",
        );
    }
    if (edge.status >= 300 && edge.status < 400) {
        const to = edge.headers.location ?? "another URL";
        return say(
            "redirect",
            `${url} redirects to ${to}; a purge of it clears the redirect only.`,
            `Purge ${to} too: it is what visitors see.`,
        );
    }
    if (edge.status === 401 || (edge.status === 403 && fresh?.status === 403)) {
        return say(
            "login",
            `${url} answers ${edge.status}: it is behind a login or a rule.`,
            "Look at it signed in, or leave it out of the checks.",
        );
    }
    if (fresh !== undefined && freshAgain !== undefined && fresh.digest !== freshAgain.digest) {
        return say(
            "transformed",
            `${url} is another page at each request, so its bytes prove nothing.`,
            "Leave it out of the checks, or serve it the same to everybody.",
        );
    }
    return undefined;
}

/** The origin itself has old bytes: every purge makes the edge fetch them again. */
function origin(
    { url, edge, fresh, origin: direct, expected }: EdgeLook,
    isRight: (seen: Seen) => boolean,
): EdgeFinding | undefined {
    const source = direct ?? fresh;
    if (source === undefined || expected === undefined || isRight(source)) {
        return undefined;
    }
    return source.digest === edge.digest
        ? say(
              "origin-old",
              `The origin itself still answers ${url} with these bytes: every purge fetches them again.`,
              "Finish the upload (at every replica), then purge; or look for a cache at the origin.",
          )
        : say(
              "transformed",
              `Neither the edge nor the origin answers ${url} with the deployed bytes.`,
              "See what changes them: the origin's own rendering, or Cloudflare's rewriting (Rocket Loader, minification, email obfuscation).",
          );
}

/** The origin has the new bytes, the edge old ones. */
function stale(look: EdgeLook, isRight: (seen: Seen) => boolean): EdgeFinding {
    const { url, edge, purgedAt, now } = look;
    const status = edge.headers["cf-cache-status"] ?? "no cf-cache-status";
    const age = Number(edge.headers.age ?? Number.NaN);
    const since = purgedAt === undefined || now === undefined ? undefined : (now - purgedAt) / 1000;
    const held = `The edge serves old bytes of ${url} (${status}${Number.isNaN(age) ? "" : `, age ${age} s`})`;
    if (status === "DYNAMIC" || status === "BYPASS") {
        return say(
            "bypassed",
            `${held}, which it did not take from its cache: they come from behind it.`,
            "Look at the origin, at a Worker's own cache (caches.default, KV) and at any cache in front of the origin.",
        );
    }
    if (since !== undefined && since < PURGE_SETTLES) {
        return say(
            "purge-on-its-way",
            `${held}; the purge is ${since.toFixed(0)} s old and may not have reached this data centre.`,
            `Look again in ${PURGE_SETTLES} s.`,
        );
    }
    const other = look.variants?.find((v) => isRight(v.seen));
    if (other?.differs === "header") {
        return say(
            "cache-key",
            `${held}, but new ones with ${other.asked}: the cache key of this zone has that header in it.`,
            "Purge with the header sets of your cache key (option `headers`), or by prefix, host or tag.",
        );
    }
    if (since !== undefined && age > since + PURGE_SETTLES) {
        return say(
            "cache-key",
            `${held}, stored before the purge of ${since.toFixed(0)} s ago: the purge named another entry. Custom cache keys, Workers and Transform Rules make such entries.`,
            "Purge by host, prefix or tag, which reach every entry; or give the header sets of your cache key (option `headers`).",
        );
    }
    if (since !== undefined && !Number.isNaN(age)) {
        return say(
            "edge-old",
            `${held}, stored after the purge: an old copy came back, from a fetch that had begun before the upload ended, or from an origin replica that was late.`,
            "Purge again now; leave `rebound` and `originReady` on.",
        );
    }
    return say(
        "edge-old",
        `${held}, while the origin has new ones.`,
        "Purge this very URL, with the scheme, host, path and query that visitors use; if it stays, purge its host.",
    );
}

/** The purged URL is right; a neighbour that visitors may use is not. */
function variantsOf({ url, variants, fresh }: EdgeLook, isRight: (seen: Seen) => boolean): EdgeFinding | undefined {
    const old = variants?.find(
        (v) => v.differs !== "header" && v.seen.status === 200 && !isRight(v.seen) && v.seen.digest !== fresh?.digest,
    );
    if (old === undefined) {
        return undefined;
    }
    const remedies: Record<string, string> = {
        scheme: "Purge both schemes, or redirect http to https (SSL/TLS → Edge Certificates → Always Use HTTPS).",
        query: "A purge by URL takes exactly one query string: purge the prefix or the host, or list those URLs (`always`).",
        host: "Purge that host's URLs too: give it among the base URLs.",
        path: "Purge that path too: check `htmlHandling`, which says at which paths a file answers.",
    };
    return say(
        old.differs as EdgeWhy,
        `${url} is new, but ${old.asked} is old: it is another entry of the cache.`,
        remedies[old.differs] ?? "Purge it too.",
    );
}

/** Caches that no purge at Cloudflare reaches. */
function laterCaches({ url, edge, serviceWorker }: EdgeLook): EdgeFinding | undefined {
    if (serviceWorker === true) {
        return say(
            "service-worker",
            `The edge serves the new bytes of ${url}; the page registers a service worker, which may answer visitors from its own cache.`,
            "Give the worker's cache a new name at each deploy, or unregister it (browser: developer tools → Application → Service workers).",
        );
    }
    const control = edge.headers["cache-control"] ?? "";
    const seconds = Number(/(?:^|[\s,])max-age=(\d+)/i.exec(control)?.[1] ?? 0);
    if (seconds >= LONG && !/no-cache|no-store/i.test(control)) {
        return say(
            "browser-cache",
            `The edge serves the new bytes of ${url}, and tells browsers to keep what they have for ${seconds} s (cache-control: ${control.slice(0, 100)}).`,
            "Reload without the cache (Ctrl+Shift+R). For the future: a short max-age with s-maxage for the edge, or Browser Cache TTL → Respect Existing Headers.",
        );
    }
    return undefined;
}

function hostOf(url: string): string {
    return URL.canParse(url) ? new URL(url).host : url;
}
