/** The pictures of docs/planning.md and docs/how-it-works.md, drawn from plans that the package makes: part of `npm run docs`. */
import path from "node:path";
import { digestOf } from "../components/assets/hash";
import { assetsFromDigests } from "../components/assets/siteAssets";
import { counted, grouped } from "../components/errors/text";
import { batches } from "../components/plan/batches";
import { append, owedEntries, unionOf } from "../components/plan/entries";
import type { Plan, PlanOptions } from "../components/plan/plan";
import { plan } from "../components/plan/plan";
import { emptyRecord } from "../components/plan/record";
import { summary } from "../components/plan/render";
import type { Change } from "../components/plan/selector";
import { planLimits } from "../components/settings/limits";
import { box, curve, picture, words } from "./svg";

/** Contents by file path. */
type Files = Readonly<Record<string, string>>;

const OPTIONS = { baseUrls: ["https://www.example.com"] };
const LIMITS = planLimits(undefined);
const LINE = 20;

function manifestOf(files: Files) {
    const digests = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, digestOf(content)]));
    return assetsFromDigests(digests, OPTIONS).manifest;
}

const BEFORE: Files = { "index.html": "1", "about.html": "1", "app.js": "1", "logo.svg": "1", "old.css": "1" };
const AFTER: Files = { "index.html": "1", "about.html": "2", "app.js": "2", "logo.svg": "1", "new.css": "1" };

const SIGNS: Readonly<Record<Change, string>> = { added: "+", changed: "~", removed: "−" };

/** A sign, and a class of its colour. */
function mark(change: Change | undefined): { sign: string; style: string } {
    return change === undefined ? { sign: "=", style: "same" } : { sign: SIGNS[change], style: change };
}

function changeOfFile(name: string): Change | undefined {
    const [was, is] = [BEFORE[name], AFTER[name]];
    return was === undefined ? "added" : is === undefined ? "removed" : was === is ? undefined : "changed";
}

function changeOfUrl({ changes }: Plan, url: string): Change | undefined {
    return (["added", "changed", "removed"] as const).find((change) => changes[change].includes(url));
}

/** Files, the URLs at which they answer, and the request that names those whose answer changed. */
function fromFilesToRequests(): string {
    const made = plan(manifestOf(BEFORE), manifestOf(AFTER));
    const parts: string[] = [];
    const [files, urls, requests] = [24, 214, 480];
    const top = 64;
    parts.push(words(files, 32, "files", "head"), words(urls, 32, "URLs at which they answer", "head"));
    let y = top;
    for (const name of Object.keys({ ...BEFORE, ...AFTER }).sort()) {
        const paths = manifestOf({ [name]: "" }).sections.flatMap((section) => section.paths);
        const first = mark(changeOfFile(name));
        parts.push(words(files, y, `${first.sign} ${name}`, first.style));
        for (const [i, url] of paths.entries()) {
            const { sign, style } = mark(changeOfUrl(made, url));
            const at = y + i * LINE;
            parts.push(curve(files + 118, y - 4, urls - 8, at - 4), words(urls, at, `${sign} ${url}`, style));
        }
        y += paths.length * LINE + 10;
    }
    const sent = batches(made.selectors, LIMITS);
    let below = 32;
    for (const [i, { selectors }] of sent.entries()) {
        parts.push(words(requests, below, `request ${i + 1} of ${sent.length}, in this order`, "head"));
        below += 32;
        for (const { value, change } of selectors) {
            parts.push(words(requests, below, value, mark(change).style));
            below += LINE;
        }
    }
    parts.push(words(requests, below + LINE, summary(made)));
    const legend = [...Object.entries(SIGNS).map(([change, sign]) => `${sign} ${change}`), "= unchanged, not purged"];
    parts.push(words(files, y + LINE, legend.join("    "), "small"));
    return picture("Files, the URLs at which they answer, and what is purged of them", 980, y + 2 * LINE, parts);
}

/** A folder of a site: how many URLs it has, and how many of them changed. */
interface Part {
    readonly path: string;
    readonly size: number;
    readonly changed: number;
}

const PARTS: readonly Part[] = [
    { path: "/assets/", size: 4000, changed: 4000 },
    { path: "/blog/", size: 2000, changed: 2000 },
    { path: "/docs/en/", size: 3000, changed: 2400 },
    { path: "/docs/fr/", size: 3000, changed: 600 },
    { path: "/img/", size: 5000, changed: 0 },
];

function filesOf(isAfter: boolean): Files {
    return Object.fromEntries(
        PARTS.flatMap(({ path: folder, size, changed }) =>
            Array.from({ length: size }, (_, i) => [
                `${folder.slice(1)}${String(i).padStart(4, "0")}.js`,
                isAfter && i < changed ? "2" : "1",
            ]),
        ),
    );
}

const WAYS: readonly [what: string, options: PlanOptions][] = [
    ["widenAbove: false", { widenAbove: false }],
    ["widenAbove: 5000, the default", {}],
    ["widenAbove: 1000", { widenAbove: 1000 }],
];

/** The same changes under three thresholds: how wide a folder is drawn is how many URLs it has. */
function widening(): string {
    const [before, after] = [manifestOf(filesOf(false)), manifestOf(filesOf(true))];
    const [left, width] = [24, 912];
    const total = PARTS.reduce((sum, { size }) => sum + size, 0);
    const parts: string[] = [];
    let y = 32;
    for (const [what, options] of WAYS) {
        const made = plan(before, after, options);
        const chosen = made.selectors.flatMap(({ kind, value }) => (kind === "url" ? [] : [value]));
        parts.push(words(left, y, what, "head"), words(left, y + LINE, summary(made)));
        let x = left;
        for (const { path: folder, size, changed } of PARTS) {
            const wide = Math.round((size / total) * width);
            const filled = Math.round((changed / size) * wide);
            const row = y + LINE + 12;
            parts.push(box(x, row, filled, 44, "changed", 0.45), box(x, row, wide, 44, "line"));
            const isChosen = chosen.some((value) => `www.example.com${folder}`.startsWith(value));
            if (isChosen) {
                parts.push(box(x + 2, row + 2, wide - 4, 40, "chosen"));
            }
            parts.push(words(x + 8, row + 20, folder), words(x + 8, row + 36, grouped(changed), "small"));
            x += wide;
        }
        y += 116;
    }
    const all = PARTS.reduce((sum, { changed }) => sum + changed, 0);
    parts.push(
        words(
            left,
            y - 8,
            `${counted(total, "URL")} in five folders, ${grouped(all)} changed (coloured, with their number); framed: purged by prefix`,
            "small",
        ),
    );
    return picture("A large deploy by URLs, by prefixes that hold nothing else, and by wider ones", 960, y + 8, parts);
}

/** A deploy that is killed before its purge, then reverted: what the state knows with one resource, and with a journal. */
function whyAJournal(): string {
    const [a, b] = [manifestOf({ "app.js": "A" }), manifestOf({ "app.js": "B" })];
    const first = append(emptyRecord("1"), a, plan(undefined, a));
    const purged = { epoch: first.epoch, generation: first.generation };
    const second = append(first, b, plan(a, b));
    const third = append(second, a, plan(b, a));
    const owed = (record: typeof first): string[] => {
        const { entries } = owedEntries(record, purged);
        const { selectors } = unionOf(entries);
        const names = entries.map(({ to }) => to).join(" and ");
        return entries.length === 0
            ? ["nothing owed"]
            : [`owed: generation ${names}`, ...selectors.map(({ value }) => value)];
    };
    const rows: [deploy: string[], alone: string[], journal: string[]][] = [
        [
            ["deploy A", "uploaded and purged"],
            ["the state holds A"],
            [`generation ${first.generation}, purged`, ...owed(first)],
        ],
        [
            ["deploy B", "uploaded; its purge is killed,", "and the edge may hold B"],
            ["the state still holds A:", "B was never saved"],
            [`generation ${second.generation}, saved before the upload`, ...owed(second)],
        ],
        [
            ["revert to A", "uploaded"],
            [`plan from A to A: ${summary(plan(a, a))}`, "the edge keeps B's bytes"],
            [`generation ${third.generation}`, ...owed(third), "purged, and the edge gets A"],
        ],
    ];
    const columns = [24, 284, 584] as const;
    const parts = ["what happens", "one resource that holds the manifest", "journal, then purge"].map((head, i) =>
        words(columns[i] ?? 0, 32, head, "head"),
    );
    let y = 64;
    for (const row of rows) {
        parts.push(`<path class="line" d="M24 ${y - 20}H936"/>`);
        for (const [i, lines] of row.entries()) {
            parts.push(...lines.map((line, j) => words(columns[i] ?? 0, y + j * LINE, line)));
        }
        y += Math.max(...row.map(({ length }) => length)) * LINE + 16;
    }
    return picture("A purge that is killed, and a revert: lost with one resource, owed with a journal", 960, y, parts);
}

/** The pictures by file. */
export function planPictures(): Map<string, string> {
    return new Map([
        [path.join(__dirname, "plan.svg"), fromFilesToRequests()],
        [path.join(__dirname, "widening.svg"), widening()],
        [path.join(__dirname, "journal.svg"), whyAJournal()],
    ]);
}
