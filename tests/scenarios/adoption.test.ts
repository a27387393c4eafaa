import { deepStrictEqual, match, strictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { counts, Site } from "./site";
import { storedState } from "./storedState";

/** A stack whose state a version wrote that had two resources, journal and purge, and no Sweep. */
describe("scenarios: a stack of an older version", () => {
    for (const [title, renamed] of [
        ["as it is", {}],
        ["renamed with an alias in the same `up`", { name: "web", alias: "site" }],
    ] as const) {
        describe(title, () => {
            let site: Site;
            before(async () => {
                const files = { "index.html": "a", "app.js": "a", "old.js": "a" };
                const config = { upload: '{"objects":true}', tokenGiven: "true", ...renamed };
                site = await Site.start({ files, config });
                await site.stack.setConfig("token", site.cloudflare.createToken().value, true);
                for (const [name, text] of Object.entries(files)) {
                    site.atOrigin(name, text);
                }
                await site.stack.importState(storedState("two-resources.json", site));
                await site.warm(["/app.js", "/old.js"]);
            });
            after(() => site.close());

            it("is taken over: nothing is purged, and nothing is made anew", async () => {
                const result = await site.up();
                deepStrictEqual(counts(result), { created: 2, unchanged: 7 }, result.log);
                deepStrictEqual(site.purges(), []);
                const { urn } = await site.resource("cloudflareCachePurge:Journal");
                match(urn, /CachePurge\$cloudflare-cache-purge:index:Journal\$pulumi-nodejs:dynamic/);
                deepStrictEqual(counts(await site.up()), { unchanged: 9 });
                await site.expectHits(["/app.js", "/old.js"]);
            });

            it("a file that is removed later is swept at the end of that `up`", async () => {
                site.edit({ "old.js": null });
                await site.up();
                await site.expectFresh(["/app.js", "/old.js"]);
                strictEqual((await site.purge()).receipt.owed, 0);
                deepStrictEqual(counts(await site.up()), { unchanged: 8 });
            });

            it("what it stores for a delete needs no package", async () => {
                for (const kind of ["Journal", "Sweep", "Purge"]) {
                    const { outputs = {} } = await site.resource(`cloudflareCachePurge:${kind}`);
                    const olds = JSON.stringify({ ...outputs, __provider: undefined });
                    const call = `${outputs.__provider};exports.handler().delete("id", ${olds}).then(() => console.log("done"))`;
                    strictEqual(
                        execFileSync(process.execPath, ["-e", call], { cwd: site.dir, encoding: "utf8" }),
                        "done\n",
                    );
                }
            });
        });
    }
});
