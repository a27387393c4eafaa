import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Fault, LocalCloudflare } from "../../../local/cloudflare";
import { MovingClock, memorySite, startLocalCloudflare } from "../../../local/cloudflare";

describe("faults", () => {
    let local: LocalCloudflare;
    const clock = new MovingClock();
    before(async () => {
        local = await startLocalCloudflare({
            clock,
            origin: { site: memorySite(new Map([["/a.css", "new"]])), htmlHandling: "none" },
        });
    });
    after(() => local.close());
    afterEach(() => local.faults.clear());

    const A = "https://example.com/a.css";
    const fresh = () => `${A}?${Math.random()}`;
    const call = async (body: object = { files: [A] }, signal: AbortSignal | null = null) =>
        fetch(`${local.apiBaseUrl}/zones/${local.zone.id}/purge_cache`, {
            method: "POST",
            headers: { authorization: `Bearer ${local.createToken().value}` },
            body: JSON.stringify(body),
            signal,
        });

    // [fault, what a call sees: status, codes, retry-after]
    const answers: [Fault, number, number[] | undefined, string?][] = [
        [{ kind: "status" }, 500, [10001]],
        [{ kind: "status", status: 502, code: 7500 }, 502, [7500]],
        [{ kind: "rate-limit" }, 429, [1134], "1"],
        [{ kind: "rate-limit", retryAfter: 30, code: 971 }, 429, [971], "30"],
        [{ kind: "unsuccessful" }, 200, [1100]],
        [{ kind: "html" }, 502, undefined],
        [{ kind: "html", status: 200 }, 200, undefined],
    ];
    for (const [fault, status, codes, retryAfter] of answers) {
        it(`${JSON.stringify(fault)} gives ${status} ${codes ?? "HTML"}`, async () => {
            local.faults.add(fault);
            const before = local.purgeLog.length;
            const response = await call();
            assert.equal(response.status, status);
            assert.equal(response.headers.get("retry-after"), retryAfter ?? null);
            const body = await response.text();
            if (codes === undefined) {
                assert.match(body, /^<html>/);
            } else {
                const { success, errors } = JSON.parse(body) as { success: boolean; errors: { code: number }[] };
                assert.deepEqual([success, errors.map(({ code }) => code)], [false, codes]);
            }
            assert.deepEqual(
                local.purgeLog.slice(before).map(({ accepted }) => accepted),
                [false],
            );
            assert.equal((await call()).status, 200, "the next call goes through");
        });
    }

    it("reset before and after the call is carried out look the same to the caller", async () => {
        for (const when of ["before", "after"] as const) {
            const before = local.purgeLog.length;
            local.faults.add({ kind: "reset", when });
            await assert.rejects(call());
            assert.deepEqual(
                local.purgeLog.slice(before).map(({ accepted }) => accepted),
                [when === "after"],
            );
        }
    });

    it("drip: the head at once, the body at one byte a second", async () => {
        local.faults.add({ kind: "drip" });
        const abort = new AbortController();
        const response = await call({ files: [A] }, abort.signal);
        assert.equal(response.status, 200);
        const reader = (response.body as ReadableStream<Uint8Array>).getReader();
        assert.equal((await reader.read()).value?.length, 1);
        abort.abort();
        await assert.rejects(reader.read());
    });

    it("cut: half of the answer, after the call is carried out", async () => {
        local.faults.add({ kind: "cut" });
        const response = await call();
        assert.equal(response.status, 200);
        await assert.rejects(response.text());
        assert.equal(local.purgeLog.at(-1)?.accepted, true);
    });

    it("stall: no answer until the caller gives up", async () => {
        local.faults.add({ kind: "stall" });
        await assert.rejects(call({ files: [A] }, AbortSignal.timeout(100)), { name: "TimeoutError" });
    });

    it("slow: by the clock", async () => {
        local.faults.add({ kind: "slow", ms: 60_000 });
        const { value } = local.createToken();
        let done = false;
        const answer = local
            .handleApi({
                method: "GET",
                target: "/client/v4/user/tokens/verify",
                headers: { authorization: `Bearer ${value}` },
            })
            .then(() => {
                done = true;
            });
        await clock.advance(59_999);
        assert.equal(done, false);
        await clock.advance(1);
        await answer;
    });

    it("strike the calls that match, in order, so many times", async () => {
        local.faults.add({ kind: "status", status: 500, times: 2, body: "/b" });
        local.faults.add({ kind: "status", status: 503, skip: 1, method: "post" });
        const seen: number[] = [];
        for (const url of ["/a", "/b", "/b", "/a", "/b", "/a"]) {
            seen.push((await call({ files: [`https://example.com${url}`] })).status);
        }
        assert.deepEqual(seen, [200, 500, 500, 503, 200, 200]);
        assert.deepEqual(local.faults.list(), []);
    });

    it("strike each n-th call: one bad replica of three", async () => {
        local.faults.add({ kind: "status", every: 3, times: "always", path: "purge_cache" });
        const seen: number[] = [];
        for (let index = 0; index < 6; index++) {
            seen.push((await call()).status);
        }
        assert.deepEqual(seen, [200, 200, 500, 200, 200, 500]);
    });

    it("at the origin: old bytes, errors, broken connections", async () => {
        const dir = fs.mkdtempSync(path.join(os.tmpdir(), "old-"));
        fs.writeFileSync(path.join(dir, "a.css"), "old");
        local.faults.add({ target: "origin", kind: "old", dir, every: 2, times: 2 });
        const bodies: string[] = [];
        for (let index = 0; index < 5; index++) {
            bodies.push(`${(await local.visit(fresh())).body}`);
        }
        assert.deepEqual(bodies, ["new", "old", "new", "old", "new"]);
        local.faults.add({ target: "origin", kind: "status", status: 503 });
        assert.equal((await local.visit(fresh())).status, 503);
        local.faults.add({ target: "origin", kind: "reset" });
        assert.equal((await local.visit(fresh())).status, 520);
        local.faults.add({ target: "origin", kind: "cut" });
        assert.equal((await local.visit(fresh())).status, 520);
        fs.rmSync(dir, { recursive: true });
    });

    it("an origin that never answers is a 524 after 100 s", async () => {
        local.faults.add({ target: "origin", kind: "stall" });
        const visit = local.visitInProcess(fresh());
        await clock.advance(99_999);
        await clock.advance(1);
        assert.equal((await visit).status, 524);
    });

    it("at the edge", async () => {
        local.faults.add({ target: "edge", kind: "status", status: 520 });
        assert.equal((await local.visit(A)).status, 520);
        local.faults.add({ target: "edge", kind: "reset" });
        await assert.rejects(local.visit(A));
        assert.equal((await local.visit(A)).status, 200);
    });

    const wrong: [object, RegExp][] = [
        [{ kind: "explode" }, /kind is "explode"; it must be status, rate-limit/],
        [{ kind: "status", target: "dns" }, /target is "dns"; it must be api, edge, origin/],
        [{ kind: "status", times: 0 }, /times is 0; it must be a whole number ≥ 1/],
        [{ kind: "status", when: "during" }, /when is "during"; it must be before, after/],
        [{ kind: "old" }, /target "origin" and the folder `dir`/],
        [{ kind: "unsuccessful", target: "edge" }, /it must be target "api"/],
        [{ kind: "status", colour: "red" }, /field is "colour"; it must be target, kind/],
        [[], /a fault is \[\]; it must be an object/],
    ];
    for (const [fault, message] of wrong) {
        it(`refuses ${JSON.stringify(fault)}`, () => assert.throws(() => local.faults.add(fault as Fault), message));
    }
});
