import { deepStrictEqual, match, strictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startCommandProvider } from "../../local/command/start";
import type { RunningProvider } from "../../local/engine/unary";
import { killProcess } from "./killProcess";
import { deployProgram } from "./programs";
import type { Files } from "./site";
import { counts, Site } from "./site";
import { waitForFile } from "./waitForFile";

const A: Files = { "app.js": "a", "index.html": "A" };
const B: Files = { "app.js": "b", "index.html": "B" };
const PATHS = ["/app.js", "/", "/index.html"];

/** No check reaches a real host: the proxy is a port that nobody listens on. */
const ENV = { HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" };

/** The folder in the place of what the origin has. A file `hold` stops it after the first file, until it is told to fail. */
const UPLOAD = `
    set -e
    rm -rf "$PLACE"/origin/*
    cp "$PLACE"/site/app.js "$PLACE"/origin/
    if [ -e "$PLACE"/hold ]; then
        : > "$PLACE"/hold.reached
        read -r _ < "$PLACE"/gate
        exit 1
    fi
    cp "$PLACE"/site/* "$PLACE"/origin/`;

describe("scenarios: the program of this repository", () => {
    let command: RunningProvider;
    let site: Site;
    before(async () => {
        command = await startCommandProvider();
        site = await Site.start({
            files: A,
            programDir: deployProgram(),
            providers: { command: command.port },
            env: ENV,
        });
        const place = site.place;
        await site.stack.setConfig("upload", UPLOAD.replaceAll("$PLACE", place));
        execFileSync("mkfifo", [path.join(place, "gate")]);
    });
    after(async () => {
        await site.close();
        await command.close();
    });

    it("uploads between the journal and the purge, and only when something changed", async () => {
        await site.up();
        await site.warm(PATHS);
        await site.expectFresh(PATHS);
        strictEqual(counts(await site.up()).created, undefined);
        site.purges();
        site.edit(B);
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/", "/app.js", "/index", "/index.html"]);
        await site.expectFresh(PATHS);
        deepStrictEqual((await site.resource(":Command")).inputs?.triggers, [
            (await site.resource("cloudflareCachePurge:Journal")).outputs?.record,
        ]);
    });

    it("killed in the middle of the upload, then changed back: the next `up` uploads and purges", async () => {
        const hold = path.join(site.place, "hold");
        writeFileSync(hold, "");
        site.edit({ "app.js": "c" });
        const run = site.start();
        const ended = run.done.then(({ log }) => {
            throw new Error(`the run ended before its moment:\n${log}`);
        });
        await Promise.race([waitForFile(`${hold}.reached`), ended]);
        await site.warm(PATHS); // visitors bring the new bytes to the edge
        const pids = run.providerPids();
        ended.catch(() => {});
        run.kill("SIGKILL");
        await run.done;
        for (const pid of pids) {
            killProcess(pid);
        }
        await site.stack.cancel();
        writeFileSync(path.join(site.place, "gate"), "fail\n");
        rmSync(hold);
        site.edit(B);
        site.purges();
        await site.up();
        strictEqual(site.purgedUrls().includes("/app.js"), true);
        await site.expectFresh(PATHS);
    });

    it("an upload that fails fails the `up` with its output, and nothing is purged", async () => {
        await site.stack.setConfig("upload", "echo no such host >&2; exit 7");
        site.edit({ "app.js": "d" });
        site.purges();
        match((await site.failing()).log, /exit status 7: .*no such host/s);
        deepStrictEqual(site.purges(), []);
        await site.stack.setConfig("upload", UPLOAD.replaceAll("$PLACE", site.place));
        await site.up();
        await site.expectFresh(PATHS);
    });
});

describe("scenarios: an upload elsewhere, in the middle of two runs", () => {
    let site: Site;
    const upload = (names: readonly string[]): void => {
        for (const name of names) {
            cpSync(path.join(site.dir, name), path.join(site.place, "origin", name));
        }
    };
    const JOURNAL = { targets: ["**::site-journal"] };
    before(async () => {
        site = await Site.start({ files: A, programDir: deployProgram(), env: ENV });
        upload(Object.keys(A));
        await site.up();
    });
    after(() => site.close());

    it("the first run records and purges nothing, the second purges what was recorded", async () => {
        await site.warm(PATHS);
        site.edit(B);
        site.purges();
        await site.up(JOURNAL);
        deepStrictEqual(site.purges(), []);
        upload(Object.keys(B));
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/", "/app.js", "/index", "/index.html"]);
        await site.expectFresh(PATHS);
        strictEqual(counts(await site.up()).updated, undefined);
    });

    it("a job that ends between upload and second run, then changed back: the next job purges", async () => {
        site.edit({ "app.js": "c" });
        await site.up(JOURNAL);
        upload(["app.js"]);
        await site.cloudflare.visit("https://www.example.com/app.js");
        site.edit(B);
        await site.up(JOURNAL);
        upload(["app.js"]);
        site.purges();
        await site.up();
        strictEqual(site.purgedUrls().includes("/app.js"), true);
        await site.expectFresh(["/app.js"]);
    });
});

describe("scenarios: a run for the journal alone, beside a resource for each file", () => {
    it("leaves a whole state when files were removed, and the next `up` deletes and purges them", async () => {
        const site = await Site.start({
            files: { "app.js": "a", "old.js": "a" },
            config: { upload: '{"objects":true}' },
        });
        try {
            await site.up();
            await site.warm(["/app.js", "/old.js"]);
            site.edit({ "app.js": "b", "old.js": null });
            site.purges();
            await site.up({ targets: ["**::site-journal"] });
            deepStrictEqual(site.purges(), []);
            // A state whose order is wrong cannot be read again.
            await site.stack.importState(await site.stack.exportState());
            await site.up();
            strictEqual(site.purgedUrls().includes("/old.js"), true);
            await site.expectFresh(["/app.js"]);
        } finally {
            await site.close();
        }
    });
});
