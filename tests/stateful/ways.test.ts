import { deepStrictEqual, strictEqual } from "node:assert";
import fc from "fast-check";
import { DEFAULTS } from "../../components/settings/componentOptions";
import { noLostDebt, noStaleCopy } from "./check";
import { Ledger } from "./ledger";
import type { Serving } from "./serving";
import { pagesOf } from "./serving";
import type { UploadKind } from "./setup";
import { setupArb } from "./setup";
import type { Sight } from "./sight";
import { Simulation } from "./simulation";
import type { Files } from "./site";
import { up } from "./up";

const KEPT = ["kept.js", "docs/index.html", "about.html"];
const SITE: Files = new Map([
    ["index.html", "app-1.js"],
    ["app-1.js", "app 1"],
    ["gone.html", "gone"],
    ...KEPT.map((file): [string, string] => [file, `${file}, as it stays`]),
]);
/** The same app with another hash, and one page less. */
const EDITED: Files = new Map([
    ["index.html", "app-2.js"],
    ["app-2.js", "app 2"],
    ...KEPT.map((file): [string, string] => [file, `${file}, as it stays`]),
]);

interface Way {
    readonly title: string;
    readonly serving?: Serving;
    readonly upload?: UploadKind;
    readonly sight?: Sight;
}

const WAYS: readonly Way[] = [
    { title: "a mirror that deletes" },
    { title: "files that are never uploaded, an internal 404 page", serving: "internal404", upload: "leavesOut" },
    { title: "a declared 404 page", serving: "pages404" },
    { title: "declared 404 pages, a nested one too", serving: "nested404" },
    { title: "a single-page application", serving: "singlePage" },
    { title: "an object store that answers 403 for what is missing", serving: "store403" },
    { title: "old files are kept at the origin", upload: "keeps" },
    { title: "old files are kept at an object store", serving: "store403", upload: "keeps" },
    { title: "an object a file, deleted after the purge", upload: "objects" },
    { title: "a login before everything", sight: "login" },
    { title: "a challenge before everything that the deploy machine asks for", sight: "challenge" },
    { title: "a site that the deploy machine cannot reach", sight: "nothing" },
];

function start({ serving = "plain", upload = "mirror" }: Way): { simulation: Simulation; ledger: Ledger } {
    const [drawn] = fc.sample(setupArb(), { numRuns: 1, seed: 1 });
    const ledger = new Ledger(0);
    const setup = {
        ...(drawn as NonNullable<typeof drawn>),
        plan: "free",
        tiered: true,
        htmlHandling: "auto-trailing-slash",
        uploads: [upload],
        serving,
        pool: [...new Set([...SITE.keys(), ...EDITED.keys(), ...pagesOf(serving)])],
        odd: false,
        sweeps: "behind",
        lag: 0,
        longestFetch: 0,
        slowShare: 0,
        propagation: { dataCentres: [0, 0], upper: 0 },
        settings: { ...DEFAULTS, retries: 0 },
        always: [],
        crossOrigins: [],
    } as const;
    return { simulation: new Simulation(setup, ledger), ledger };
}

/** How real sites are uploaded and served. In each, two undisturbed deploys settle everything. */
describe("stateful: ways of uploading and serving", () => {
    for (const way of WAYS) {
        it(`${way.title}: the edit is purged and nothing else, and the deploy after it has nothing to purge`, async () => {
            const { simulation, ledger } = start(way);
            const { core, known } = simulation;
            const { serving = "plain", sight = "clear" } = way;
            // A front page that answers for whatever is missing, and changes, changes all of that.
            const edited: Files =
                serving === "singlePage" ? new Map([...EDITED, ["index.html", SITE.get("index.html") ?? ""]]) : EDITED;
            const pages = pagesOf(serving).map((file): [string, string] => [file, "not found"]);
            /** Deploys. @returns what it came to, and the URLs that it purged. */
            const deployed = async (files: Files): Promise<[string, string[]]> => {
                const from = core.purgeLog.length;
                const result = await up(
                    { files: new Map([...files, ...pages]), bases: 1, faults: [], visitors: 0, sight },
                    simulation,
                );
                const urls = core.purgeLog
                    .slice(from)
                    .flatMap(({ body }) => (body as { files?: string[] }).files ?? []);
                return [result, [...new Set(urls)].map((url) => new URL(url).pathname).sort()];
            };
            await deployed(SITE);
            await deployed(SITE);
            for (const url of known) {
                await simulation.visit(url, 0);
                await simulation.visit(url, 1);
            }

            const [, purged] = await deployed(edited);
            const changed = ["/app-2.js", ...(serving === "singlePage" ? [] : ["/"]), "/gone", "/gone.html"];
            deepStrictEqual(
                changed.filter((path) => !purged.includes(path)),
                [],
                "what changed is purged",
            );
            deepStrictEqual(
                purged.filter((path) => ["/kept.js", "/docs/", "/about"].includes(path)),
                [],
                "what did not change stays",
            );
            await noStaleCopy(simulation);
            noLostDebt(simulation, ledger);
            const after = core.purgeLog.length;
            deepStrictEqual(await deployed(edited), ["success", []]);
            deepStrictEqual(await deployed(edited), ["success", []]);
            strictEqual(core.purgeLog.length, after, "purges of any kind");
            await noStaleCopy(simulation);
        });
    }
});
