import assert, { deepStrictEqual, match, strictEqual, throws } from "node:assert";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { append, compact, unionOf } from "../../components/plan/entries";
import { plan } from "../../components/plan/plan";
import type { JournalRecord } from "../../components/plan/record";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import type { Why } from "../../components/purge/owed";
import { samplesWithChange } from "../../components/purge/owed";
import type { OwedState, PurgeOutputs } from "../../components/resources/state";
import { encodeOwed, isSettled, owedOf } from "../../components/resources/state";

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
const urlsOf = ({ owed }: OwedState) =>
    unionOf(owed.entries).selectors.map(({ kind, value }) => (kind === "url" ? value.slice(-4) : `${kind} ${value}`));

describe("resources/owed", () => {
    const rows: [string, PurgeOutputs | undefined, JournalRecord, string[]][] = [
        ["created beside its journal: the first entry", undefined, journal("e", A), ["a.js", "b.js"]],
        ["created later: the hosts", undefined, journal("e", A, B), ["host www.example.com"]],
        ["one deploy behind", outputs("e", 1), journal("e", A, B), ["a.js"]],
        ["two deploys behind: both, without repeats", outputs("e", 1), journal("e", A, B, C, A), ["a.js", "b.js"]],
        ["changed and changed back: still owed", outputs("e", 1), journal("e", A, B, A), ["a.js"]],
        ["purged to the end", outputs("e", 2), journal("e", A, B), []],
        ["another epoch: the hosts", outputs("other", 1), journal("e", A), ["host www.example.com"]],
        ["a journal that was set back: the hosts", outputs("e", 3), journal("e", A, B), ["host www.example.com"]],
    ];
    for (const [title, olds, record, expected] of rows) {
        it(title, () => deepStrictEqual(urlsOf(owedOf(olds, encodeRecord(record))), expected));
    }

    it("what was owed comes with what is new", () => {
        const { owed, paid } = owedOf(outputs("e", 0), encodeRecord(journal("e", A)));
        const kept = owed.entries.map((entry) => ({ ...entry, selectors: entry.selectors.slice(1), samples: [] }));
        const olds = outputs("e", 1, encodeOwed(kept, paid));
        deepStrictEqual(urlsOf(owedOf(olds, encodeRecord(journal("e", A, B)))), ["a.js", "b.js"]);
        strictEqual(isSettled(olds, encodeRecord(journal("e", A))), false);
    });

    it("each class that is kept is an entry of its own, with why, since when and what was seen", () => {
        const { owed, paid } = owedOf(outputs("e", 1), encodeRecord(journal("e", A, B, C)));
        const kept = owed.entries.map((entry, i) => ({
            ...entry,
            why: (["old", "absent"] as const)[i] as Why,
            since: `2026-01-0${i + 1}T00:00:00.000Z`,
            seen: { [`${entry.samples[0]?.url}`]: [404, "x"] as const },
        }));
        const again = owedOf(outputs("e", 3, encodeOwed(kept, paid)), encodeRecord(journal("e", A, B, C)));
        deepStrictEqual(
            again.owed.entries.map(({ why, since, seen }) => [why, since, seen]),
            kept.map(({ why, since, seen }) => [why, since, seen]),
        );
    });

    it("what an earlier version owed, without a reason, is purged as it stands", () => {
        const [before] = journal("e", A).entries;
        assert(before);
        const text = encodeRecord({
            epoch: "e",
            generation: 1,
            hosts: [],
            entries: [{ ...before, summary: "still owed" }],
        });
        const { entries } = owedOf(outputs("e", 1, text), encodeRecord(journal("e", A))).owed;
        deepStrictEqual(
            entries.map(({ why, selectors }) => [why, selectors.length]),
            [["not-purged", 2]],
        );
    });

    it("what was owed survives a journal that was recreated", () => {
        const first = owedOf(outputs("e", 0), encodeRecord(journal("e", { "x.js": "1" })));
        const olds = outputs("e", 1, encodeOwed(first.owed.entries, first.paid));
        // The host covers it.
        deepStrictEqual(urlsOf(owedOf(olds, encodeRecord(journal("other", A)))), ["host www.example.com"]);
        const other = owedOf(olds, encodeRecord(journal("other", A))).owed.entries;
        deepStrictEqual(
            other.flatMap(({ selectors }) => selectors.map(({ value }) => value.slice(-4))),
            ["x.js", ".com"],
        );
    });

    for (const [title, owed] of [
        ["cannot be read", "rubbish"],
        ["is missing", undefined],
        ["is null", null],
    ] as const) {
        it(`what was owed ${title}: the hosts, and it is said`, () => {
            const olds = { ...outputs("e", 1), owed } as unknown as PurgeOutputs;
            const state = owedOf(olds, encodeRecord(journal("e", A)));
            deepStrictEqual(urlsOf(state), ["host www.example.com"]);
            match(state.why ?? "", /what is owed cannot be read from the state/);
            strictEqual(isSettled(olds, encodeRecord(journal("e", A))), false);
        });
    }

    it("what a newer version owed is refused, in the preview too, and not overwritten", () => {
        const olds = outputs("e", 1, "cache-purge journal 99\nx");
        const record = encodeRecord(journal("e", A));
        throws(() => owedOf(olds, record), /upgrade pulumi-cloudflare-cache-purge/);
        throws(() => isSettled(olds, record), /upgrade pulumi-cloudflare-cache-purge/);
    });

    it("no outputs at all are as good as no history", () => {
        deepStrictEqual(urlsOf(owedOf({}, encodeRecord(journal("e", A)))), ["host www.example.com"]);
    });

    describe("a file that was removed below a page that answers in its place", () => {
        const at = (files: Record<string, string>) =>
            assetsFromDigests(files, { baseUrls: ["https://www.example.com"], fallback: "i.html" }).manifest;
        const [before, after] = [at({ "i.html": "page", "a.js": "1" }), at({ "i.html": "page" })];
        const back = at({ "i.html": "page", "a.js": "2" });
        const first = append(emptyRecord("e"), before, plan(undefined, before));
        const record = append(first, after, plan(before, after));
        const told = (olds: PurgeOutputs | undefined, text: JournalRecord) =>
            owedOf(olds, encodeRecord(text)).owed.entries.flatMap((entry) =>
                samplesWithChange(entry)
                    .filter(({ sample }) => sample.url.endsWith("a.js"))
                    .map(({ sample, change }) => [change, sample.digest, sample.was.length]),
            );

        const cases: [string, PurgeOutputs | undefined, JournalRecord][] = [
            ["one deploy behind", outputs("e", 1), record],
            ["the purge was recreated", undefined, record],
            ["the journal was compacted", outputs("e", 0), compact(record, { entries: 1, bytes: 1 })],
        ];
        for (const [title, olds, text] of cases) {
            it(`is removed, and not changed: ${title}`, () =>
                deepStrictEqual(told(olds, text), [["removed", null, 1]]));
        }

        it("comes back: the page's bytes are not taken for its old ones", () => {
            const again = append(record, back, plan(after, back));
            const [sample] = unionOf(owedOf(outputs("e", 1), encodeRecord(again)).owed.entries).samples;
            deepStrictEqual([sample?.url.slice(-4), sample?.was.length], ["a.js", 1]);
        });
    });

    describe("removed files and the Sweep", () => {
        const record = encodeRecord(journal("e", A, { "a.js": "2" }, {}));
        const left = (paid: number, sweeps: Parameters<typeof owedOf>[3]) => {
            const { owed, removed } = owedOf(outputs("e", paid), record, "", sweeps);
            return [owed.handedOver ?? new Set<string>(), removed].map((urls) =>
                [...urls.keys()].map((url) => url.slice(-4)).sort(),
            );
        };
        const both = ["a.js", "b.js"];
        const cases: [string, number, Parameters<typeof owedOf>[3], string[][]][] = [
            ["all of them", 1, { since: 1, isLast: true }, [both, both]],
            ["those of generations that the Sweep announced", 1, { since: 2, isLast: true }, [["a.js"], ["a.js"]]],
            ["those that are not purged yet", 2, { since: 0, isLast: true }, [["a.js"], ["a.js"]]],
            ["none where objects may be deleted after it", 1, { since: 1, isLast: false }, [[], both]],
            ["none where no Sweep is replaced", 1, { isLast: true }, [[], []]],
        ];
        for (const [title, paid, sweeps, expected] of cases) {
            it(title, () => deepStrictEqual(left(paid, sweeps), expected));
        }

        it("what was compacted stays with the purge", () => {
            const long = Array.from({ length: 22 }, (_, i) => ({ "a.js": String(i) }));
            const compacted = encodeRecord(journal("e", A, ...long));
            const { owed } = owedOf(outputs("e", 1), compacted, "", { since: 1, isLast: true });
            deepStrictEqual([owed.handedOver?.size, owed.entries[0]?.selectors[0]?.kind], [0, "host"]);
        });
    });

    it("nothing owed is no text, and settled", () => {
        const { paid } = owedOf(outputs("e", 1), encodeRecord(journal("e", A)));
        strictEqual(encodeOwed([], paid), "");
        strictEqual(isSettled(outputs("e", 1), encodeRecord(journal("e", A))), true);
        strictEqual(isSettled(outputs("e", 1), encodeRecord(journal("e", A, B))), false);
        strictEqual(isSettled(outputs("f", 1), encodeRecord(journal("e", A))), false);
    });

    it("samples carry every earlier digest that is not purged", () => {
        const { samples } = unionOf(owedOf(outputs("e", 1), encodeRecord(journal("e", A, B, A))).owed.entries);
        const sample = samples.find(({ url }) => url.endsWith("a.js"));
        strictEqual(sample?.was.length, 1);
        strictEqual(sample?.was.includes(sample.digest ?? ""), false);
    });

    it("the counts are those of the deploys that are purged", () => {
        const { entries } = owedOf(outputs("e", 1), encodeRecord(journal("e", A, B, C))).owed;
        strictEqual(
            entries.reduce((sum, { changes }) => sum + changes.changed, 0),
            2,
        );
    });

    it("what lies in another zone is left out, and named", () => {
        const record = encodeRecord(journal("e", A, B));
        const state = owedOf(undefined, record, "example.net");
        deepStrictEqual([state.owed.entries, state.outside], [[], ["www.example.com"]]);
        deepStrictEqual(owedOf(undefined, record, "example.com").outside, []);
        deepStrictEqual(owedOf(undefined, record, "").outside, []);
    });
});
