import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import { encodeManifest } from "../../components/assets/manifestText";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { decodeRecord } from "../../components/plan/record";
import { manifestsSeen, removesFiles } from "../../components/resources/inProcess";
import { check, create, diff, update } from "../../components/resources/journal";
import type { JournalInputs, JournalOutputs } from "../../components/resources/state";
import { UNKNOWN } from "../../components/resources/state";

const BASE = ["https://www.example.com"];

function manifest(files: Record<string, string>, baseUrls = BASE): string {
    return encodeManifest(assetsFromDigests(files, { baseUrls, allowEmpty: true }).manifest);
}

const A: JournalInputs = { manifest: manifest({ "app.js": "1", "old.css": "1" }) };

async function created(news: JournalInputs = A): Promise<JournalOutputs> {
    return (await create(news)).outs;
}

const urls = (outs: JournalOutputs) =>
    decodeRecord(outs.record)
        .entries.at(-1)
        ?.selectors.map(({ value }) => value);

describe("resources/journal", () => {
    it("its first entry has every URL of the manifest", async () => {
        const outs = await created();
        const record = decodeRecord(outs.record);
        strictEqual(record.generation, 1);
        match(record.epoch, /^[0-9a-f]{16}$/);
        deepStrictEqual(urls(outs), ["https://www.example.com/app.js", "https://www.example.com/old.css"]);
    });

    it('with onCreate "record" its first entry is empty', async () => {
        const outs = await created({ ...A, onCreate: "record" });
        deepStrictEqual(urls(outs), []);
        deepStrictEqual(decodeRecord(outs.record).entries[0]?.samples, []);
    });

    it("two journals never share an epoch", async () => {
        const [a, b] = [await created(), await created()];
        strictEqual(decodeRecord(a.record).epoch === decodeRecord(b.record).epoch, false);
    });

    it("appends what was added, changed and removed", async () => {
        const first = await created();
        const news = { manifest: manifest({ "app.js": "2", "new.js": "1" }) };
        const { outs } = await update("id", first, news);
        const record = decodeRecord(outs.record);
        strictEqual(record.generation, 2);
        strictEqual(record.epoch, decodeRecord(first.record).epoch);
        deepStrictEqual(urls(outs), [
            "https://www.example.com/app.js",
            "https://www.example.com/new.js",
            "https://www.example.com/old.css",
        ]);
        strictEqual(record.entries.length, 2);
    });

    const T = { urls: ["https://www.example.com/api"] };
    const same: [string, JournalInputs, JournalInputs][] = [
        ["the same manifest", A, A],
        ["other tuning", A, { ...A, widenAbove: 7, maxCollateral: 3, headers: [{ "CF-Device-Type": "mobile" }] }],
        ["another onCreate", A, { ...A, onCreate: "record" }],
        [
            "the same triggers",
            { ...A, triggers: { a: { b: 1 } }, targets: T },
            { ...A, triggers: { a: { b: 1 } }, targets: T },
        ],
    ];
    for (const [title, olds, news] of same) {
        it(`${title}: no change`, async () => {
            deepStrictEqual(await diff("id", await created(olds), news), { changes: false });
        });
    }

    const changed: [string, JournalInputs, JournalInputs, string[] | undefined][] = [
        [
            "a changed file",
            A,
            { manifest: manifest({ "app.js": "2", "old.css": "1" }) },
            ["https://www.example.com/app.js"],
        ],
        [
            "a changed trigger",
            { ...A, triggers: { a: 1 }, targets: T },
            { ...A, triggers: { a: 2 }, targets: T },
            T.urls,
        ],
        ["a trigger more", { ...A, targets: T }, { ...A, triggers: { a: 2 }, targets: T }, T.urls],
        ["a trigger less", { ...A, triggers: { a: 1 }, targets: T }, { ...A, triggers: {}, targets: T }, T.urls],
        [
            "other targets are recorded, and nothing is purged",
            { ...A, targets: T },
            { ...A, targets: "everything" },
            undefined,
        ],
        ["another `always` is recorded, and nothing is purged", A, { ...A, always: ["/feed.xml"] }, undefined],
        [
            "another base URL",
            A,
            { manifest: manifest({ "app.js": "1", "old.css": "1" }, ["https://example.com"]) },
            [
                "https://example.com/app.js",
                "https://example.com/old.css",
                "https://www.example.com/app.js",
                "https://www.example.com/old.css",
            ],
        ],
    ];
    for (const [title, olds, news, expected] of changed) {
        it(title, async () => {
            const first = await created(olds);
            deepStrictEqual(await diff("id", first, news), { changes: true });
            const { outs } = await update("id", first, news);
            const entries = decodeRecord(outs.record).entries.slice(1);
            deepStrictEqual(
                entries[0]?.selectors.map(({ value }) => value),
                expected,
            );
            deepStrictEqual(await diff("id", outs, news), { changes: false }, "and is quiet afterwards");
        });
    }

    it("leaves for the Sweep whether files are removed", async () => {
        const first = await created();
        const { epoch } = decodeRecord(first.record);
        const rows: [JournalInputs, boolean][] = [
            [A, false],
            [{ manifest: manifest({ "app.js": "2", "old.css": "1" }) }, false],
            [{ manifest: manifest({ "app.js": "1" }) }, true],
            [{ manifest: UNKNOWN }, false],
            [{ manifest: manifest({ "app.js": "1" }), triggers: { a: UNKNOWN } }, false],
        ];
        for (const [news, removes] of rows) {
            await diff("id", first, news);
            strictEqual(removesFiles.get(epoch), removes);
        }
    });

    it("says where nothing changed but what exclude leaves out, and keeps its patterns out of the state", async () => {
        const olds = await created();
        const news = { manifest: manifest({ "app.js": "1" }), exclude: ["*.css"] };
        const { inputs } = await check(olds, news);
        deepStrictEqual(inputs, { manifest: news.manifest });
        const said: string[] = [];
        const print = console.log;
        console.log = (line: string) => said.push(line);
        try {
            await diff("id", olds, inputs);
        } finally {
            console.log = print;
        }
        match(
            said.join("\n"),
            /purge 1 URL \(1 removed\).*\ncache-purge: note: nothing changed but what exclude leaves out: "\*\.css"/,
        );
    });

    it("an unknown manifest is a change", async () => {
        deepStrictEqual(await diff("id", await created(), { manifest: UNKNOWN }), { changes: true });
        deepStrictEqual((await check(A, { manifest: UNKNOWN })).failures, []);
    });

    const broken: [string, Partial<JournalOutputs>][] = [
        ["a journal that cannot be read", { record: "cache-purge journal 1\nrubbish" }],
        ["a manifest that cannot be read", { manifest: "rubbish" }],
        ["no record", { record: undefined as unknown as string }],
        ["a record that is null", { record: null as unknown as string }],
        ["no manifest", { manifest: undefined as unknown as string }],
    ];
    for (const [title, change] of broken) {
        it(`${title} recreates the journal, with the hosts owed`, async () => {
            const first = await created();
            deepStrictEqual(await diff("id", { ...first, ...change }, A), { changes: true });
            const { outs } = await update("id", { ...first, ...change }, A);
            const record = decodeRecord(outs.record);
            strictEqual(record.epoch === decodeRecord(first.record).epoch, false);
            deepStrictEqual(
                record.entries[0]?.selectors.map(({ kind, value }) => [kind, value]),
                [["host", "www.example.com"]],
            );
        });
    }

    it("a journal of a newer version is an error that says to upgrade", async () => {
        const first = await created();
        const newer = { ...first, record: first.record.replace(/^cache-purge journal \d+/, "cache-purge journal 99") };
        await diff("id", newer, A).then(
            () => strictEqual("no error", "an error"),
            (error: Error) => match(error.message, /upgrade/i),
        );
    });

    const wrong: [string, Partial<JournalInputs>, RegExp][] = [
        ["manifest", { manifest: "rubbish" }, /./],
        ["targets", { targets: { urls: ["/path"] } }, /"\/path": a path, not a URL/],
        ["onCreate", { onCreate: "never" as "record" }, /onCreate is "never"/],
    ];
    for (const [property, change, message] of wrong) {
        it(`check refuses a wrong ${property}`, async () => {
            const { failures } = await check(A, { ...A, ...change });
            strictEqual(failures?.[0]?.property, property);
            match(failures?.[0]?.reason ?? "", message);
        });
    }

    describe("a packed manifest", () => {
        const many = (text: string) =>
            manifest(Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`${i}.js`, i < 2 ? text : "same"])));
        const [OLD, NEW] = [many("old"), many("new")];

        async function inputsOf(text: string, olds: Partial<JournalInputs> = {}): Promise<JournalInputs> {
            const { inputs, failures } = await check(olds, { manifest: text });
            deepStrictEqual(failures, []);
            return inputs as JournalInputs;
        }

        it("is in the state once: its inputs hold head and digest", async () => {
            const inputs = await inputsOf(OLD);
            match(inputs.manifest, /^cache-purge manifest 1 packed\n5001 URLs of .*\nsha256 [0-9a-f]{64}\n$/);
            strictEqual((await created(inputs)).manifest, OLD);
        });

        it("a plain one is an input as it is", async () => {
            strictEqual((await inputsOf(A.manifest)).manifest, A.manifest);
        });

        it("is compared and stored as if its text were the input", async () => {
            const first = await created(await inputsOf(OLD));
            const inputs = await inputsOf(OLD);
            deepStrictEqual(await diff("id", first, inputs), { changes: false });
            const news = await inputsOf(NEW, inputs);
            deepStrictEqual(await diff("id", first, news), { changes: true });
            const { outs } = await update("id", first, news);
            strictEqual(outs.manifest, NEW);
            deepStrictEqual(urls(outs), ["https://www.example.com/0.js", "https://www.example.com/1.js"]);
        });

        it("a state in which the inputs hold all of it changes nothing", async () => {
            const first = await created({ manifest: OLD });
            const inputs = await inputsOf(OLD, { manifest: OLD });
            deepStrictEqual(await diff("id", first, inputs), { changes: false });
        });

        it("in a process that has not checked it, it is the one of the outputs or a change", async () => {
            const first = await created({ manifest: OLD });
            const [unchanged, other] = [await inputsOf(OLD), await inputsOf(NEW)];
            manifestsSeen.clear();
            deepStrictEqual(await diff("id", first, unchanged), { changes: false });
            deepStrictEqual(await diff("id", first, other), { changes: true });
            deepStrictEqual((await update("id", first, unchanged)).outs, first);
            await rejects(update("id", first, other), /checked in another process: run the update again/);
        });

        it("where the program keeps the old input, it is right, and any other is refused", async () => {
            const { manifest: old } = await inputsOf(OLD);
            const { manifest: other } = await inputsOf(NEW);
            manifestsSeen.clear();
            const kept = await inputsOf(old, { manifest: old });
            deepStrictEqual(await diff("id", await created({ manifest: OLD }), kept), { changes: false });
            strictEqual((await check({ manifest: old }, { manifest: other })).failures?.[0]?.property, "manifest");
        });
    });
});
