import { strictEqual } from "node:assert";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Fault } from "../../local/cloudflare";
import type { Run } from "../../local/engine/stack";
import { killProcess } from "./killProcess";
import type { Files } from "./site";
import { Site } from "./site";
import { waitForFile } from "./waitForFile";

const A: Files = { "app.js": "a", "style.css": "a", "index.html": "A" };
const PATHS = ["/app.js", "/style.css", "/", "/index.html"];

/** A moment of an `up`: where the upload waits, or which request gets no answer. */
type Moment = { readonly upload: "middle" } | { readonly stall: Partial<Fault> };

/**
 * What is under way when the process dies. tests/stateful/stories.test.ts kills at every point of an `up`, without
 * processes. A change here has four URLs: two batches of two, then the rebound of both.
 */
const MOMENTS: [string, Moment][] = [
    ["in the middle of the upload", { upload: "middle" }],
    ["while the token is verified", { stall: { path: "/tokens/verify" } }],
    [
        "when the first request was carried out and its answer is on its way",
        { stall: { path: "purge_cache", when: "after" } },
    ],
    ["at the rebound", { stall: { path: "purge_cache", skip: 2 } }],
];

describe("scenarios: kills", () => {
    let site: Site;
    let version = 0;
    const orphans: number[] = [];
    before(async () => {
        site = await Site.start({ files: A, options: { batchSize: 2 } });
        await site.up();
    });
    after(() => site.close());
    afterEach(() => {
        site.cloudflare.faults.clear();
        // The SDK's processes outlive a killed engine; nobody else ends them.
        for (const pid of orphans.splice(0)) {
            killProcess(pid);
        }
    });

    const files = (n: number): Files => ({ "app.js": `version ${n}`, "index.html": `<p>${n}` });

    /** Starts an `up`, waits for the moment, and kills provider or engine there. */
    async function killAt(moment: Moment, victim: "provider" | "engine"): Promise<void> {
        const hold = path.join(site.place, "hold");
        let reached: Promise<unknown>;
        if ("upload" in moment) {
            rmSync(`${hold}.reached`, { force: true });
            writeFileSync(hold, "");
            await site.stack.setConfig("upload", JSON.stringify({ hold, holdAt: moment.upload }));
            reached = waitForFile(`${hold}.reached`);
        } else {
            site.cloudflare.faults.add({ kind: "stall", times: "always", ...moment.stall });
            reached = site.cloudflare.faults.next();
        }
        const run = site.start();
        const ended = run.done.then(({ log }) => {
            throw new Error(`the run ended before its moment:\n${log}`);
        });
        ended.catch(() => {});
        await Promise.race([reached, ended]);
        orphans.push(...run.providerPids());
        await kill(run, victim);
        site.cloudflare.faults.clear();
        await site.stack.setConfig("upload", "{}");
    }

    async function kill(run: Run, victim: "provider" | "engine"): Promise<void> {
        if (victim === "engine") {
            run.kill("SIGKILL");
        } else {
            for (const pid of run.providerPids()) {
                killProcess(pid);
            }
        }
        strictEqual((await run.done).succeeded, false);
        if (victim === "engine") {
            await site.stack.cancel();
        }
    }

    for (const [title, moment] of MOMENTS) {
        it(`provider, then engine killed ${title}, then the files changed back: the next \`up\` pays`, async () => {
            await site.warm(PATHS);
            for (const victim of ["provider", "engine"] as const) {
                version += 1;
                site.edit(files(version));
                await killAt(moment, victim);
                await site.warm(PATHS); // the edge has what was uploaded by now
            }
            site.edit(A);
            site.purges();
            await site.up();
            strictEqual(site.purgedUrls().includes("/app.js"), true);
            await site.expectFresh(PATHS);
        });
    }
});
