import { deepStrictEqual, match } from "node:assert";
import { CloudflareError } from "../../components/cloudflare/cloudflareError";
import type { PurgeBody } from "../../components/plan/batches";
import { variantsOf } from "../../components/plan/headers";
import type { OwedEntry } from "../../components/purge/owed";
import { withCurrentSamples } from "../../components/purge/owed";
import type { Answer } from "../../components/purge/visit";
import { answer, BASE, entry, firstWarning, gone, NONE, nameOf, next, old, there, up } from "./ups";

describe("what the edge serves after a purge", () => {
    it("stale at the edge after its purge: once more, then let go with the likely cause", async () => {
        const settings = { verify: { sample: 10, timeout: 30, onStale: "warn" as const } };
        const aged = { ...old, headers: { ...old.headers, "cf-cache-status": "HIT", age: "4000" } };
        const edge = (path: string) => (path === "/a.js" ? aged : undefined);
        const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] }, () => there, {
            settings,
            edge,
        });
        deepStrictEqual([first.owed, first.warnings], [{ stale: ["/a.js"] }, ["edge-stale"]]);
        const second = await up(next(first.outcome), () => there, { settings, edge });
        deepStrictEqual([second.owed, second.purged, second.warnings], [{}, ["/a.js"], ["edge-stale"]]);
        match(
            firstWarning(second.outcome),
            /still stale after a second purge.*the purge named another entry.*method GET.*explain stale/,
        );
    });

    describe("copies for pages of other origins", () => {
        const APP = "https://app.example.net";
        const variants = variantsOf({ crossOrigins: [APP] });
        const deploy = entry({ "/a.js": "changed", "/b": "changed" });
        const withApp = (one: OwedEntry): OwedEntry => ({
            ...one,
            selectors: one.selectors.flatMap((selector) =>
                selector.value.endsWith(".js") ? [selector, { ...selector, headers: { Origin: APP } }] : [selector],
            ),
        });
        const settings = { verify: { sample: 10, timeout: 30, onStale: "warn" as const } };

        it("are looked at too, and only the stale one is purged again", async () => {
            const first = await up({ entries: [withApp(deploy)], variants }, () => there, {
                settings,
                edge: (path) => (path === `/a.js ${APP}` ? old : undefined),
            });
            deepStrictEqual(first.purged, ["/a.js", `/a.js ${APP}`, "/b"]);
            deepStrictEqual([first.owed, first.warnings], [{ stale: ["/a.js"] }, ["edge-stale"]]);
            deepStrictEqual(first.outcome.owed[0]?.selectors[0]?.headers, { Origin: APP });
            match(firstWarning(first.outcome), /a\.js \[Origin: https:\/\/app\.example\.net\]/);
            const second = await up({ ...next(first.outcome), variants }, () => there, { settings });
            deepStrictEqual([second.owed, second.purged], [{}, [`/a.js ${APP}`]]);
        });

        it("are not purged again where the plain one is stale", async () => {
            const first = await up({ entries: [withApp(deploy)], variants }, () => there, {
                settings,
                edge: (path) => (path === "/a.js" ? old : undefined),
            });
            deepStrictEqual(
                first.outcome.owed.flatMap(({ selectors }) => selectors.map(({ headers }) => headers)),
                [undefined],
            );
        });

        it("go along when what was let go is purged after all", async () => {
            const first = await up({ entries: [withApp(entry({ "/old.js": "removed" }))], variants }, () => old);
            const second = await up({ ...next(first.outcome), variants }, () => old);
            deepStrictEqual([second.purged, second.outcome.remembered.length], [[], 1]);
            const third = await up({ ...next(second.outcome, deploy), variants }, (path) =>
                path === "/old.js" ? gone : there,
            );
            deepStrictEqual(third.purged, ["/a.js", "/b", "/old.js", `/old.js ${APP}`]);
        });

        it("of an earlier entry are purged with the last one that changes the file", () => {
            const [, last] = withCurrentSamples(
                [withApp(deploy), { ...entry({ "/a.js": "changed" }), to: 2 }],
                false,
                [],
                variants,
            );
            deepStrictEqual(
                last?.selectors.map(({ headers }) => headers),
                [undefined, { Origin: APP }],
            );
        });

        it("are warmed once", async () => {
            const owed = { entries: [withApp(entry({ "/a.js": "changed" }))], variants };
            const how = { warm: true, verify: false, originReady: false } as const;
            deepStrictEqual((await up(owed, () => there, { settings: how })).asked, ["/a.js"]);
        });
    });

    it("an environment is purged by its own path, and not checked where visitors meet production", async () => {
        const owed = { entries: [entry({ "/a.js": "changed" })] };
        const edge = () => old;
        const environment = "e".repeat(32);
        const blind = await up(owed, () => there, { edge, environment });
        deepStrictEqual([blind.zones, blind.owed, blind.outcome.checked], [[environment, environment], {}, []]);
        const settings = { connectTo: { "*": "203.0.113.7" } };
        const led = await up(owed, () => there, { edge, environment, settings });
        deepStrictEqual(led.owed, { stale: ["/a.js"] });
    });

    it("warms what was purged, and nothing where the purge was refused", async () => {
        const settings = { warm: true, verify: false, originReady: false } as const;
        const owed = { entries: [entry({ "/a.js": "changed" })] };
        deepStrictEqual((await up(owed, () => there, { settings })).asked, ["/a.js"]);
        const error = new CloudflareError({ operation: "purge", kind: "server", cause: "no", remedy: "" });
        const refused = await up(owed, () => there, { settings, error });
        deepStrictEqual([refused.asked, refused.owed], [[], { "not-purged": ["/a.js"] }]);
        // Nor where Cloudflare refuses only one of two.
        const two = { entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] };
        const bad = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const refuse = (body: PurgeBody) => "files" in body && body.files.map(nameOf).includes(`${BASE}/b.js`);
        const partly = await up(two, () => there, { settings, error: bad, refuse });
        deepStrictEqual([partly.purged, partly.asked, partly.owed], [["/a.js"], [], { "not-purged": ["/b.js"] }]);
    });

    it("a page that the origin serves at another of its names is checked there", async () => {
        const origin = (path: string): Answer =>
            path === "/about.html" ? { ...answer(307, NONE), headers: { location: "/about" } } : there;
        for (const [edge, state] of [
            [there, "verified"],
            [old, "stale"],
        ] as const) {
            const { outcome } = await up({ entries: [entry({ "/about.html": "changed" })] }, origin, {
                edge: (path) => (path === "/about" ? edge : undefined),
            });
            deepStrictEqual(
                outcome.checked.map((one) => [one.url, one.state]),
                [[`${BASE}/about`, state]],
            );
        }
    });
});
