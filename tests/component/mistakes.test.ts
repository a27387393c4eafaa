import { match, rejects, strictEqual, throws } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { CachePurgeArgs } from "../../components";
import { assetsFrom, CachePurge, siteAssets } from "../../components";
import { inFolder } from "../assets/folder";
import { mockEngine, resolved } from "./mocks";

const TOKEN = "cfut_0123456789012345678901234567890123456789";

describe("component: mistakes that are told before any request", () => {
    const make = (args: Partial<CachePurgeArgs>) =>
        new CachePurge("site", {
            assets: assetsFrom({ "app.js": "1" }, { baseUrls: ["https://www.example.com"] }),
            ...args,
        });

    const wrong: [string, Record<string, unknown>, RegExp][] = [
        ["an unknown option", { verfy: false }, /unknown option "verfy": did you mean "verify"\?/],
        ["an option that is like none", { colour: "red" }, /unknown option "colour": the options are zone, assets,/],
        ["neither assets nor triggers", { assets: undefined }, /assets is missing/],
        ["triggers without targets", { triggers: ["a"] }, /triggers without targets/],
        [
            "targets that name nothing",
            { triggers: ["a"], targets: {} },
            /targets "{}": it names nothing.*Say what a changed trigger purges, such as prefixes: \["www/,
        ],
        [
            "targets whose lists are all empty",
            { triggers: ["a"], targets: { urls: [], tags: [] } },
            /targets "{ urls: \[\], tags: \[\] }": it names nothing/,
        ],
        [
            "targets without triggers",
            { targets: { hosts: ["www.example.com"] } },
            /targets without triggers.*say in triggers when.*or in always what goes along with every change/,
        ],
        [
            "no trigger and no assets",
            { assets: undefined, triggers: [], targets: "everything" },
            /triggers is empty, and there are no assets, so nothing would ever be purged/,
        ],
        ["an empty token", { token: "" }, /token is empty/],
        ["an unknown token option", { token: { expires: "2030" } }, /unknown option "token.expires".*expiresOn/],
        [
            "a base URL of another zone",
            { zone: "example.net" },
            /www\.example\.com is not in the zone example\.net[\s\S]*set customHostnames: true[\s\S]*new CachePurge/,
        ],
        [
            "a misspelt zone",
            { zone: "exmaple.com" },
            /www\.example\.com is not in the zone exmaple\.com\. Did you mean zone: "example\.com"\?/,
        ],
        [
            "a target of another zone",
            { triggers: ["a"], targets: { hosts: ["example.org"] } },
            /targets: example\.org is not in the zone/,
        ],
        [
            "a URL that goes along, of another zone",
            { always: ["/feed.xml", "https://example.org/feed.xml"] },
            /always: example\.org is not in the zone example\.com/,
        ],
        ["a zone that is not a name", { zone: "example" }, /zone "example" is not a zone's name.*"example\.com"/],
        ["an empty zone", { zone: " " }, /zone is empty.*"example\.com"/],
        [
            "custom hostnames of a zone that is not named",
            { zone: undefined, customHostnames: true },
            /customHostnames needs zone/,
        ],
        [
            "a plan that is none",
            { zonePlan: "proo" },
            /zonePlan is "proo"; it must be "free", "pro", "business" or "enterprise"/,
        ],
        ["a token that is none", { token: "v1.0-144cac2c8b2e4f8f" }, /token: This is an Origin CA key/],
        [
            "a zone ID that is none",
            { zone: { id: "abc" } },
            /"abc" is not a zone ID: a zone ID has 32 hexadecimal digits/,
        ],
        ["a wrong mode", { mode: "soft" }, /mode is "soft"; it must be "purge" or "invalidate"/],
        ["a batch size of 0", { batchSize: 0 }, /batchSize is 0/],
        [
            "a misspelt check",
            { verify: { samples: 3 } },
            /unknown option "verify\.samples": did you mean "verify\.sample"\?/,
        ],
        ["a wrong check", { verify: { sample: 0 } }, /verify\.sample is 0; it must be a whole number from 1 to 1000/],
        [
            "a header that is not a text",
            { headers: [{ "CF-Device-Type": 1 }] },
            /headers is .*it must be a list of header/,
        ],
        ["a target that is a path", { triggers: ["a"], targets: { urls: ["/a"] } }, /targets\.urls\[0\] "\/a"/],
        [
            "an origin with a path",
            { crossOrigins: ["https://a.example/b"] },
            /crossOrigins\[0\].*an origin has no path/,
        ],
        ["an `after` without a result", { after: () => undefined }, /after returned nothing/],
    ];
    for (const [title, args, message] of wrong) {
        it(`refuses ${title}, before any request`, async () => {
            const engine = await mockEngine();
            throws(() => make({ zone: "example.com", ...args } as Partial<CachePurgeArgs>), message);
            strictEqual(engine.registered.filter(({ type }) => !type.includes("CachePurge")).length, 0);
        });
    }

    it("a mistake in the assets ends the program with its message alone", () => {
        inFolder({ "app.js": "1" }, (dir) =>
            throws(
                () => siteAssets(dir, { baseUrls: ["https://www.example.com/?docs"] }),
                (error) => pulumi.RunError.isInstance(error) && /it holds a query/.test((error as Error).message),
            ),
        );
    });

    it("so does one in assetsFrom", () => {
        for (const [baseUrl, what] of [
            ["www.example.com", /does not begin with https/],
            ["https://www.example.com/?docs", /it holds a query/],
        ] as const) {
            throws(
                () => assetsFrom(pulumi.output({ "a.js": "1" }), { baseUrls: [baseUrl] }),
                (error) => pulumi.RunError.isInstance(error) && what.test((error as Error).message),
            );
        }
    });

    it("in assetsFrom too where it is found out later, in its own words", async () => {
        await mockEngine();
        const mistakes = [
            [
                { "a.js": "1" },
                { fallback: "a.jsx" },
                /^fallback "a\.jsx": there is no such file among the digests\. Write "a\.js"/,
            ],
            [{ "a.js": "" }, {}, /^digests "a\.js": its digest is empty/],
        ] as const;
        for (const [digests, options, message] of mistakes) {
            const known = assetsFrom(pulumi.output(digests), { baseUrls: ["https://www.example.com"], ...options });
            await rejects(
                resolved(make({ zone: "example.com", assets: known, token: TOKEN }).receipt),
                (error: Error) => {
                    match(error.message, message);
                    return pulumi.RunError.isInstance(error);
                },
            );
        }
    });
});
