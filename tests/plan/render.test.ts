import assert from "node:assert/strict";
import { plan } from "../../components/plan/plan";
import { renderJson, renderTable, summary } from "../../components/plan/render";
import { planLimits } from "../../components/settings/limits";
import { manifest, many, ORIGIN } from "./site";

const BEFORE = { "/": "r", "/a.js": "a", "/old.css": "o", "/keep": "k" };
const AFTER = { "/": "R", "/a.js": "A", "/new.png": "n", "/keep": "k" };

describe("a plan as one line", () => {
    const trigger = { changedTriggers: ["trigger[0]"] };
    const rows: [string, string][] = [
        [summary(plan(manifest(BEFORE), manifest(AFTER))), "purge 4 URLs (1 added, 2 changed, 1 removed) in 1 request"],
        [summary(plan(manifest(BEFORE), manifest(BEFORE))), "nothing to purge"],
        [summary(plan(manifest({}), manifest({ "/a": "1" }))), "purge 1 URL (1 added) in 1 request"],
        [summary(plan(undefined, manifest(many("/", 1_201, "1")))), "purge 1 201 URLs (1 201 added) in 13 requests"],
        [
            summary(plan(undefined, manifest(many("/", 1_201, "1"))), planLimits("enterprise")),
            "purge 1 201 URLs (1 201 added) in 3 requests",
        ],
        [
            summary(
                plan(manifest(BEFORE), manifest(AFTER), {
                    ...trigger,
                    targets: { prefixes: ["x.example/a/", "x.example/b/"], tags: ["t"] },
                }),
            ),
            "purge 4 URLs, 2 prefixes and 1 tag (1 added, 2 changed, 1 removed) in 3 requests",
        ],
        [
            summary(plan(manifest(BEFORE), manifest(BEFORE), { ...trigger, targets: { hosts: ["www.example.com"] } })),
            "purge 1 host in 1 request; 4 unchanged URLs will be evicted too",
        ],
        [
            summary(plan(manifest(BEFORE), manifest(BEFORE), { ...trigger, targets: "everything" })),
            "purge everything in the zone in 1 request; 4 unchanged URLs will be evicted too",
        ],
    ];
    for (const [line, expected] of rows) {
        it(expected, () => assert.equal(line, expected));
    }
});

describe("a plan as a table", () => {
    it("has a line for each selector with its reasons, the notes, and the summary", () => {
        const site = (page: string) => manifest({ ...AFTER, "/404.html": page });
        assert.equal(
            renderTable(
                plan(site("1"), site("2"), { headers: [{ "CF-Device-Type": "mobile" }], always: ["/feed.xml"] }),
            ),
            [
                `url  ${ORIGIN}/feed.xml [CF-Device-Type: mobile]  always`,
                `url  ${ORIGIN}/404.html [CF-Device-Type: mobile]  changed /404.html`,
                "note: /404.html changed. URLs that are not found may show the old one for as long as the edge keeps such answers, which is 3 minutes by default; notFound: { purge: true } purges them, by host or prefix",
                "purge 2 URLs (1 changed) in 1 request",
                "",
            ].join("\n"),
        );
    });

    it("tells the least time at the rate limit", () => {
        const table = renderTable(plan(undefined, manifest(many("/", 4_800, "1"))));
        assert.match(
            table,
            /\npurge 4 800 URLs \(4 800 added\) in 48 requests; takes at least 5 s at the plan's rate limit\n$/,
        );
    });
});

describe("a plan as JSON", () => {
    it("has changes, selectors, bodies as sent, collateral and seconds", () => {
        assert.deepEqual(JSON.parse(JSON.stringify(renderJson(plan(manifest(BEFORE), manifest(AFTER))))), {
            changes: { added: ["/new.png"], changed: ["/", "/a.js"], removed: ["/old.css"] },
            selectors: [
                { kind: "url", value: `${ORIGIN}/a.js`, reasons: ["changed /a.js"], change: "changed" },
                { kind: "url", value: `${ORIGIN}/new.png`, reasons: ["added /new.png"], change: "added" },
                { kind: "url", value: `${ORIGIN}/old.css`, reasons: ["removed /old.css"], change: "removed" },
                { kind: "url", value: `${ORIGIN}/`, reasons: ["changed /"], change: "changed" },
            ],
            requests: [{ files: [`${ORIGIN}/a.js`, `${ORIGIN}/new.png`, `${ORIGIN}/old.css`, `${ORIGIN}/`] }],
            collateral: 0,
            seconds: 0,
            notes: [],
        });
    });
});
