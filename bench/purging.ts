/** The time until many URLs are purged under an Enterprise zone's limits, against the official SDK in a loop. */
import assert from "node:assert/strict";
import Cloudflare from "cloudflare";
import { systemClock } from "../components/cloudflare/clock";
import { batches } from "../components/plan/batches";
import { httpDeps } from "../components/purge/deps";
import { send } from "../components/purge/send";
import { DEFAULTS } from "../components/settings/componentOptions";
import { planLimits } from "../components/settings/limits";
import type { LocalCloudflare } from "../local/cloudflare";
import { startLocalCloudflare } from "../local/cloudflare";
import { rounds } from "./measure";
import type { Row } from "./row";
import { rowOf } from "./row";

const LIMITS = planLimits("enterprise");
const LATENCY = 20;

/** What the API's documentation shows: one call after the other, as many URLs in each as every plan takes. */
const AT_ONCE = 100;

interface Purged {
    readonly ms: number;
    readonly refused: number;
}

export async function purging(urls: number, times: number): Promise<Row[]> {
    const list = Array.from({ length: urls }, (_, i) => `https://www.example.com/assets/${i}.js`);
    const refused = { ours: [] as number[], theirs: [] as number[] };
    const one = async (who: "ours" | "theirs", purge: typeof ours): Promise<number> => {
        const purged = await inNewZone(list, purge);
        refused[who].push(purged.refused);
        return purged.ms;
    };
    const found = await rounds(times, { ours: () => one("ours", ours), theirs: () => one("theirs", theirs) });
    const against = "the official SDK, 100 URLs a call";
    return [
        rowOf(
            `purge ${urls} URLs, Enterprise, ${LATENCY} ms of latency`,
            "ms",
            [{ size: urls, ...found }],
            [{ of: "ratio", most: 0.333 }],
            against,
        ),
        rowOf(
            "refused requests of it",
            "429s",
            [{ size: urls, ours: refused.ours.slice(1), theirs: refused.theirs.slice(1) }],
            [{ of: "value", most: 0 }],
            against,
        ),
    ];
}

/** Purges in a Cloudflare that has seen nothing yet. @throws AssertionError unless each URL was purged once. */
async function inNewZone(urls: readonly string[], purge: typeof ours): Promise<Purged> {
    const local = await startLocalCloudflare({ plan: "enterprise" });
    try {
        const token = local.createToken().value;
        local.faults.add({ kind: "slow", ms: LATENCY, times: "always" });
        const began = performance.now();
        await purge(urls, token, local);
        const ms = performance.now() - began;
        const log = local.purgeLog;
        const accepted = log
            .filter(({ status }) => status === 200)
            .flatMap(({ body }) => (body as { files: string[] }).files);
        assert.deepEqual([...accepted].sort(), [...urls].sort());
        return { ms, refused: log.filter(({ status }) => status === 429).length };
    } finally {
        await local.close();
    }
}

async function ours(urls: readonly string[], token: string, local: LocalCloudflare): Promise<void> {
    const stop = new AbortController();
    const { client, pacer } = httpDeps({
        credential: { token },
        baseUrl: local.apiBaseUrl,
        limits: LIMITS,
        settings: DEFAULTS,
        clock: systemClock,
        random: Math.random,
        signal: stop.signal,
        log: () => {},
        onRetry: () => {},
    });
    const selectors = urls.map((value) => ({ kind: "url" as const, value, reasons: [] }));
    const { failure } = await send(batches(selectors, LIMITS), {
        api: client,
        pacer,
        zone: { id: local.zone.id },
        mode: "purge",
        // Once, as the loop does.
        rebound: false,
        clock: systemClock,
        progress: () => {},
    });
    assert.equal(failure, undefined);
}

async function theirs(urls: readonly string[], token: string, local: LocalCloudflare): Promise<void> {
    const sdk = new Cloudflare({
        baseURL: local.apiBaseUrl,
        apiToken: token,
        apiKey: null,
        apiEmail: null,
        maxRetries: 50,
    });
    for (let i = 0; i < urls.length; i += AT_ONCE) {
        await sdk.cache.purge({ zone_id: local.zone.id, files: urls.slice(i, i + AT_ONCE) });
    }
}
