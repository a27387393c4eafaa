import { deepStrictEqual, strictEqual } from "node:assert";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { killProcess } from "./killProcess";
import { counts, Site } from "./site";
import { waitForFile } from "./waitForFile";

const PATHS = ["/app.js", "/style.css"];

/** Ctrl-C: the step under way ends, nothing else begins. Then the same stack's `up`, twice. */
describe("scenarios: aborts", () => {
    let site: Site;
    let version = 0;
    before(async () => {
        // Quick to try again: the request that gets no answer is given up after a second.
        site = await Site.start({ files: { "app.js": "a", "style.css": "a" }, options: { timeout: 1, retries: 3 } });
        await site.up();
    });
    after(() => site.close());
    beforeEach(async () => {
        site.cloudflare.faults.clear();
        await site.warm(PATHS);
        site.purges();
        version += 1;
        site.edit({ "app.js": `version ${version}` });
    });

    /** One that pays what is left, and one that has nothing to do. No request is refused for its rate. */
    async function upTwice(): Promise<void> {
        await site.up();
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
        const calls = site.purges();
        deepStrictEqual(
            calls.filter(({ status }) => status === 429),
            [],
        );
        const urls = calls.flatMap(({ body }) => (body as { files: string[] }).files);
        deepStrictEqual([...new Set(urls)], ["https://www.example.com/app.js"]);
        strictEqual(calls.length <= 6, true, `${calls.length} requests for one URL`);
        await site.expectFresh(PATHS);
    }

    it("while the upload runs: it ends, the purge does not begin, and the next `up` purges", async () => {
        const hold = path.join(site.place, "hold");
        writeFileSync(hold, "");
        await site.stack.setConfig("upload", JSON.stringify({ hold, holdAt: "middle" }));
        const run = site.start();
        await waitForFile(`${hold}.reached`);
        run.kill("SIGINT");
        rmSync(hold);
        strictEqual((await run.done).succeeded, false);
        deepStrictEqual(site.purges(), []);
        await site.stack.setConfig("upload", "{}");
        await upTwice();
    });

    it("while a purge request waits for its answer: it is carried through, and nothing is left to do", async () => {
        site.cloudflare.faults.add({ kind: "stall", path: "purge_cache" });
        const reached = site.cloudflare.faults.next();
        const run = site.start();
        await reached;
        run.kill("SIGINT");
        strictEqual((await run.done).succeeded, false);
        await upTwice();
    });

    it("twice, so that the engine ends at once: the lock is removed, and the next `up` pays", async () => {
        site.cloudflare.faults.add({ kind: "stall", path: "purge_cache", times: "always" });
        const reached = site.cloudflare.faults.next();
        const run = site.start();
        await reached;
        const canceling = new Promise<void>((resolve) => run.on("line", (line) => /cancel/.test(line) && resolve()));
        run.kill("SIGINT");
        await canceling;
        const orphans = run.providerPids();
        run.kill("SIGINT");
        strictEqual((await run.done).succeeded, false);
        for (const pid of orphans) {
            killProcess(pid); // its purge would end by itself within some seconds
        }
        site.cloudflare.faults.clear();
        await site.stack.cancel();
        await upTwice();
    });
});
