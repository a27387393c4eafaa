import type { Problem } from "../errors/problem";
import { PURGE_SETTLES } from "../settings/limits";

/** What is known of one answer at the edge, as purge/evidence.ts judged it. */
export interface EdgeFacts {
    readonly url: string;
    readonly edge: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
    readonly otherScheme?: { readonly url: string };
    /** Milliseconds since the purge was accepted. */
    readonly sincePurge?: number;
    /** Seconds for which browsers may keep the answer. */
    readonly browserSeconds?: number;
}

/** A host whose answers have no `cf-ray` header. */
export function notProxied(host: string): Problem {
    return {
        key: "not-proxied",
        cause: `${host} does not go through Cloudflare: its answer has no cf-ray header. A purge changes nothing there.`,
        remedy: `Turn the cloud of its DNS record orange (dash.cloudflare.com → the zone → DNS → Records → ${host} → Proxied), or leave the host out.`,
    };
}

type Words = (facts: EdgeFacts, held: string) => readonly [cause: string, remedy: string];

const WORDS: Readonly<Record<string, Words>> = {
    challenge: ({ url }) => [
        `Cloudflare answers ${url} with a challenge, so its bytes cannot be compared.`,
        "Look at it from a browser, or let this address pass (Security → WAF → Tools).",
    ],
    redirect: ({ url, edge }) => {
        const to = edge.headers.location ?? "another URL";
        return [
            `${url} redirects to ${to}; a purge of it clears the redirect only.`,
            `Purge ${to} too: it is what visitors see.`,
        ];
    },
    login: ({ url, edge }) => [
        `${url} answers ${edge.status}: it is behind a login or a rule.`,
        "Look at it signed in, or leave it out of the checks.",
    ],
    encoded: ({ url, edge }) => [
        `${url} is sent as ${edge.headers["content-encoding"]} although identity was asked for, so its bytes cannot be compared.`,
        "Leave it out of the checks, or let the origin honour Accept-Encoding.",
    ],
    error: ({ url, edge }) => [`${url} answers ${edge.status}.`, "Mend the origin, then look again."],
    transformed: ({ url }) => [
        `${url} answers other bytes than were deployed, and not the same at each request or at the origin, so they prove nothing.`,
        "See what changes them: the origin's own rendering, or Cloudflare's rewriting (Rocket Loader, minification, email obfuscation); or leave it out of the checks.",
    ],
    "origin-old": ({ url }) => [
        `The origin itself answers ${url} with these bytes: every purge fetches them again.`,
        "Finish the upload (at every replica), then purge; or look for a cache at the origin, or for what rewrites the page.",
    ],
    "origin-hidden": ({ url }) => [
        `The origin cannot be asked for ${url} past the cache: the query string is not part of this zone's cache key.`,
        "Look at the origin directly (curl --connect-to), or purge by host or prefix.",
    ],
    bypassed: (_, held) => [
        `${held}, which it did not take from its cache: they come from behind it.`,
        "Look at the origin, at a Worker's own cache (caches.default, KV) and at any cache in front of the origin.",
    ],
    "purge-on-its-way": ({ sincePurge = 0 }, held) => [
        `${held}; the purge is ${(sincePurge / 1000).toFixed(0)} s old and may not have reached this data centre.`,
        `Look again in ${PURGE_SETTLES} s.`,
    ],
    "cache-key": ({ sincePurge = 0 }, held) => [
        `${held}, stored before the purge of ${(sincePurge / 1000).toFixed(0)} s ago: the purge named another entry. Custom cache keys, cache rules that match the method GET, Workers and Transform Rules make such entries.`,
        "Purge by host, prefix or tag, which reach every entry; or give the header sets of your cache key (option `headers`).",
    ],
    scheme: ({ url, otherScheme }) => [
        `${url} is new, but ${otherScheme?.url ?? "the other scheme"} is old: it is another entry of the cache.`,
        "Purge both schemes, or redirect http to https (SSL/TLS → Edge Certificates → Always Use HTTPS).",
    ],
    "browser-cache": ({ url, edge, browserSeconds = 0 }) => [
        `The edge serves the new bytes of ${url}, and tells browsers to keep what they have for ${browserSeconds} s (cache-control: ${(edge.headers["cache-control"] ?? "").slice(0, 100)}).`,
        "Reload without the cache (Ctrl+Shift+R). For the future: a short max-age with s-maxage for the edge, or Browser Cache TTL → Respect Existing Headers.",
    ],
    "edge-old": ({ sincePurge, edge }, held) =>
        sincePurge !== undefined && edge.headers.age !== undefined
            ? [
                  `${held}, stored after the purge: an old copy came back, from a fetch that had begun before the upload ended, or from an origin replica that was late.`,
                  "Purge again now; leave `rebound` and `originReady` on.",
              ]
            : [
                  `${held}, while the origin has new ones.`,
                  "Purge this very URL, with the scheme, host, path and query that visitors use; if it stays, purge its host.",
              ],
};

/** Why a URL looks old, or cannot be judged, and what to do about it. */
export function edgeProblem(why: string, facts: EdgeFacts): Problem {
    const { url, edge } = facts;
    if (why === "not-proxied") {
        return notProxied(URL.canParse(url) ? new URL(url).host : url);
    }
    const age = edge.headers.age;
    const status = edge.headers["cf-cache-status"] ?? "no cf-cache-status";
    const held = `The edge serves old bytes of ${url} (${status}${age === undefined ? "" : `, age ${age} s`})`;
    const [cause, remedy] = WORDS[why]?.(facts, held) ?? [`${url}: ${why}.`, ""];
    return { key: "purged-but-stale", cause, remedy };
}
