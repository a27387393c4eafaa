import { deepStrictEqual, match, strictEqual } from "node:assert";
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

describe("scenarios: an international zone, given as a URL, and a custom hostname of it", () => {
    it("is found, the program says what it made of it, and both hosts are purged", async () => {
        const zone = { name: "bücher.example", cacheEverything: true, customHostnames: ["shop.customer.test"] };
        const site = await Site.start({
            files: { "app.js": "a" },
            cloudflare: { zones: [zone] },
            config: { zone: "https://Bücher.example/" },
            baseUrls: ["https://www.bücher.example", "https://shop.customer.test"],
            options: { customHostnames: true },
        });
        try {
            const { diagnostics } = await site.up();
            const said = diagnostics.map(({ severity, message }) => `${severity}: ${message.trim()}`);
            deepStrictEqual(said[0], 'info: zone "https://Bücher.example/" is read as xn--bcher-kva.example');
            match(said[1] ?? "", /^info: cache-purge: .*2 at the edge \(2 verified\)$/);
            match(said[2] ?? "", /^info: cache-purge: purged 2 URLs in xn--bcher-kva\.example \(/);
            strictEqual(said.length, 3);
            deepStrictEqual(site.cloudflare.purgeLog[0]?.body, {
                files: ["https://shop.customer.test/app.js", "https://www.xn--bcher-kva.example/app.js"],
            });
        } finally {
            await site.close();
        }
    });
});
