import { doesNotMatch, match, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeManifest } from "../../components/assets/manifestText";
import { append } from "../../components/plan/entries";
import { plan } from "../../components/plan/plan";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import type { Receipt } from "../../components/purge/outcome";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { manifest } from "../plan/site";
import { at, invoke } from "./invoke";

const RECEIPT: Receipt = {
    purgeIds: ["a", "b"],
    requests: 2,
    rebounds: 1,
    urls: 2,
    prefixes: 0,
    hosts: 0,
    tags: 0,
    everything: false,
    changes: { added: 0, changed: 1, removed: 1 },
    owed: 0,
    verified: 1,
    stale: 0,
    unverifiable: 1,
    startedAt: "2026-11-25T08:00:00.000Z",
    seconds: 2.41,
};
const ROWS = `| changed | 1 changed, 1 removed |
| purged | 2 URLs |
| requests | 1 request and 1 rebound, 2.4 s |
| verified | 1 of 2 verified at the edge |
`;

const BEFORE = manifest({ "/app.js": "1", "/old.js": "1", "/same.js": "1" });
const AFTER = manifest({ "/app.js": "2", "/same.js": "1" });

/** What `pulumi stack export` prints of a CachePurge whose purge has come to a generation. */
function exported(purge: { generation: number; receipt?: object } | undefined): string {
    const first = append(emptyRecord("e"), BEFORE, plan(undefined, BEFORE));
    const record = append(first, AFTER, plan(BEFORE, AFTER));
    const parent = "urn:pulumi:dev::p::cloudflare-cache-purge:index:CachePurge::site";
    const journal = {
        type: "pulumi-nodejs:dynamic/cloudflareCachePurge:Journal",
        urn: `${parent}-record`,
        parent,
        outputs: { manifest: encodeManifest(AFTER), record: encodeRecord(record) },
    };
    const outputs = { zoneName: "example.com", zoneId: "z", owed: "", token: "cfut_secret", receipt: purge?.receipt };
    const other = {
        type: "pulumi-nodejs:dynamic/cloudflareCachePurge:Purge",
        urn: `${parent}-purge`,
        parent,
        outputs: { ...outputs, paid: { epoch: "e", generation: purge?.generation } },
    };
    return JSON.stringify({
        version: 3,
        deployment: { resources: purge === undefined ? [journal] : [journal, other] },
    });
}

describe("cli: report", () => {
    let dir: string;
    before(() => {
        dir = mkdtempSync(path.join(tmpdir(), "report-"));
    });
    after(() => rmSync(dir, { recursive: true }));

    async function report(...argv: string[]): Promise<string> {
        const { code, out, err } = await invoke(["report", ...argv]);
        strictEqual(code, 0, err);
        return out;
    }
    const save = (text: string): string => {
        const file = path.join(dir, "file.json");
        writeFileSync(file, text);
        return file;
    };

    it("a stack whose last purge went through: counts, and what was left alone", async () => {
        strictEqual(
            await report("--stack", save(exported({ generation: 2, receipt: RECEIPT }))),
            `### Cache purge: site (example.com)

|  |  |
| --- | --- |
${ROWS}| unchanged | 1 of 2 URLs, not purged |
| when | 2026-11-25 08:00:00 UTC |
| owed | nothing |
`,
        );
    });

    it("a stack whose last deploy was not purged: what is owed, and both commands", async () => {
        const { out } = await invoke(["report", "-"], { stdin: exported({ generation: 1, receipt: RECEIPT }) });
        match(out, /\| owed \| 2 URLs: `https:\/\/www.example.com\/app.js`, `https:\/\/www.example.com\/old.js` \|\n/);
        match(out, /\| to purge it \| `pulumi up` \|\n\| to purge it \| `cache-purge purge --zone example.com --url /);
        doesNotMatch(out, /unchanged|cfut/);
    });

    it("a stack whose first upload failed: nothing was purged yet", async () => {
        const out = await report(save(exported(undefined)));
        match(out, /^### Cache purge: site\n/);
        match(out, /\| purged \| nothing yet \|\n\| owed \| 3 URLs: /);
    });

    it("a receipt of an older version counts no rebounds", async () => {
        const { rebounds: _, ...old } = RECEIPT;
        match(await report(save(exported({ generation: 2, receipt: old }))), /\| requests \| 2 requests, 2\.4 s \|/);
    });

    it("the output `receipt` of a stack", async () => {
        match(await report("--receipt", save(JSON.stringify(RECEIPT))), /^### Cache purge\n/);
        const owed = await report("--receipt", save(JSON.stringify({ ...RECEIPT, owed: 3 })));
        match(owed, /\| owed \| 3 \|\n\| to purge it \| `pulumi up` \|/);
    });

    it("names and messages stay what they are, whatever they hold", async () => {
        const run = {
            zone: { id: "z", name: "example.com" },
            receipt: RECEIPT,
            owed: { selectors: [{ kind: "tag", value: "a|b`c", reasons: [] }], samples: [] },
            warnings: ["<img src=x> of *b* for @someone"],
            error: { key: "k", cause: "It said ```<b>```.", remedy: "Do this." },
        };
        const out = await report(save(JSON.stringify(run)));
        match(out, /\| owed \| 1 selector: tag `` a\\\|b`c `` \|/);
        match(out, /Warning: \\<img src=x\\> of \\\*b\\\* for \\@someone\n/);
        match(out, /````text\nIt said ```<b>```\.\nDo this\.\n````\n/);
    });

    const wrong: [string, readonly string[], string, RegExp][] = [
        ["nothing", [], "", /error: Nothing says what to report\. Give --stack FILE/],
        ["two things", ["-", "--stack", "a"], "", /Only one of FILE, --stack and --receipt/],
        ["no JSON", ["-"], "hello", /stdin is not JSON/],
        ["other JSON", ["-"], "[]", /stdin is JSON, but neither a stack export nor a receipt/],
        ["a stack without one", ["-"], '{"deployment":{}}', /stack export without a CachePurge/],
        [
            "a stack whose journal is damaged",
            ["-"],
            JSON.stringify({
                deployment: {
                    resources: [
                        {
                            type: "pulumi-nodejs:dynamic/cloudflareCachePurge:Journal",
                            urn: "a",
                            outputs: { record: "x" },
                        },
                    ],
                },
            }),
            /^error: stdin: line 1: a journal begins with "cache-purge journal 1"\.\n$/,
        ],
        ["no such file", ["/nowhere"], "", /\/nowhere cannot be read \(ENOENT\)/],
    ];
    for (const [title, argv, stdin, text] of wrong) {
        it(`${title}: wrong usage, said in a sentence`, async () => {
            const { code, err } = await invoke(["report", ...argv], { stdin });
            strictEqual(code, 2);
            match(err, text);
        });
    }

    describe("of what `purge --json` printed", () => {
        let local: LocalCloudflare;
        before(async () => {
            local = await startLocalCloudflare({ origin: { dir } });
        });
        after(() => local.close());

        const purge = async (): Promise<string> => {
            const { env, edge } = at(local, local.createToken().value);
            const { id } = local.zone;
            const url = "https://www.example.com/app.js";
            return (await invoke(["purge", "--zone", id, "--url", url, "--json", ...edge], { env })).out;
        };

        it("counts, and nothing owed", async () => {
            const out = await report("--receipt", save(await purge()));
            match(out, /\| purged \| 1 URL \|\n\| requests \| 1 request and 1 rebound, /);
            match(out, /\| owed \| nothing \|\n$/);
        });

        it("after a refusal: the error, what is owed and the command", async () => {
            const mend = local.faults.add({ kind: "status", status: 403, path: "purge_cache", times: "always" });
            const out = await report("--receipt", save(await purge()));
            mend();
            match(
                out,
                /\| owed \| 1 URL: `https:\/\/www\.example\.com\/app\.js` \|\n\| to purge it \| `cache-purge purge --zone /,
            );
            match(out, /\nError:\n\n```text\n/);
        });
    });
});
