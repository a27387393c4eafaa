import { deepStrictEqual, match } from "node:assert";
import { encodeManifest } from "../../components/assets/manifestText";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import type { Selector } from "../../components/plan/selector";
import { manifestsSeen } from "../../components/resources/inProcess";
import * as journal from "../../components/resources/journal";
import * as purge from "../../components/resources/purge";
import type { JournalOutputs, PurgeOutputs } from "../../components/resources/state";

const BASE = "https://www.example.com";

/** What a stored `delete` says. */
async function said(run: () => Promise<void>): Promise<string[]> {
    const lines: string[] = [];
    const print = console.log;
    console.log = (line: string) => lines.push(line);
    try {
        await run();
    } finally {
        console.log = print;
    }
    return lines;
}

describe("resources: a deleted journal", () => {
    const manifest = (...names: string[]): string => {
        const digests = Object.fromEntries(names.map((name) => [name, "1"]));
        return encodeManifest(assetsFromDigests(digests, { baseUrls: [BASE], htmlHandling: "none" }).manifest);
    };
    const deleted = (olds: Partial<JournalOutputs>) => said(() => journal.delete("id", olds));
    beforeEach(() => manifestsSeen.clear());

    it("names the URLs that no journal of this `up` records, and the command", async () => {
        await journal.check({} as JournalOutputs, { manifest: manifest("a.js") });
        const lines = await deleted({ manifest: manifest("a.js", "b.js", "c.js") });
        match(
            lines.join("\n"),
            /stay cached until they expire: https:\/\/www\.example\.com\/b\.js, https:\/\/www\.example\.com\/c\.js\. .*purge --zone ZONE --url https:.*`aliases`/,
        );
    });

    it("names the hosts in the command where the URLs are many", async () => {
        const names = Array.from({ length: 12 }, (_, i) => `${10 + i}.js`);
        match(
            (await deleted({ manifest: manifest(...names) })).join("\n"),
            / and 9 more\. .* --host www\.example\.com\. /,
        );
    });

    it("is silent where another journal records all of them: one that was replaced, or renamed", async () => {
        await journal.check({} as JournalOutputs, { manifest: manifest("a.js", "b.js") });
        deepStrictEqual(await deleted({ manifest: manifest("a.js") }), []);
    });

    const unreadable: [string, Partial<JournalOutputs>][] = [
        ["no manifest", {}],
        ["a manifest that cannot be read", { manifest: "rubbish" }],
        ["null", { manifest: null as unknown as string }],
        ["a newer version's", { manifest: "cache-purge manifest 99\n" }],
    ];
    for (const [title, olds] of unreadable) {
        it(`never fails: ${title}`, async () => deepStrictEqual(await deleted(olds), []));
    }
});

describe("resources: a deleted purge", () => {
    const owed = (...selectors: Selector[]): string => {
        const entry = {
            from: 1,
            to: 1,
            summary: "",
            changes: { added: 0, changed: 0, removed: 0 },
            selectors,
            samples: [],
        };
        return encodeRecord({ ...emptyRecord("e"), generation: 1, entries: [entry] });
    };
    const url = (name: string): Selector => ({ kind: "url", value: `${BASE}/${name}`, reasons: [] });
    const deleted = (olds: Partial<PurgeOutputs>) =>
        said(() => purge.delete("id", { zoneId: "0".repeat(32), zoneName: "example.com", ...olds }));

    it("says what is owed, and the command that purges it", async () => {
        const lines = await deleted({ owed: owed(url("a.js"), { kind: "tag", value: "it's", reasons: [] }) });
        match(
            lines.join("\n"),
            /still owed in zone example\.com, .*: https:\/\/www\.example\.com\/a\.js, it's\. .* purge --zone example\.com --url https:\/\/www\.example\.com\/a\.js --tag 'it'\\''s'$/,
        );
    });

    it("names the zone by its ID where its name is not known", async () => {
        match((await deleted({ zoneName: "", owed: owed(url("a.js")) })).join("\n"), /--zone 0{32} /);
    });

    const silent: [string, Partial<PurgeOutputs>][] = [
        ["nothing owed", { owed: "" }],
        ["no owed", {}],
        ["null", { owed: null as unknown as string }],
        ["an owed that cannot be read", { owed: "rubbish" }],
        ["a newer version's", { owed: "cache-purge journal 99\n" }],
    ];
    for (const [title, olds] of silent) {
        it(`says nothing and never fails: ${title}`, async () => deepStrictEqual(await deleted(olds), []));
    }
});
