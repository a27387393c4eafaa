/** A page to look at: what the edge holds, purges as they come, tokens, and the request rate. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { PURGE_LIMITS } from "../api/rateLimits";
import type { CloudflareCore } from "../core";
import { staleFor } from "../edge/entry";
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
                .map((resource) => zoneOf.get(resource.replace(/^.*\./, "")) ?? resource)
                .join(", "),
            status: statusOf(token, now),
        })),
    };
}

function copiesOf(core: CloudflareCore, now: number) {
    const all = core.edge.tiers().flatMap((tier) => {
        tier.settle();
        return tier.store.list().map((entry) => ({
            url: entry.key.text,
            tier: tier.name,
            status: entry.status,
            age: Math.floor((now - entry.storedAt) / 1000),
            fresh: entry.purged !== true && staleFor(entry, now) < 0,
            purged: entry.purged === true,
        }));
    });
    return all.sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0)).slice(0, MOST);
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
