import { deepStrictEqual, ok } from "node:assert";
import { startCommandProvider } from "../../local/command/start";
import { counts, Site } from "../scenarios/site";

/** Deploys a program twice, and once more with nothing changed: what changed is purged, and only that. */
export async function deploys(programDir: string): Promise<void> {
    const command = await startCommandProvider();
    const site = await Site.start({
        files: { "index.html": "A", "app.js": "a", "old.js": "o" },
        programDir,
        providers: { command: command.port },
        env: { NODE_OPTIONS: "" },
    });
    try {
        const preview = await site.stack.preview();
        ok(preview.succeeded, preview.log);
        await site.up();
        await site.warm(["/", "/app.js", "/old.js"]);
        site.purges();
        site.edit({ "app.js": "b", "old.js": null });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js", "/old.js"]);
        await site.expectFresh(["/", "/app.js", "/old.js"]);
        await site.expectHits(["/"]);
        site.purges();
        const { created, updated, replaced, deleted, unchanged } = { ...NONE, ...counts(await site.up()) };
        deepStrictEqual([created, updated, replaced, deleted], [0, 0, 0, 0]);
        ok(unchanged > 0);
        deepStrictEqual(site.purges(), []);
        const destroyed = await site.stack.destroy();
        ok(destroyed.succeeded, destroyed.log);
    } finally {
        await site.close();
        await command.close();
    }
}

const NONE = { created: 0, updated: 0, replaced: 0, deleted: 0, unchanged: 0 };
