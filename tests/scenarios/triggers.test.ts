import { deepStrictEqual, doesNotMatch, match } from "node:assert";
import { counts, Site } from "./site";

const targets = { prefixes: ["www.example.com/api/"], tags: ["schema"] };

describe("scenarios: triggers", () => {
    let site: Site;
    before(async () => {
        site = await Site.start({ files: { "app.js": "a" }, options: { triggers: { worker: "v1" }, targets } });
        await site.up();
    });
    after(() => site.close());
    beforeEach(() => {
        site.purges();
    });

    /** The bodies of requests since the last time, each once. */
    const bodies = () => [...new Set(site.purges().map(({ body }) => JSON.stringify(body)))].sort();

    it("a changed trigger purges its targets, and nothing else", async () => {
        await site.setOptions({ triggers: { worker: "v2" }, targets });
        const result = await site.up();
        deepStrictEqual(bodies(), ['{"prefixes":["www.example.com/api/"]}', '{"tags":["schema"]}']);
        deepStrictEqual(counts(result), { updated: 2, unchanged: 7 });
        deepStrictEqual(counts(await site.up()), { unchanged: 9 });
    });

    it("a trigger and files: both", async () => {
        await site.setOptions({ triggers: { worker: "v3" }, targets });
        site.edit({ "app.js": "b" });
        await site.up();
        deepStrictEqual(bodies(), [
            '{"files":["https://www.example.com/app.js"]}',
            '{"prefixes":["www.example.com/api/"]}',
            '{"tags":["schema"]}',
        ]);
    });

    it('"everything" is one request, when the user wrote it', async () => {
        await site.setOptions({ triggers: { worker: "v4" }, targets: "everything" });
        site.edit({ "app.js": "c" });
        await site.up();
        deepStrictEqual(bodies(), ['{"purge_everything":true}']);
    });

    it("`always` goes along with a change, and purges nothing by itself", async () => {
        const options = { triggers: { worker: "v4" }, targets: "everything", always: ["/feed.xml"] };
        await site.setOptions(options);
        await site.up();
        deepStrictEqual(bodies(), []);
        site.edit({ "app.js": "d" });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js", "/feed.xml"]);
    });

    it("a secret trigger is a trigger, and in clear nowhere", async () => {
        await site.stack.setConfig("options", JSON.stringify({ targets }));
        for (const value of ["hidden-1", "hidden-2"]) {
            await site.stack.setConfig("trigger", value, true);
            const { log } = await site.up();
            deepStrictEqual(bodies(), ['{"prefixes":["www.example.com/api/"]}', '{"tags":["schema"]}']);
            doesNotMatch(log + site.stored(), /hidden/);
        }
    });

    it("targets that Cloudflare would refuse fail before anything is changed", async () => {
        await site.setOptions({ triggers: { worker: "v5" }, targets: { prefixes: ["https://www.example.com/"] } });
        const before = await site.purge();
        match((await site.failing()).log, /targets\.prefixes\[0\]/);
        deepStrictEqual(bodies(), []);
        deepStrictEqual(await site.purge(), before);
    });
});
