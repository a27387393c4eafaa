import { deepStrictEqual, match, strictEqual } from "node:assert";
import { progress } from "../../components/cli/purge/run";
import { MovingClock } from "../../local/cloudflare/clock";

const zone = { id: "z" };
const api = { purge: async () => ({ id: "i" }) };

function sink(isTTY: boolean, columns = 80) {
    const written: string[] = [];
    return { isTTY, columns, written, write: (text: string) => void written.push(text) };
}

describe("cli: progress", () => {
    it("on a terminal: a bar over both passes, which goes away", async () => {
        const out = sink(true);
        const shown = progress(out, new MovingClock(), 3, true);
        const counting = shown.counting(api);
        const bodies = [{ files: ["a", "b"] }, { hosts: ["h"] }];
        for (const body of [...bodies, ...bodies]) {
            await counting.purge(zone, body, "purge");
        }
        shown.end();
        const drawn = out.written.map((text) => text.replace("\r\u001b[K", ""));
        deepStrictEqual(
            drawn,
            [
                "[########----------------] 33 %  purged 2 of 3",
                "[############------------] 50 %  purged 3 of 3",
                "[####################----] 83 %  once more, against copies that were on their way",
                "[########################] 100 %  once more, against copies that were on their way",
                "",
            ].map((line) => line.slice(0, 79)),
        );
    });

    it("on a terminal: words beside the bar, cut to its width; the engine's own count is not repeated", () => {
        const out = sink(true, 40);
        const shown = progress(out, new MovingClock(), 3, false);
        shown.log("waiting for the origin: https://www.example.com/a.js");
        shown.count("purged 1 of 3");
        strictEqual(out.written.length, 1);
        strictEqual((out.written[0] as string).replace("\r\u001b[K", "").length, 39);
    });

    it("a failed request does not count", async () => {
        const out = sink(true);
        const shown = progress(out, new MovingClock(), 1, false);
        const failing = shown.counting({ purge: () => Promise.reject(new Error("no")) });
        await failing.purge(zone, { files: ["a"] }, "purge").catch(() => {});
        deepStrictEqual(out.written, []);
    });

    it("elsewhere: a line at most every 2 s, and none of a bar", async () => {
        const out = sink(false);
        const clock = new MovingClock(0);
        const shown = progress(out, clock, 1, true);
        await shown.counting(api).purge(zone, { files: ["a"] }, "purge");
        for (const seconds of [0, 0.5, 1, 1, 0.4, 5]) {
            await clock.advance(seconds * 1000);
            shown.log(`at ${clock.now()}`);
        }
        shown.end();
        deepStrictEqual(out.written, ["at 0\n", "at 2500\n", "at 7900\n"]);
        match(out.written.join(""), /^(at \d+\n)+$/);
    });
});
