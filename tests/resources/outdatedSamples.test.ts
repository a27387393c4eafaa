import { deepStrictEqual } from "node:assert";
import { compact, removedSince, unionOf } from "../../components/plan/entries";
import type { Entry } from "../../components/plan/record";
import { decodeRecord, encodeRecord } from "../../components/plan/record";
import type { Sample } from "../../components/plan/samples";
import type { Selector } from "../../components/plan/selector";
import type { PurgeOutputs } from "../../components/resources/state";
import { owedOf } from "../../components/resources/state";

const BASE = "https://www.example.com";
const [A, B, C] = ["a".repeat(32), "b".repeat(32), "c".repeat(32)];
const url = (path: string, reason: string): Selector => ({ kind: "url", value: BASE + path, reasons: [reason] });
const sample = (path: string, digest: string | null, ...was: string[]): Sample => ({ url: BASE + path, digest, was });

function record(epoch: string, ...entries: Pick<Entry, "selectors" | "samples" | "gone">[]): string {
    return encodeRecord({
        epoch,
        generation: entries.length,
        hosts: ["www.example.com"],
        entries: entries.map((entry, i) => ({
            from: i + 1,
            to: i + 1,
            summary: "",
            changes: { added: 0, changed: 1, removed: 0 },
            ...entry,
        })),
    });
}

/** What a Purge of the first generation left. */
const left = (owed: string): PurgeOutputs => ({
    zoneId: "z",
    zoneName: "",
    paid: { epoch: "e", generation: 1 },
    owed,
    receipt: {} as PurgeOutputs["receipt"],
});

describe("resources/owed: samples that a later deploy outdated", () => {
    const first = { selectors: [url("/x.js", "changed /x.js")], samples: [sample("/x.js", B, A)] };
    const olds = left(record("e", first));
    const rows: [string, string, Pick<Entry, "selectors" | "samples">, Sample[]][] = [
        [
            "changed again, with no sample of it: the origin would look old for ever",
            "e",
            {
                selectors: [url("/x.js", "removed /x.js"), url("/y.js", "changed /y.js")],
                samples: [sample("/y.js", B, A)],
            },
            [sample("/y.js", B, A)],
        ],
        [
            "changed again, with a sample: what both say",
            "e",
            { selectors: [url("/x.js", "changed /x.js")], samples: [sample("/x.js", C, B)] },
            [sample("/x.js", C, A, B)],
        ],
        [
            "purged again because somebody asked for it: nothing changed",
            "e",
            { selectors: [url("/x.js", "always"), url("/y.js", "changed /y.js")], samples: [] },
            [sample("/x.js", B, A)],
        ],
        ["not touched", "e", { selectors: [url("/y.js", "changed /y.js")], samples: [] }, [sample("/x.js", B, A)]],
        [
            "a journal that was recreated, and does not look at it",
            "other",
            { selectors: [url("/y.js", "first deploy")], samples: [sample("/y.js", B)] },
            [sample("/y.js", B)],
        ],
        [
            "a journal that was recreated, and looks at it: the earlier bytes are still known",
            "other",
            { selectors: [url("/x.js", "first deploy")], samples: [sample("/x.js", C)] },
            [sample("/x.js", C, A, B)],
        ],
    ];
    for (const [title, epoch, next, expected] of rows) {
        it(title, () => {
            const journal = epoch === "e" ? record("e", first, next) : record(epoch, next);
            deepStrictEqual(unionOf(owedOf(olds, journal).owed.entries).samples, expected);
        });
    }

    it("back with other bytes after it was let go while the origin still served it: those are old", () => {
        const seen = [200, A] as const;
        const remembered = [
            { sample: sample("/x.js", null, A), urls: [`${BASE}/x.js`], change: "removed" as const, seen },
        ];
        const back = { selectors: [url("/x.js", "added /x.js")], samples: [sample("/x.js", B)] };
        const { owed } = owedOf({ ...left(""), remembered }, record("e", first, back));
        deepStrictEqual(unionOf(owed.entries).samples, [sample("/x.js", B, A)]);
    });

    it("back under one name after it was let go under two: both are purged", () => {
        const seen = [200, A] as const;
        const urls = ["/x", "/x.html"].map((path) => BASE + path);
        const remembered = [{ sample: sample("/x.html", null, A), urls, change: "removed" as const, seen }];
        const added = { ...url("/x.html", "added /x.html"), change: "added" as const };
        const back = { selectors: [added], samples: [sample("/x.html", B)] };
        const { owed } = owedOf({ ...left(""), remembered }, record("e", first, back));
        deepStrictEqual(
            unionOf(owed.entries)
                .selectors.map(({ value }) => value)
                .sort(),
            urls,
        );
    });

    describe("what stands for several deploys asks for nothing that a later one of them changed without a sample", () => {
        const added = {
            selectors: [url("/x.js", "added /x.js"), url("/y.js", "added /y.js")],
            samples: [sample("/x.js", A), sample("/y.js", A)],
        };
        const gone = { selectors: [url("/x.js", "removed /x.js")], samples: [], gone: [`${BASE}/x.js`] };
        const covered = {
            selectors: [{ kind: "host" as const, value: "www.example.com", reasons: ["changed /404.html"] }],
            samples: [],
            gone: [`${BASE}/x.js`],
        };
        const newest = { selectors: [url("/z.js", "added /z.js")], samples: [sample("/z.js", A)] };
        const rest = [sample("/y.js", A), sample("/z.js", A)];
        const merges: [string, string, (text: string) => readonly Sample[]][] = [
            [
                "a purge without a history",
                record("e", added, gone, newest),
                (text) => unionOf(owedOf(left(""), text.replace("epoch e ", "epoch f ")).owed.entries).samples,
            ],
            [
                "the same, and only a host names the change",
                record("e", added, covered, newest),
                (text) => unionOf(owedOf(left(""), text.replace("epoch e ", "epoch f ")).owed.entries).samples,
            ],
            [
                "what is owed cannot be read",
                record("e", added, gone, newest),
                (text) => {
                    const { owed } = owedOf({ ...left("?"), paid: { epoch: "e", generation: 3 } }, text);
                    return unionOf(owed.entries).samples;
                },
            ],
            [
                "entries that were compacted",
                record("e", added, gone, newest),
                (text) =>
                    compact(decodeRecord(text), { entries: 2, bytes: 10_000 }).entries.flatMap(
                        ({ samples }) => samples,
                    ),
            ],
        ];
        for (const [title, text, samplesOf] of merges) {
            it(title, () => {
                deepStrictEqual(samplesOf(text), rest);
            });
        }

        it("a Sweep, of a file that came and went since the one before", () => {
            const { samples, urls } = removedSince(decodeRecord(record("e", added, gone)), 0);
            deepStrictEqual([samples, [...urls.keys()]], [[], [`${BASE}/x.js`]]);
        });

        it("and what it was before stays known for the next sample", () => {
            const changed = { selectors: [url("/x.js", "changed /x.js")], samples: [] };
            const again = { selectors: [url("/x.js", "changed /x.js")], samples: [sample("/x.js", C, B)] };
            const text = record("f", added, changed, again);
            deepStrictEqual(
                unionOf(owedOf(left(""), text).owed.entries).samples.find(({ url: at }) => at.endsWith("/x.js")),
                sample("/x.js", C, A, B),
            );
        });
    });
});
