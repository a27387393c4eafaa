import * as assert from "node:assert/strict";
import { MovingClock, SystemClock } from "../../../local/cloudflare";

describe("MovingClock", () => {
    it("stands still, and wakes sleepers in order as it is moved", async () => {
        const clock = new MovingClock(0);
        const woken: string[] = [];
        const sleep = (name: string, ms: number) => clock.sleep(ms).then(() => woken.push(`${name}@${clock.now()}`));
        const all = [sleep("c", 30), sleep("a", 10), sleep("b", 20)];
        await clock.advance(20);
        assert.deepEqual(woken, ["a@10", "b@20"]);
        await clock.advance(100);
        await Promise.all(all);
        assert.deepEqual([woken[2], clock.now()], ["c@30", 120]);
    });

    it("wakes a loop at each of its turns within one advance", async () => {
        const clock = new MovingClock(0);
        const turns: number[] = [];
        const loop = (async () => {
            for (let turn = 0; turn < 5; turn++) {
                await clock.sleep(1000);
                turns.push(clock.now());
            }
        })();
        await clock.advance(5000);
        await loop;
        assert.deepEqual(turns, [1000, 2000, 3000, 4000, 5000]);
    });

    it("moves by itself when told so: an hour of turns at once", async () => {
        const clock = new MovingClock(0, { auto: true });
        const long = clock.sleep(7_200_000).then(() => clock.now());
        for (let turn = 0; turn < 60; turn++) {
            await clock.sleep(60_000);
        }
        assert.equal(clock.now(), 3_600_000);
        assert.equal(await long, 7_200_000);
    });

    it("ends a sleep early when its signal is aborted", async () => {
        const clock = new MovingClock(0);
        const stop = new AbortController();
        const slept = clock.sleep(1000, stop.signal);
        stop.abort();
        await slept;
        assert.equal(clock.now(), 0);
        await clock.sleep(1000, stop.signal);
    });

    it("refuses to go back", async () => {
        await assert.rejects(new MovingClock().advance(-1), RangeError);
        await assert.rejects(new MovingClock().advance(Number.NaN), RangeError);
    });
});

describe("SystemClock", () => {
    it("goes with the machine, and can be pushed", async () => {
        const clock = new SystemClock();
        const far = clock.sleep(86_400_000);
        const before = clock.now();
        await clock.advance(86_400_000);
        await far;
        const passed = clock.now() - before;
        assert.ok(passed >= 86_400_000 && passed < 86_460_000, `${passed}`);
    });

    it("sleeps", async () => {
        const clock = new SystemClock();
        const before = clock.now();
        const alive = setTimeout(() => {}, 1000);
        await clock.sleep(5);
        clearTimeout(alive);
        assert.ok(clock.now() - before >= 5);
    });
});
