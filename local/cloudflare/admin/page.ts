/** A page to look at: what the edge holds, purges as they come, tokens, and the request rate. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { PURGE_LIMITS } from "../api/rateLimits";
import type { CloudflareCore } from "../core";
import type { Entry } from "../edge/entry";
import { staleFor } from "../edge/entry";
import type { HttpResponse } from "../http/messages";
import { statusOf } from "../state/token";

/** ms between two looks at what there is to show; only what differs is sent. */
const EVERY = 250;
/** Rows of a table, at most. */
const MOST = 500;

/** Where the page is. It holds no data, so it is given to whoever asks; its events want the token. */
export const PAGE = "/";

export function page(app: FastifyInstance, core: CloudflareCore): void {
    app.get(PAGE, (_request, reply) =>
        reply
            .header("content-type", "text/html; charset=utf-8")
            .header(
                "content-security-policy",
                "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
            )
            .send(readFileSync(path.join(__dirname, "page.html"))),
    );
    app.get("/events", (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
        let last = "";
        const send = (): void => {
            const text = JSON.stringify(view(core));
            if (text !== last) {
                last = text;
                reply.raw.write(`data: ${text}\n\n`);
            }
        };
        send();
        const timer = setInterval(send, EVERY);
        reply.raw.on("close", () => clearInterval(timer));
    });
}

/** What the page shows now. */
export function view(core: CloudflareCore) {
    const now = core.clock.now();
    const zoneOf = new Map(core.zones.map(({ id, name }) => [id, name]));
    const { plan } = core.zone;
    return {
        zones: core.zones.map(({ name }) => name),
        tiers: core.edge.tiers().map(({ name }) => name),
        limit: PURGE_LIMITS[plan].urlsPerSecond,
        urlsPerSecond: core.purgeLog
            .filter(({ at, accepted }) => accepted && at > now - 1000)
            .reduce((sum, { body }) => sum + ((body as { files?: unknown[] } | null)?.files?.length ?? 0), 0),
        copies: copiesOf(core, now),
        purges: core.purgeLog
            .slice(-MOST)
            .reverse()
            .map(({ at, body, status, accepted, endpoint }) => ({
                what: `${endpoint === "purge_cache" ? "" : "soft: "}${whatOf(body)}`,
                status,
                accepted,
                at: new Date(at).toISOString().slice(11, 19),
            })),
        tokens: core.directory.tokens.slice(-MOST).map((token) => ({
            name: token.name,
            may: [
                ...new Set(token.policies.flatMap((policy) => policy.permission_groups.map(({ name }) => name))),
            ].join(", "),
            on: token.policies
                .flatMap(({ resources }) => Object.keys(resources))
                .map((resource) => placeOf(resource, zoneOf))
                .join(", "),
            status: statusOf(token, now),
        })),
    };
}

/** A policy's resource as a person calls it: `example.com`, `all zones`, `the user`. */
function placeOf(resource: string, zoneOf: ReadonlyMap<string, string>): string {
    const kind = resource.replace(/^com\.cloudflare\.api\.|\.[^.]*$/g, "");
    const id = resource.replace(/^.*\./, "");
    const words: Readonly<Record<string, string>> = { "account.zone": "zone", account: "account", user: "user" };
    const word = words[kind];
    if (word === undefined) {
        return resource;
    }
    return id === "*" ? `all ${word}s` : (zoneOf.get(id) ?? `the ${word}`);
}

function copiesOf(core: CloudflareCore, now: number) {
    const originNow = originAt(core);
    const all = core.edge.tiers().flatMap((tier) => {
        tier.settle();
        return tier.store.list().map((entry) => ({
            url: entry.key.text,
            tier: tier.name,
            status: entry.status,
            age: Math.floor((now - entry.storedAt) / 1000),
            state: stateOf(entry, now, originNow),
        }));
    });
    return all.sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0)).slice(0, MOST);
}

type OriginNow = (url: string) => HttpResponse | undefined;

/** Stale: other bytes than the origin has now. Expired: the next visit asks the origin. */
function stateOf(entry: Entry, now: number, originNow: OriginNow): "purged" | "stale" | "expired" | "fresh" {
    if (entry.purged === true) {
        return "purged";
    }
    const answer = originNow(entry.key.text);
    if (answer !== undefined && (answer.status !== entry.status || !entry.body.equals(answer.body))) {
        return "stale";
    }
    return staleFor(entry, now) < 0 ? "fresh" : "expired";
}

/** The origin's answer of now, asked once for each URL; `undefined`: the key holds more than a URL. */
function originAt({ origin }: CloudflareCore): OriginNow {
    const answers = new Map<string, HttpResponse | undefined>();
    return (url) => {
        if (!answers.has(url)) {
            const { host, pathname, search } = URL.canParse(url)
                ? new URL(url)
                : { host: "", pathname: "", search: "" };
            const request = { method: "GET", target: pathname + search, headers: { host }, body: Buffer.alloc(0) };
            answers.set(url, host === "" ? undefined : origin.current(request));
        }
        return answers.get(url);
    };
}

/** `https://www.example.com/app.js and 11 more`. */
function whatOf(body: unknown): string {
    const [kind = "", list] = Object.entries((body ?? {}) as object)[0] ?? [];
    if (!Array.isArray(list)) {
        return kind === "purge_everything" ? "everything" : JSON.stringify(body);
    }
    const first = typeof list[0] === "string" ? list[0] : ((list[0] as { url?: string } | undefined)?.url ?? "");
    return `${kind === "files" ? "" : `${kind}: `}${first}${list.length > 1 ? ` and ${list.length - 1} more` : ""}`;
}
