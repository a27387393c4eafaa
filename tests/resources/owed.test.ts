import { deepStrictEqual, match, strictEqual, throws } from "node:assert";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { append } from "../../components/plan/entries";
import { plan } from "../../components/plan/plan";
import type { JournalRecord } from "../../components/plan/record";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import { dueOf, encodeOwed, isSettled } from "../../components/resources/owed";
import type { PurgeOutputs } from "../../components/resources/state";

const manifestOf = (files: Record<string, string>) =>
    assetsFromDigests(files, { baseUrls: ["https://www.example.com"], allowEmpty: true }).manifest;

/** A journal of some deploys, each a set of files. */
function journal(epoch: string, ...deploys: Record<string, string>[]): JournalRecord {
    let record = emptyRecord(epoch);
    for (const [i, files] of deploys.entries()) {
        const earlier = deploys[i - 1];
        const before = earlier === undefined ? undefined : manifestOf(earlier);
        const after = manifestOf(files);
        record = append(record, after, plan(before, after));
    }
    return record;
}

function outputs(epoch: string, generation: number, owed = ""): PurgeOutputs {
    return { zoneId: "z", zoneName: "", paid: { epoch, generation }, owed, receipt: {} as PurgeOutputs["receipt"] };
}

const A = { "a.js": "1", "b.js": "1" };
const B = { "a.js": "2", "b.js": "1" };
const C = { "a.js": "2", "b.js": "2" };
const short = (due: { selectors: readonly { kind: string; value: string }[] }) =>
    due.selectors.map(({ kind, value }) => (kind === "url" ? value.slice(-4) : `${kind} ${value}`));

describe("resources/debt", () => {
    const rows: [string, PurgeOutputs | undefined, JournalRecord, string[]][] = [
        ["created beside its journal: the first entry", undefined, journal("e", A), ["a.js", "b.js"]],
        ["created later: the hosts", undefined, journal("e", A, B), ["host www.example.com"]],
        ["one deploy behind", outputs("e", 1), journal("e", A, B), ["a.js"]],
        ["two deploys behind: both, without repeats", outputs("e", 1), journal("e", A, B, C, A), ["a.js", "b.js"]],
        ["changed and changed back: still owed", outputs("e", 1), journal("e", A, B, A), ["a.js"]],
        ["paid to the end", outputs("e", 2), journal("e", A, B), []],
        ["another epoch: the hosts", outputs("other", 1), journal("e", A), ["host www.example.com"]],
        ["a journal that was set back: the hosts", outputs("e", 3), journal("e", A, B), ["host www.example.com"]],
    ];
    for (const [title, olds, record, expected] of rows) {
        it(title, () => deepStrictEqual(short(dueOf(olds, encodeRecord(record))), expected));
    }

    it("what was owed comes with what is new", () => {
        const first = dueOf(outputs("e", 0), encodeRecord(journal("e", A)));
        const owed = encodeOwed({ selectors: first.selectors.slice(1), samples: [] }, first);
        const olds = outputs("e", 1, owed);
        deepStrictEqual(short(dueOf(olds, encodeRecord(journal("e", A, B)))), ["b.js", "a.js"]);
        strictEqual(isSettled(olds, encodeRecord(journal("e", A))), false);
    });

    it("a removed file that is owed was waited for once, unless a later deploy removed it again", () => {
        const deploys = [A, { "a.js": "1" }];
        const olds = (...later: Record<string, string>[]) => {
            const before = dueOf(outputs("e", 1), encodeRecord(journal("e", ...deploys)));
            const due = dueOf(
                outputs("e", 2, encodeOwed(before, before)),
                encodeRecord(journal("e", ...deploys, ...later)),
            );
            return [...(due.waitedFor ?? [])].map((url) => url.slice(-4));
        };
        deepStrictEqual(olds(), ["b.js"]);
        deepStrictEqual(olds({ "a.js": "2" }), ["b.js"]);
        deepStrictEqual(olds(A, { "a.js": "1" }), []);
    });

    it("what was owed survives a journal that was made anew", () => {
        const first = dueOf(outputs("e", 0), encodeRecord(journal("e", { "x.js": "1" })));
        const olds = outputs("e", 1, encodeOwed(first, first));
        const due = dueOf(olds, encodeRecord(journal("other", A)));
        deepStrictEqual(short(due).sort(), ["host www.example.com", "x.js"]);
    });

    for (const [title, owed] of [
        ["rubbish", "rubbish"],
        ["missing", undefined],
        ["null", null],
    ] as const) {
        it(`an owed that is ${title} is the hosts, and said`, () => {
            const olds = { ...outputs("e", 1), owed: owed as unknown as string };
            const record = encodeRecord(journal("e", A));
            const due = dueOf(olds, record);
            deepStrictEqual(short(due), ["host www.example.com"]);
            match(due.why ?? "", /what is owed cannot be read from the state/);
            strictEqual(isSettled(olds, record), false);
        });
    }

    it("an owed that a newer version wrote is refused, in the preview too", () => {
        const olds = outputs("e", 1, "cache-purge journal 99\nx");
        const record = encodeRecord(journal("e", A));
        throws(() => dueOf(olds, record), /upgrade pulumi-cloudflare-cache-purge/);
        throws(() => isSettled(olds, record), /upgrade pulumi-cloudflare-cache-purge/);
    });

    it("no outputs at all are as good as no history", () => {
        const due = dueOf({}, encodeRecord(journal("e", A)));
        deepStrictEqual(short(due), ["host www.example.com"]);
    });

    it("nothing owed is no text, and settled", () => {
        const due = dueOf(outputs("e", 1), encodeRecord(journal("e", A)));
        strictEqual(encodeOwed({ selectors: [], samples: [] }, due), "");
        strictEqual(isSettled(outputs("e", 1), encodeRecord(journal("e", A))), true);
        strictEqual(isSettled(outputs("e", 1), encodeRecord(journal("e", A, B))), false);
        strictEqual(isSettled(outputs("f", 1), encodeRecord(journal("e", A))), false);
    });

    it("samples carry every earlier digest that is not paid", () => {
        const due = dueOf(outputs("e", 1), encodeRecord(journal("e", A, B, A)));
        const sample = due.samples.find(({ url }) => url.endsWith("a.js"));
        strictEqual(sample?.was.length, 1);
        strictEqual(sample?.was.includes(sample.digest ?? ""), false);
    });

    it("the counts are those of the deploys that are paid", () => {
        deepStrictEqual(dueOf(outputs("e", 1), encodeRecord(journal("e", A, B, C))).changes, {
            added: 0,
            changed: 2,
            removed: 0,
        });
    });

    describe("removed files and the Sweep", () => {
        const record = encodeRecord(journal("e", A, { "a.js": "2" }, {}));
        const left = (paid: number, sweeps: Parameters<typeof dueOf>[3]) => {
            const { swept, removed, waitedFor } = dueOf(outputs("e", paid), record, "", sweeps);
            return [swept, removed, waitedFor].map((urls) =>
                [...(urls?.keys() ?? [])].map((url) => url.slice(-4)).sort(),
            );
        };
        const all = ["a.js", "b.js"];
        const cases: [string, number, Parameters<typeof dueOf>[3], string[][]][] = [
            ["all of them, which are not waited for", 1, { since: 1, isLast: true }, [all, all, all]],
            [
                "those of generations that the Sweep announced",
                1,
                { since: 2, isLast: true },
                [["a.js"], ["a.js"], ["a.js"]],
            ],
            ["those that are not paid yet", 2, { since: 0, isLast: true }, [["a.js"], ["a.js"], ["a.js"]]],
            ["none where objects may be deleted after it", 1, { since: 1, isLast: false }, [[], all, []]],
            ["none where no Sweep is replaced", 1, { isLast: true }, [[], [], []]],
        ];
        for (const [title, paid, sweeps, expected] of cases) {
            it(title, () => deepStrictEqual(left(paid, sweeps), expected));
        }

        it("what was compacted stays with the purge", () => {
            const long = Array.from({ length: 22 }, (_, i) => ({ "a.js": String(i) }));
            const compacted = encodeRecord(journal("e", A, ...long));
            const due = dueOf(outputs("e", 1), compacted, "", { since: 1, isLast: true });
            deepStrictEqual([due.swept?.size, due.selectors[0]?.kind], [0, "host"]);
        });
    });

    it("what lies in another zone is left out, and named", () => {
        const record = encodeRecord(journal("e", A, B));
        const due = dueOf(undefined, record, "example.net");
        deepStrictEqual([short(due), due.samples, due.outside], [[], [], ["www.example.com"]]);
        deepStrictEqual(dueOf(undefined, record, "example.com").outside, []);
        deepStrictEqual(dueOf(undefined, record, "").outside, []);
    });
});
