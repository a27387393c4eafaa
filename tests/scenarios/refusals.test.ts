import { deepStrictEqual, match, strictEqual } from "node:assert";
import { Site } from "./site";

const FILES = { "app.js": "a" };

/** What the program refuses once something is deployed; the known mistakes are in mistakes.test.ts. */
describe("scenarios: refusals", () => {
    let site: Site;
    afterEach(() => site.close());

    it("an empty folder after a deploy: nothing is lost", async () => {
        site = await Site.start({ files: FILES });
        await site.up();
        const before = await site.purge();
        site.write({});
        match((await site.failing()).log, /the folder is empty/);
        deepStrictEqual(await site.purge(), before);
        strictEqual((await site.urls()).length, 1);
    });
});
