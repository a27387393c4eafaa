import { deepStrictEqual, doesNotMatch, match, rejects, strictEqual } from "node:assert";
import { createHash } from "node:crypto";
import type { Manifest } from "../../components/assets/manifest";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { append } from "../../components/plan/entries";
import { plan } from "../../components/plan/plan";
import type { JournalRecord } from "../../components/plan/record";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import { markSwept, removesFiles, sweepsByEpoch, sweepsSince } from "../../components/resources/inProcess";
import type { PurgeInputs } from "../../components/resources/state";
import { UNKNOWN } from "../../components/resources/state";
import { check, create, diff } from "../../components/resources/sweep";
import { DEFAULTS } from "../../components/settings/componentOptions";
import type { LocalCloudflare } from "../../local/cloudflare";
import { memorySite, startLocalCloudflare } from "../../local/cloudflare";

const BASE = "https://www.example.com";
type Files = Readonly<Record<string, string>>;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function manifestOf(files: Files): Manifest {
    const digests = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]));
    return assetsFromDigests(digests, { baseUrls: [BASE], allowEmpty: true }).manifest;
}

/** A journal after some deploys. */
function journal(epoch: string, ...deploys: Files[]): JournalRecord {
    const manifests = deploys.map(manifestOf);
    return manifests.reduce(
        (record, manifest, i) => append(record, manifest, plan(manifests[i - 1], manifest)),
        emptyRecord(epoch),
    );
}

describe("resources/sweep", () => {
    let cloudflare: LocalCloudflare;
    const printed: string[] = [];
    const print = console.log;
    before(async () => {
        cloudflare = await startLocalCloudflare();
    });
    after(() => cloudflare.close());
    beforeEach(() => {
        cloudflare.faults.clear();
        printed.length = 0;
        console.log = (line: string) => printed.push(line);
        purged();
    });
    afterEach(() => {
        console.log = print;
    });

    function inputs(record: JournalRecord, change: Partial<PurgeInputs["settings"]> = {}): PurgeInputs {
        return {
            journal: encodeRecord(record),
            zoneId: cloudflare.zone.id,
            zoneName: cloudflare.zone.name,
            accountId: cloudflare.accountId,
            zonePlan: "free",
            zoneStatus: "active",
            tokenOwner: "given",
            token: cloudflare.createToken().value,
            apiBaseUrl: cloudflare.apiBaseUrl,
            settings: {
                ...DEFAULTS,
                rebound: 0.01,
                retries: 0,
                verify: { sample: 10, timeout: 0.2, onStale: "warn" },
                connectTo: { "*": cloudflare.edgeBaseUrl },
                ...change,
            },
        };
    }

    /** What the engine does at the end of an `up`: the old Sweep's stored `delete`. */
    const remove = (epoch: string, generation: number) => {
        sweepsSince.set(epoch, generation);
        return sweepsByEpoch.get(epoch)?.({ epoch, generation });
    };

    const serve = (files: Files) =>
        cloudflare.origin.setSite(memorySite(new Map(Object.entries(files).map(([name, text]) => [`/${name}`, text]))));

    let seen = 0;
    /** The bodies of purge requests since the last time. */
    function purged(): unknown[] {
        const calls = cloudflare.purgeLog.slice(seen);
        seen = cloudflare.purgeLog.length;
        return calls.map(({ body }) => Object.values(body as Record<string, unknown>)[0]);
    }

    describe("check", () => {
        it("keeps nothing of the inputs but how far the journal is: no token, no settings", async () => {
            const news = inputs(journal("c1", { "a.js": "1", "b.js": "1" }, { "a.js": "1" }, { "a.js": "2" }));
            const { inputs: kept } = await check({}, news);
            deepStrictEqual(kept, { epoch: "c1", generation: 3, removedAt: 2 });
        });

        it("in a preview, where the journal is not known, nothing is", async () => {
            const { inputs: kept } = await check({}, { ...inputs(journal("c2")), journal: UNKNOWN });
            deepStrictEqual(kept, { epoch: UNKNOWN, generation: UNKNOWN, removedAt: UNKNOWN });
            strictEqual(sweepsByEpoch.has("c2"), false);
        });

        it("where the token is not known, nobody could sweep", async () => {
            await check({}, { ...inputs(journal("c3", { "a.js": "1" })), token: UNKNOWN });
            strictEqual(sweepsByEpoch.has("c3"), false);
        });
    });

    describe("diff", () => {
        const state = (epoch: string, generation: number, removedAt = 0) => ({ epoch, generation, removedAt });
        const replaced = { changes: true, replaces: ["generation"] };
        const rows: [string, ReturnType<typeof state>, ReturnType<typeof state>, object, number | undefined][] = [
            ["nothing was removed", state("d", 1), state("d", 4), { changes: false }, undefined],
            ["files were removed before", state("d", 3), state("d", 4, 3), { changes: false }, undefined],
            ["files were removed since", state("d", 3), state("d", 6, 5), replaced, 3],
            ["the journal was replaced: nothing is announced", state("d", 3), state("other", 1), replaced, undefined],
        ];
        for (const [title, olds, news, answer, announced] of rows) {
            it(title, async () => {
                deepStrictEqual(await diff("id", olds, news), answer);
                strictEqual(sweepsSince.get(news.epoch), announced);
            });
        }

        const unknown = { epoch: UNKNOWN, generation: 0, removedAt: 0 };
        const previews: [string, boolean | undefined, object][] = [
            ["a preview of a deploy that removes files", true, replaced],
            ["a preview of one that does not", false, { changes: false }],
            ["a preview in which the journal is replaced", undefined, replaced],
        ];
        for (const [title, removes, answer] of previews) {
            it(title, async () => {
                removesFiles.clear();
                if (removes !== undefined) {
                    removesFiles.set("d", removes);
                }
                deepStrictEqual(await diff("id", state("d", 3), unknown), answer);
            });
        }
    });

    it("create makes no request, and its state is epoch and generation", async () => {
        deepStrictEqual(await create({ epoch: "e", generation: 7, removedAt: 5 }), {
            id: "e-7",
            outs: { epoch: "e", generation: 7 },
        });
    });

    describe("delete", () => {
        const two = (epoch: string) => journal(epoch, { "a.js": "1", "b.js": "1", "c.js": "1" }, { "a.js": "1" });
        const URLS = [`${BASE}/b.js`, `${BASE}/c.js`];

        it("purges what removed files left, twice, and what is swept once is not swept again", async () => {
            serve({ "a.js": "1" });
            await check({}, inputs(two("s1")));
            await remove("s1", 1);
            deepStrictEqual(purged(), [URLS, URLS]);
            await remove("s1", 1);
            await remove("s1", 0);
            deepStrictEqual(purged(), []);
        });

        it("purges the copies for pages of other origins too", async () => {
            serve({ "a.js": "1" });
            const Origin = "https://app.example.net";
            await check({}, { ...inputs(two("s1x")), crossOrigins: [Origin] });
            await remove("s1x", 1);
            deepStrictEqual(
                purged()[0],
                URLS.flatMap((url) => [
                    { url, headers: {} },
                    { url, headers: { Origin } },
                ]),
            );
            match(printed.join("\n"), /left: \S+b\.js, \S+c\.js$/m);
        });

        it("purges nothing that was removed before its generation, or came back", async () => {
            serve({});
            const record = journal(
                "s2",
                { "a.js": "1", "b.js": "1", "c.js": "1" },
                { "a.js": "1", "b.js": "1" },
                {},
                { "b.js": "2" },
            );
            await check({}, inputs(record));
            await remove("s2", 2);
            deepStrictEqual(purged()[0], [`${BASE}/a.js`]);
        });

        it("purges nothing where the origin still serves the files, and says how to do it later", async () => {
            serve({ "a.js": "1", "b.js": "1", "c.js": "1" });
            await check({}, inputs(two("s3")));
            await remove("s3", 1);
            deepStrictEqual(purged(), []);
            match(
                printed.join("\n"),
                /still serves https:\/\/www\.example\.com\/b\.js, .* purge --zone example\.com --url https:/,
            );
        });

        it("that an earlier `up` left behind waits for objects that are deleted beside it", async () => {
            const files = new Map(["b.js", "c.js"].map((name) => [`/${name}`, "1"]));
            const site = memorySite(files);
            cloudflare.origin.setSite({
                read: (name) => {
                    const file = site.read(name);
                    setTimeout(() => files.delete(name), 50); // asked again after 250 ms
                    return file;
                },
            });
            await check({}, inputs(two("s12")));
            sweepsSince.delete("s12");
            await sweepsByEpoch.get("s12")?.({ epoch: "s12", generation: 1 });
            deepStrictEqual(purged()[0], URLS);
        });

        it("purges where only a replica that lags behind still had the files", async () => {
            const files = new Map(["b.js", "c.js"].map((name) => [`/${name}`, "1"]));
            const site = memorySite(files);
            cloudflare.origin.setSite({
                read: (name) => {
                    setTimeout(() => files.delete(name), 50);
                    return site.read(name);
                },
            });
            await check({}, inputs(two("s13"), { rebound: 0.3 }));
            await remove("s13", 1);
            deepStrictEqual(purged()[0], URLS);
            doesNotMatch(printed.join("\n"), /still serves/);
        });

        it("purges the host once more that was purged with them: one of them may have answered for all that is missing", async () => {
            const [before, after] = [manifestOf({ "b.js": "1", "c.js": "1" }), manifestOf({})];
            const host = { kind: "host", value: "www.example.com", reasons: ["widened"] } as const;
            const widened = (epoch: string) => {
                const first = append(emptyRecord(epoch), before, plan(undefined, before));
                return inputs(append(first, after, { ...plan(before, after), selectors: [host] }));
            };
            serve({});
            await check({}, widened("s14"));
            await remove("s14", 1);
            deepStrictEqual(purged()[0], ["www.example.com"]);
            // It does not go alone: where all files are still served, none of them answers for anything.
            serve({ "b.js": "1", "c.js": "1" });
            await check({}, widened("s15"));
            await remove("s15", 1);
            deepStrictEqual(purged(), []);
        });

        it("purges the rest where some are still served", async () => {
            serve({ "a.js": "1", "b.js": "1" });
            await check({}, inputs(two("s4")));
            await remove("s4", 1);
            deepStrictEqual(purged()[0], [`${BASE}/c.js`]);
        });

        it("purges where the origin answers something else, or is not asked", async () => {
            serve({ "a.js": "1", "b.js": "a login", "c.js": "a login" });
            await check({}, inputs(two("s5")));
            await remove("s5", 1);
            deepStrictEqual(purged()[0], URLS);
            serve({ "a.js": "1", "b.js": "1", "c.js": "1" });
            await check({}, inputs(two("s6"), { originReady: false, verify: false }));
            await remove("s6", 1);
            deepStrictEqual(purged()[0], URLS);
        });

        it("a mirror that had deleted its files before the purge costs no second one", async () => {
            await check({}, inputs(two("s7")));
            markSwept("s7", new Map(URLS.map((url) => [url, 2])));
            await remove("s7", 1);
            deepStrictEqual(purged(), []);
        });

        it("a refusal fails it, and the next `up` sweeps, with the token of that one", async () => {
            serve({ "a.js": "1" });
            await check({}, { ...inputs(two("s8")), token: cloudflare.createToken({ policies: [] }).value });
            await rejects(async () => remove("s8", 1), /Cloudflare answered 4/);
            purged();
            await check({ epoch: "s8", generation: 2, removedAt: 2 }, inputs(two("s8")));
            await remove("s8", 1);
            deepStrictEqual(purged()[0], URLS);
        });

        it('with onFailure "warn" it passes, and names URLs and command', async () => {
            const token = cloudflare.createToken({ policies: [] }).value;
            await check({}, { ...inputs(two("s9"), { onFailure: "warn" }), token });
            await remove("s9", 1);
            match(
                printed.join("\n"),
                /The deploy passes\. To purge by hand: npx .* --url https:\/\/www\.example\.com\/b\.js/,
            );
            doesNotMatch(printed.join("\n"), new RegExp(token));
        });

        it("after the journal was replaced the hosts are purged, once", async () => {
            serve({ "a.js": "1" });
            await check({ epoch: "s10", generation: 1, removedAt: 0 }, inputs(two("s11")));
            await remove("s10", 1);
            await remove("s10", 0);
            deepStrictEqual(purged(), [["www.example.com"], ["www.example.com"]]);
        });

        it("does nothing where no deploy left it anything to do", async () => {
            await remove("unknown", 1);
            deepStrictEqual(purged(), []);
        });
    });
});
