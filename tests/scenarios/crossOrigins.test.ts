import { deepStrictEqual, match, strictEqual } from "node:assert";
import { BASE, Site } from "./site";

const APP = "https://app.example.net";

describe("scenarios: pages of another origin load files of the site", () => {
    it("their copies are purged and verified with the others", async () => {
        const site = await Site.start({
            files: { "inter.woff2": "a", "index.html": "home" },
            options: { crossOrigins: [APP] },
        });
        try {
            await site.up();
            const served = async () =>
                (await site.cloudflare.visit(`${BASE}/inter.woff2`, { headers: { origin: APP } })).body.toString();
            strictEqual(await served(), "a");
            const before = site.cloudflare.purgeLog.length;
            site.edit({ "inter.woff2": "b" });
            const { log } = await site.up();
            strictEqual(await served(), "b");
            match(log, /purge 2 URLs \(1 changed\) in 1 request/);
            match(log, /2 at the edge \(2 verified\)/);
            deepStrictEqual(site.cloudflare.purgeLog[before]?.body, {
                files: [
                    { url: `${BASE}/inter.woff2`, headers: {} },
                    { url: `${BASE}/inter.woff2`, headers: { Origin: APP } },
                ],
            });
        } finally {
            await site.close();
        }
    });
});
