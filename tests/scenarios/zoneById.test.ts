import { deepStrictEqual, match } from "node:assert";
import type { LocalCloudflare } from "../../local/cloudflare";
import { USER_TOKENS_WRITE } from "../../local/cloudflare";
import { Site } from "./site";

const ID = "0123456789abcdef0123456789abcdef";

/** Makes tokens, and can read no zone: the owner gives the zone's ID for that reason. */
const cannotReadZones = (cloudflare: LocalCloudflare): string =>
    cloudflare.createToken({
        policies: [{ groups: [USER_TOKENS_WRITE], resources: { "com.cloudflare.api.user.*": "*" } }],
    }).value;

describe("scenarios: a zone by its ID, and a deploy credential that can read no zone", () => {
    it("is used as it is, with a warning and without an error, and purged", async () => {
        const site = await Site.start({
            files: { "app.js": "a" },
            cloudflare: { zones: [{ name: "example.com", id: ID, cacheEverything: true }] },
            options: { zone: { id: ID } },
            token: cannotReadZones,
        });
        try {
            const { diagnostics, log } = await site.up();
            match(
                log,
                /warning: .*the zone 0123456789abcdef0123456789abcdef cannot be read with the provider's token, so/,
            );
            deepStrictEqual(
                diagnostics.filter(({ severity }) => severity === "error"),
                [],
                "each failed look-up would be an error diagnostic of the provider's",
            );
            deepStrictEqual(site.purgedUrls(), ["/app.js"]);
        } finally {
            await site.close();
        }
    });
});
