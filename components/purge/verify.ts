import type { Clock } from "../cloudflare/clock";
import type { Sample } from "../plan/samples";
import type { Answer, Visit } from "./visit";
import { fresh } from "./visit";

/** What the edge served for one URL. */
export interface Verdict {
    readonly sample: Sample;
    readonly state: "verified" | "stale" | "unverifiable";
    /** Why it is not verified; empty when it is. */
    readonly reason: string;
    /** The answer did not come through Cloudflare, whatever its bytes are. */
    readonly unproxied?: true;
}

type World = { visit: Visit; clock: Clock; random: () => number; signal?: AbortSignal };

/**
 * GETs every sample at the edge until none is stale or `timeout` seconds are over. A purge takes seconds to reach every
 * data centre, so a stale answer is asked again, and `again` (another purge of what is stale) runs between two looks.
 */
export async function verify(
    samples: readonly Sample[],
    timeout: number,
    world: World,
    again: (stale: readonly Sample[]) => Promise<void> = async () => {},
): Promise<Verdict[]> {
    const end = world.clock.now() + timeout * 1000;
    const settled: Verdict[] = [];
    let left: readonly Sample[] = samples;
    for (let pause = 500; ; pause = Math.min(pause * 2, 4000)) {
        const verdicts = await Promise.all(left.map((sample) => verdict(sample, world)));
        settled.push(...verdicts.filter((v) => v.state !== "stale"));
        const stale = verdicts.filter((v) => v.state === "stale");
        left = stale.map((v) => v.sample);
        if (stale.length === 0 || world.clock.now() + pause > end || world.signal?.aborted) {
            return [...settled, ...stale];
        }
        await world.clock.sleep(pause, world.signal);
        await again(left);
    }
}

async function verdict(sample: Sample, world: World): Promise<Verdict> {
    try {
        const answer = await world.visit(sample.url, world.signal);
        const plain = judgeEdge(sample, answer) ?? (await compareWithOrigin(sample, answer, world));
        return answer.headers["cf-ray"] === undefined ? { ...plain, unproxied: true } : plain;
    } catch (error) {
        return { sample, state: "unverifiable", reason: error instanceof Error ? error.message : "no answer" };
    }
}

/** What the answer says by itself; `undefined`: other bytes than expected, so the origin has to be asked. */
export function judgeEdge(sample: Sample, answer: Answer): Verdict | undefined {
    const say = (state: Verdict["state"], reason = ""): Verdict => ({ sample, state, reason });
    const gone = answer.status === 404 || answer.status === 410;
    // Content first: right bytes are right wherever they come from.
    if (sample.digest === null ? gone : answer.status === 200 && answer.digest === sample.digest) {
        return say("verified");
    }
    if (answer.headers["cf-ray"] === undefined) {
        return say("unverifiable", "no cf-ray in the answer: the host is not proxied by Cloudflare");
    }
    if (answer.headers["cf-mitigated"] !== undefined) {
        return say("unverifiable", "Cloudflare answered with a challenge");
    }
    if (answer.status >= 300 && answer.status < 400) {
        return say("unverifiable", `redirected to ${answer.headers.location ?? "another URL"}`);
    }
    if (answer.status === 401 || answer.status === 403) {
        return say("unverifiable", `answered ${answer.status}: behind a login`);
    }
    if (answer.headers["content-encoding"] !== undefined && answer.headers["content-encoding"] !== "identity") {
        return say("unverifiable", `sent as ${answer.headers["content-encoding"]} though identity was asked for`);
    }
    if (answer.status === 200 && sample.was.includes(answer.digest)) {
        return say("stale", `old bytes${cacheWords(answer)}`);
    }
    return undefined;
}

/** Other bytes than the manifest's: stale if the origin has others by now, not to be proven if it has the same. */
async function compareWithOrigin(sample: Sample, answer: Answer, world: World): Promise<Verdict> {
    const say = (state: Verdict["state"], reason: string): Verdict => ({ sample, state, reason });
    const first = await world.visit(fresh(sample.url, world.random), world.signal);
    if (first.digest === answer.digest && first.status === answer.status) {
        return say("unverifiable", `the origin answers other bytes than the manifest has (status ${answer.status})`);
    }
    const second = await world.visit(fresh(sample.url, world.random), world.signal);
    if (second.digest !== first.digest) {
        return say("unverifiable", "the answer differs at each request");
    }
    const known = answer.status === 200 || answer.status === 404 || answer.status === 410;
    return known
        ? say("stale", `status ${answer.status} with other bytes than the origin${cacheWords(answer)}`)
        : say("unverifiable", `answered ${answer.status}`);
}

function cacheWords(answer: Answer): string {
    const status = answer.headers["cf-cache-status"];
    const age = answer.headers.age;
    return status === undefined ? "" : ` (cf-cache-status ${status}${age === undefined ? "" : `, age ${age} s`})`;
}
