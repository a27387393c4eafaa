import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { CloudflareCore, MovingClock, memorySite } from "../../../local/cloudflare";
import { Model, TTL } from "./model";
import type { Selector } from "./modelPurge";
import { selectorOf } from "./modelPurge";

const paths = ["/a", "/a/b", "/a/bc", "/c"];
const url = fc
    .tuple(
        fc.constantFrom("https", "https", "https", "http"),
        fc.constantFrom("example.com", "www.example.com"),
        fc.constantFrom(...paths),
        fc.constantFrom("", "", "", "?v=1"),
    )
    .map(([scheme, host, path, query]) => `${scheme}://${host}${path}${query}`);
const selector: fc.Arbitrary<Selector> = fc.oneof(
    fc.record({ files: fc.array(url, { minLength: 1, maxLength: 3 }) }),
    fc.record({ hosts: fc.constantFrom<string[]>(["example.com"], ["www.example.com"]) }),
    fc.record({
        prefixes: fc.constantFrom<string[]>(
            ["example.com/a"],
            ["www.example.com/a/b"],
            ["example.com/a/", "example.com/c"],
        ),
    }),
    fc.record({ tags: fc.constantFrom<string[]>(["a"], ["C"], ["nothing"]) }),
    fc.constant({ purge_everything: true as const }),
);

type Step =
    | { do: "visit"; url: string; at: number }
    | { do: "write"; path: string; body: string | null }
    | { do: "purge"; selector: Selector; soft: boolean }
    | { do: "wait"; seconds: number };
const plain: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("visit" as const), url, at: fc.nat(1) }) },
    {
        weight: 2,
        arbitrary: fc.record({
            do: fc.constant("write" as const),
            path: fc.constantFrom(...paths),
            body: fc.constantFrom("one", "two", null),
        }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("purge" as const), selector, soft: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 5, 30, TTL) }) },
);
/** A visit whose answer is on its way while other things happen. */
const late = fc.record({
    do: fc.constant("late" as const),
    url,
    at: fc.nat(1),
    meanwhile: fc.array(plain, { maxLength: 4 }),
});
const steps = fc.array(fc.oneof({ weight: 5, arbitrary: plain }, { weight: 1, arbitrary: late }), { maxLength: 40 });

/** The real thing and the model, side by side. */
class Pair {
    readonly files = new Map<string, string>(paths.map((path) => [path, "one"]));
    readonly clock = new MovingClock();
    readonly core: CloudflareCore;
    readonly model: Model;
    private readonly token: string;

    constructor(delays: number[]) {
        const [first = 0, second = 0, upper = 0] = delays;
        this.core = new CloudflareCore({
            clock: this.clock,
            plan: "enterprise",
            origin: {
                site: memorySite(this.files),
                htmlHandling: "none",
                headers: (path) => ({ "cache-control": `max-age=${TTL}`, "cache-tag": `${path.charAt(1)},all` }),
            },
            propagation: { dataCentres: [first * 1000, second * 1000], upper: upper * 1000 },
        });
        this.model = new Model(this.files, delays);
        this.token = this.core.createToken().value;
    }

    async real(step: Step): Promise<unknown> {
        if (step.do === "wait") {
            return this.clock.advance(step.seconds * 1000);
        }
        if (step.do === "write") {
            return this.write(step.path, step.body);
        }
        if (step.do === "purge") {
            return this.purge(step.selector, step.soft);
        }
        return this.visit(step.url, step.at);
    }

    modelled(step: Step): unknown {
        if (step.do === "wait") {
            this.model.now += step.seconds;
        }
        if (step.do === "write") {
            this.write(step.path, step.body);
        }
        if (step.do === "purge") {
            this.model.purge(selectorOf(step.selector), step.soft);
        }
        return step.do === "visit" ? this.model.visit(step.url, step.at) : undefined;
    }

    async visit(of: string, at: number): Promise<unknown> {
        const { status, body, cacheStatus } = await this.core.visitInProcess(of, { dataCentre: at });
        return [status, body.toString("utf8"), cacheStatus];
    }

    private write(path: string, body: string | null): undefined {
        if (body === null) {
            this.files.delete(path);
        } else {
            this.files.set(path, body);
        }
        return undefined;
    }

    private async purge(what: Selector, soft: boolean): Promise<undefined> {
        const answer = await this.core.handleApi({
            method: "POST",
            target: `/client/v4/zones/${this.core.zone.id}/${soft ? "invalidate" : "purge"}_cache`,
            headers: { authorization: `Bearer ${this.token}` },
            body: Buffer.from(JSON.stringify(what)),
        });
        assert.equal(answer.status, 200, answer.body.toString("utf8"));
        return undefined;
    }
}

describe("the edge against a model of a cache", () => {
    const delays = fc.array(fc.constantFrom(0, 0, 3, 20), { minLength: 3, maxLength: 3 });

    it("serves what the model serves after any requests, changes, purges and time, late answers included", async () => {
        await fc.assert(
            fc.asyncProperty(delays, steps, async (lags, run) => {
                const pair = new Pair(lags);
                for (const step of run) {
                    if (step.do !== "late") {
                        const expected = pair.modelled(step);
                        const seen = await pair.real(step);
                        if (step.do === "visit") {
                            assert.deepEqual(seen, expected, JSON.stringify(step));
                        }
                        continue;
                    }
                    await bothLate(pair, step);
                }
            }),
            { numRuns: 1000 },
        );
    });
});

/** The model's `meanwhile` and the real one's happen to one set of files: the files are put back in between. */
async function bothLate(pair: Pair, step: { url: string; at: number; meanwhile: Step[] }): Promise<void> {
    const before = new Map(pair.files);
    const inside: unknown[] = [];
    let fetched = false;
    const expected = pair.model.visit(step.url, step.at, () => {
        fetched = true;
        for (const one of step.meanwhile) {
            inside.push(pair.modelled(one));
        }
    });
    pair.files.clear();
    for (const [path, body] of before) {
        pair.files.set(path, body);
    }
    let first = true;
    const hold = pair.core.origin.hold(() => {
        const one = first;
        first = false;
        return one;
    });
    const visit = pair.visit(step.url, step.at);
    await Promise.race([hold.begun, visit]);
    const seenInside: unknown[] = [];
    if (fetched) {
        for (const one of step.meanwhile) {
            seenInside.push(await pair.real(one));
        }
    }
    hold.release();
    assert.deepEqual(await visit, expected, JSON.stringify(step));
    assert.deepEqual(seenInside, inside, JSON.stringify(step));
}
