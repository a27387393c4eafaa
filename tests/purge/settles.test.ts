import { deepStrictEqual, match, strictEqual } from "node:assert";
import { CloudflareError } from "../../components/cloudflare/cloudflareError";
import type { PurgeBody, PurgeFile } from "../../components/plan/batches";
import { variantsOf } from "../../components/plan/headers";
import type { Sample } from "../../components/plan/samples";
import type { Change, Selector } from "../../components/plan/selector";
import type { Outcome } from "../../components/purge/outcome";
import type { Owed, OwedEntry } from "../../components/purge/owed";
import { withCurrentSamples } from "../../components/purge/owed";
import { purge } from "../../components/purge/purge";
import type { Answer, Visit } from "../../components/purge/visit";
import { VisitError } from "../../components/purge/visit";
import { warningText } from "../../components/purge/words";
import type { Settings } from "../../components/settings/componentOptions";
import { DEFAULTS } from "../../components/settings/componentOptions";
import { planLimits } from "../../components/settings/limits";
import { MovingClock } from "../../local/cloudflare/clock";

const BASE = "https://www.example.com";
const LIMITS = planLimits("free");
const [NEW, OLD, NONE] = ["n".repeat(32), "o".repeat(32), "-".repeat(32)];
const VOICE = {
    old: "",
    absent: "",
    removed: "",
    stale: "",
    exclude: "`exclude`",
    checks: "let it in",
    command: "cache-purge",
};

type Files = Readonly<Record<string, Change>>;

/** A deploy that changes some files; each is a URL of its own, and a sample unless it is among `unsampled`. */
function entry(files: Files, unsampled: readonly string[] = []): OwedEntry {
    const selectors = Object.entries(files).map(
        ([path, change]): Selector => ({
            kind: "url",
            value: BASE + path,
            reasons: [`${change} ${path.slice(1)}`],
            change,
        }),
    );
    const samples = Object.entries(files)
        .filter(([path]) => !unsampled.includes(path))
        .map(
            ([path, change]): Sample => ({
                url: BASE + path,
                digest: change === "removed" ? null : NEW,
                was: change === "added" ? [] : [OLD],
            }),
        );
    return { selectors, samples, changes: { added: 0, changed: 1, removed: 0 }, to: 1 };
}

const answer = (status: number, digest: string): Answer => ({ status, digest, bytes: 1, headers: { "cf-ray": "1" } });
const there = answer(200, NEW);
const old = answer(200, OLD);
const gone = answer(404, NONE);

/** An `up` against an origin; the edge answers as the origin does, unless `edge` says otherwise. */
async function up(
    owed: Owed,
    origin: (path: string) => Answer,
    more: {
        settings?: Partial<Settings>;
        edge?: (path: string) => Answer | undefined;
        /** What the API answers: to all requests, or to those that are refused, each of one URL. */
        error?: CloudflareError;
        refuse?: (body: PurgeBody) => boolean;
        environment?: string;
    } = {},
) {
    const clock = new MovingClock(0, { auto: true });
    const purged: string[] = [];
    const zones: (string | undefined)[] = [];
    const asked: string[] = [];
    const visit: Visit = async (url, _signal, _seconds, page) => {
        const { pathname, search } = new URL(url);
        asked.push(pathname);
        const path = page === undefined ? pathname : `${pathname} ${page}`;
        return (search === "" ? more.edge?.(path) : undefined) ?? origin(pathname);
    };
    const outcome = await purge(
        owed,
        { id: "z", ...(more.environment === undefined ? {} : { environment: more.environment }) },
        more.refuse === undefined ? LIMITS : { ...LIMITS, urlsPerRequest: 1 },
        { ...DEFAULTS, ...more.settings },
        {
            api: {
                purge: async (zone, body) => {
                    zones.push(zone.environment);
                    if (more.error !== undefined && more.refuse?.(body) !== false) {
                        throw more.error;
                    }
                    purged.push(...("files" in body ? body.files.map(nameOf) : []));
                    return { id: "id" };
                },
            },
            pacer: { acquire: async () => {} },
            visit,
            clock,
            random: () => 0.5,
            log: () => {},
        },
    );
    return {
        outcome,
        zones,
        purged: [...new Set(purged)].map((url) => url.slice(BASE.length)).sort(),
        seconds: clock.now() / 1000,
        owed: Object.fromEntries(
            outcome.owed.map(({ why, selectors }) => [
                why,
                selectors.map(({ value }) => value.slice(BASE.length)).sort(),
            ]),
        ),
        warnings: outcome.warnings.map(({ kind }) => kind),
        asked,
    };
}

/** A URL, and the origin whose pages load it. */
function nameOf(file: PurgeFile): string {
    return typeof file === "string" ? file : [file.url, ...Object.values(file.headers)].join(" ");
}

function firstWarning({ warnings: [first] }: Outcome): string {
    return first === undefined ? "" : warningText(first, VOICE);
}

const next = ({ owed, remembered }: Outcome, ...entries: OwedEntry[]): Owed => ({
    entries: [...owed, ...entries],
    remembered,
});
const pages = (count: number, change: Change): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`/p${i}.js`, change]));

describe("what is owed settles", () => {
    it("all there: nothing is owed, and the next up has nothing to do", async () => {
        const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "added" })] }, () => there);
        deepStrictEqual([first.owed, first.warnings, first.purged], [{}, [], ["/a.js", "/b.js"]]);
    });

    it("files that the upload leaves out: kept for one up, asked once, let go without a purge", async () => {
        const files = entry({ "/a.js": "added", "/b.js": "added", "/.nojekyll": "added", "/c.js": "added" }, ["/c.js"]);
        const origin = (path: string) => (path === "/.nojekyll" ? gone : there);
        const first = await up({ entries: [files] }, origin);
        deepStrictEqual([first.owed, first.warnings], [{ absent: ["/.nojekyll", "/c.js"] }, ["absent"]]);
        strictEqual(first.seconds < 8, true, `${first.seconds} s`);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.owed, second.purged, second.warnings], [{}, [], ["let-go"]]);
        match(firstWarning(second.outcome), /does not have .*\/\.nojekyll.*`exclude`/);
        strictEqual(second.seconds <= 2, true, "it asks once more after the rebound's time, and does not wait");
    });

    it("files that come later: purged by the next up, and settled", async () => {
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, (path) =>
            path === "/b.js" ? gone : there,
        );
        deepStrictEqual(first.owed, { absent: ["/b.js"] });
        const second = await up(next(first.outcome), () => there);
        deepStrictEqual([second.purged, second.owed], [["/b.js"], {}]);
    });

    it("no file of a class came: the class is kept, and goes when it came", async () => {
        const first = await up(
            { entries: [entry({ "/a.js": "added", "/b.js": "added", "/z.js": "changed" })] },
            (path) => (path === "/z.js" ? there : gone),
        );
        deepStrictEqual(first.owed, { absent: ["/a.js", "/b.js"] });
        strictEqual(first.outcome.owed[0]?.isPartial, undefined);
        deepStrictEqual((await up(next(first.outcome), () => there)).purged, ["/a.js", "/b.js"]);
    });

    it("a part of a kept class came: that and what was not sampled is purged, the rest is let go, and remembered", async () => {
        const files = entry({ "/a.js": "added", "/b.js": "added", "/c.js": "added" }, ["/c.js"]);
        const first = await up({ entries: [files] }, () => gone);
        deepStrictEqual(first.owed, { absent: ["/a.js", "/b.js", "/c.js"] });
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : gone));
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/a.js", "/c.js"], {}, ["let-go"]]);
        const third = await up(next(second.outcome, entry({ "/z.js": "changed" })), () => there);
        deepStrictEqual(third.purged, ["/b.js", "/z.js"]);
    });

    it("a part of a kept class came, and its purge was refused: what is still absent is asked for once more", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "rate-limit", cause: "429", remedy: "" });
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, () => gone);
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : gone), { error });
        deepStrictEqual([second.purged, second.owed], [[], { "not-purged": ["/a.js"], absent: ["/b.js"] }]);
        const third = await up(next(second.outcome), () => there);
        deepStrictEqual([third.purged, third.owed], [["/a.js", "/b.js"], {}]);
    });

    it("a refused purge keeps each class as it was judged: what was accepted is purged again on evidence only", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const files = entry({ "/a.js": "changed", "/b.js": "added" });
        const first = await up({ entries: [files] }, (path) => (path === "/a.js" ? there : gone), {
            error,
            refuse: (body) => JSON.stringify(body).includes("/a.js"),
        });
        deepStrictEqual(first.owed, { "not-purged": ["/a.js"], absent: ["/b.js"] });
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : gone));
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/a.js"], {}, ["let-go"]]);
    });

    it("removed files that were still served at a refused purge are looked at anew: their deletes come after a good one", async () => {
        const error = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const files = entry({ "/a.js": "changed", "/old.js": "removed" });
        const origin = (path: string) => (path === "/a.js" ? there : old);
        const refuse = (body: PurgeBody) => JSON.stringify(body).includes("/a.js");
        const first = await up({ entries: [files] }, origin, { error, refuse });
        const second = await up(next(first.outcome), origin);
        deepStrictEqual(second.owed, { removed: ["/old.js"] });
        deepStrictEqual((await up(next(second.outcome), () => gone)).purged, ["/old.js"]);
    });

    it("removed files that are kept on purpose: asked once, let go, and never waited for", async () => {
        const first = await up({ entries: [entry({ "/old.js": "removed", "/a.js": "changed" })] }, (path) =>
            path === "/old.js" ? old : there,
        );
        deepStrictEqual([first.owed, first.warnings], [{ removed: ["/old.js"] }, ["still-served"]]);
        strictEqual(first.seconds <= 2, true);
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.owed, second.purged, second.warnings], [{}, [], ["let-go"]]);
    });

    it("removed files that are deleted between two ups: purged by the second", async () => {
        const first = await up({ entries: [entry({ "/old.js": "removed" })] }, () => old);
        const second = await up(next(first.outcome), () => gone);
        deepStrictEqual([second.purged, second.owed, second.warnings], [["/old.js"], {}, []]);
    });

    it("an upload that is not done: the class stays owed, is not purged without evidence, and goes with it", async () => {
        const files = entry({ "/a.js": "changed", "/b.js": "changed", "/c.js": "changed" }, ["/c.js"]);
        const first = await up({ entries: [files] }, (path) => (path === "/a.js" ? there : old));
        deepStrictEqual(
            [first.owed, first.purged, first.warnings],
            [{ old: ["/b.js", "/c.js"] }, ["/a.js", "/b.js", "/c.js"], ["origin-old"]],
        );
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.owed, second.purged, second.seconds], [{ old: ["/b.js", "/c.js"] }, [], 0]);
        strictEqual(second.outcome.owed[0]?.since, first.outcome.owed[0]?.since);
        const third = await up(next(second.outcome), () => there);
        deepStrictEqual([third.owed, third.purged], [{}, ["/b.js", "/c.js"]]);
    });

    it("a kept class whose file a later deploy changes goes once more with it", async () => {
        const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] }, () => old);
        const revert = entry({ "/a.js": "changed" });
        const second = await up(next(first.outcome, revert), () => old);
        deepStrictEqual(second.purged, ["/a.js", "/b.js"]);
    });

    it("old files keep what was asked for beside them; absent and removed ones do not", async () => {
        const feed: Selector = { kind: "url", value: `${BASE}/feed.xml`, reasons: ["always"] };
        const withFeed = (files: Files) => ({ ...entry(files), selectors: [...entry(files).selectors, feed] });
        const kept = async (files: Files, got: Answer) => (await up({ entries: [withFeed(files)] }, () => got)).owed;
        deepStrictEqual(await kept({ "/a.js": "changed" }, old), { old: ["/a.js", "/feed.xml"] });
        deepStrictEqual(await kept({ "/a.js": "added" }, gone), { absent: ["/a.js"] });
        deepStrictEqual(await kept({ "/a.js": "removed" }, old), { removed: ["/a.js"] });
    });

    it("a login before everything: nothing is owed, and it is said that nothing could be verified", async () => {
        const { owed, warnings, seconds } = await up({ entries: [entry(pages(3, "changed"))] }, () =>
            answer(401, NONE),
        );
        deepStrictEqual([owed, warnings], [{}, ["nothing-verified"]]);
        strictEqual(seconds <= 2, true);
    });

    const PAGE = "p".repeat(32);
    const inPlace: [title: string, missing: Answer, words: RegExp][] = [
        ["an object store that answers 403", answer(403, NONE), /403, as for a missing file/],
        ["a front page with 200", answer(200, PAGE), /200, as for a missing file/],
    ];
    for (const [title, missing, words] of inPlace) {
        describe(`${title} for what is missing`, () => {
            const origin =
                (...files: readonly string[]) =>
                (path: string): Answer =>
                    files.includes(path) ? there : missing;

            it("a file that comes later is waited for, kept, and purged when it came", async () => {
                const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "added" })] }, origin("/a.js"));
                deepStrictEqual([first.owed, first.warnings], [{ absent: ["/b.js"] }, ["absent"]]);
                match(firstWarning(first.outcome), words);
                strictEqual(first.seconds > 2 && first.seconds < 8, true, `${first.seconds} s`);
                const second = await up(next(first.outcome), origin("/a.js", "/b.js"));
                deepStrictEqual([second.purged, second.owed], [["/b.js"], {}]);
            });

            it("a file that the upload leaves out is let go without a purge", async () => {
                const files = entry({ "/a.js": "changed", "/b.js": "added" });
                const second = await up(
                    next((await up({ entries: [files] }, origin("/a.js"))).outcome),
                    origin("/a.js"),
                );
                deepStrictEqual([second.purged, second.owed], [[], {}]);
            });

            it("a removed file that is answered so is gone", async () => {
                const files = entry({ "/a.js": "changed", "/old.js": "removed" });
                const { owed, outcome } = await up({ entries: [files] }, origin("/a.js"));
                deepStrictEqual([owed, outcome.gone], [{}, new Map([[`${BASE}/old.js`, true]])]);
            });

            it("nothing else is seen: kept for one up, not waited for, and nothing is claimed", async () => {
                const files = entry({ "/b.js": "added", "/old.js": "removed" });
                const first = await up({ entries: [files] }, origin());
                deepStrictEqual([first.owed, first.warnings], [{ absent: ["/b.js"] }, ["nothing-verified"]]);
                deepStrictEqual([...first.outcome.gone.values()], [false]);
                strictEqual(first.seconds <= 2, true, `${first.seconds} s`);
                const second = await up(next(first.outcome), origin());
                deepStrictEqual([second.purged, second.owed, second.warnings], [[], {}, ["nothing-verified"]]);
                deepStrictEqual((await up(next(first.outcome), origin("/b.js"))).purged, ["/b.js"]);
            });
        });
    }

    it("other bytes than those of a name that does not exist prove nothing", async () => {
        const other = (path: string) => (path === "/a.js" ? there : path === "/b.js" ? answer(200, PAGE) : gone);
        const { owed } = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "added" })] }, other);
        deepStrictEqual(owed, {});
    });

    it("an error page that differs at each request is no evidence", async () => {
        let count = 0;
        const origin = (path: string) => (path === "/a.js" ? there : answer(404, `${count++}`.padStart(32, "0")));
        const first = await up({ entries: [entry({ "/a.js": "added", "/b.js": "added" })] }, origin);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.purged, second.owed], [[], {}]);
    });

    it("a removed file with the very bytes of the page that answers in its place with 404 is still served", async () => {
        const files = entry({ "/a.js": "changed", "/old.html": "removed" });
        const origin = (path: string) => (path === "/a.js" ? there : path === "/old.html" ? old : answer(404, OLD));
        const first = await up({ entries: [files] }, origin);
        deepStrictEqual(first.owed, { removed: ["/old.html"] });
        const second = await up(next(first.outcome), (path) => (path === "/a.js" ? there : answer(404, OLD)));
        deepStrictEqual([second.purged, second.owed], [["/old.html"], {}]);
    });

    it("no check possible: nothing is owed, and what was kept is purged once and let go", async () => {
        const silent = () => {
            throw new VisitError(BASE, "no answer");
        };
        deepStrictEqual((await up({ entries: [entry({ "/a.js": "changed" })] }, silent)).owed, {});
        for (const before of [() => old, () => gone]) {
            const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "removed" })] }, before);
            const second = await up(next(first.outcome), silent);
            deepStrictEqual(second.owed, {});
            deepStrictEqual(second.purged, Object.values(first.owed).flat().sort());
        }
    });

    it("stale at the edge after its purge: once more, then let go with the likely cause", async () => {
        const settings = { verify: { sample: 10, timeout: 30, onStale: "warn" as const } };
        const aged = { ...old, headers: { ...old.headers, "cf-cache-status": "HIT", age: "4000" } };
        const edge = (path: string) => (path === "/a.js" ? aged : undefined);
        const first = await up({ entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] }, () => there, {
            settings,
            edge,
        });
        deepStrictEqual([first.owed, first.warnings], [{ stale: ["/a.js"] }, ["edge-stale"]]);
        const second = await up(next(first.outcome), () => there, { settings, edge });
        deepStrictEqual([second.owed, second.purged, second.warnings], [{}, ["/a.js"], ["edge-stale"]]);
        match(
            firstWarning(second.outcome),
            /still stale after a second purge.*the purge named another entry.*method GET.*explain stale/,
        );
    });

    describe("copies for pages of other origins", () => {
        const APP = "https://app.example.net";
        const variants = variantsOf({ crossOrigins: [APP] });
        const deploy = entry({ "/a.js": "changed", "/b": "changed" });
        const withApp = (one: OwedEntry): OwedEntry => ({
            ...one,
            selectors: one.selectors.flatMap((selector) =>
                selector.value.endsWith(".js") ? [selector, { ...selector, headers: { Origin: APP } }] : [selector],
            ),
        });
        const settings = { verify: { sample: 10, timeout: 30, onStale: "warn" as const } };

        it("are looked at too, and only the stale one is purged again", async () => {
            const first = await up({ entries: [withApp(deploy)], variants }, () => there, {
                settings,
                edge: (path) => (path === `/a.js ${APP}` ? old : undefined),
            });
            deepStrictEqual(first.purged, ["/a.js", `/a.js ${APP}`, "/b"]);
            deepStrictEqual([first.owed, first.warnings], [{ stale: ["/a.js"] }, ["edge-stale"]]);
            deepStrictEqual(first.outcome.owed[0]?.selectors[0]?.headers, { Origin: APP });
            match(firstWarning(first.outcome), /a\.js \[Origin: https:\/\/app\.example\.net\]/);
            const second = await up({ ...next(first.outcome), variants }, () => there, { settings });
            deepStrictEqual([second.owed, second.purged], [{}, [`/a.js ${APP}`]]);
        });

        it("are not purged again where the plain one is stale", async () => {
            const first = await up({ entries: [withApp(deploy)], variants }, () => there, {
                settings,
                edge: (path) => (path === "/a.js" ? old : undefined),
            });
            deepStrictEqual(
                first.outcome.owed.flatMap(({ selectors }) => selectors.map(({ headers }) => headers)),
                [undefined],
            );
        });

        it("go along when what was let go is purged after all", async () => {
            const first = await up({ entries: [withApp(entry({ "/old.js": "removed" }))], variants }, () => old);
            const second = await up({ ...next(first.outcome), variants }, () => old);
            deepStrictEqual([second.purged, second.outcome.remembered.length], [[], 1]);
            const third = await up({ ...next(second.outcome, deploy), variants }, (path) =>
                path === "/old.js" ? gone : there,
            );
            deepStrictEqual(third.purged, ["/a.js", "/b", "/old.js", `/old.js ${APP}`]);
        });

        it("of an earlier entry are purged with the last one that changes the file", () => {
            const [, last] = withCurrentSamples(
                [withApp(deploy), { ...entry({ "/a.js": "changed" }), to: 2 }],
                false,
                [],
                variants,
            );
            deepStrictEqual(
                last?.selectors.map(({ headers }) => headers),
                [undefined, { Origin: APP }],
            );
        });

        it("are warmed once", async () => {
            const owed = { entries: [withApp(entry({ "/a.js": "changed" }))], variants };
            const how = { warm: true, verify: false, originReady: false } as const;
            deepStrictEqual((await up(owed, () => there, { settings: how })).asked, ["/a.js"]);
        });
    });

    it('onStale: "fail" fails for old bytes of added or changed files only, and purges nothing', async () => {
        const settings = { originReady: { sample: 10, timeout: 1, onStale: "fail" as const } };
        const failing = await up(
            { entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] },
            (path) => (path === "/a.js" ? old : there),
            { settings },
        );
        deepStrictEqual(
            [failing.outcome.failure?.kind, failing.purged, failing.owed],
            ["origin-old", [], { "not-purged": ["/a.js", "/b.js"] }],
        );
        for (const [files, got] of [
            [{ "/a.js": "removed" }, old],
            [{ "/a.js": "added" }, gone],
            [{ "/a.js": "changed" }, gone],
        ] as const) {
            const passing = await up({ entries: [entry(files)] }, () => got, { settings });
            deepStrictEqual([passing.outcome.failure, passing.purged], [undefined, ["/a.js"]]);
        }
    });

    it("what was let go is remembered, and asked for when a purge runs for another reason", async () => {
        const first = await up({ entries: [entry({ "/old.js": "removed" })] }, () => old);
        const second = await up(next(first.outcome), () => old);
        deepStrictEqual([second.purged, second.outcome.remembered.length], [[], 1]);
        const third = await up(next(second.outcome, entry({ "/a.js": "changed" })), (path) =>
            path === "/a.js" ? there : gone,
        );
        deepStrictEqual([third.purged, third.outcome.remembered.length], [["/a.js", "/old.js"], 0]);
    });

    it("what is about to be let go is asked for once more: a replica may have lagged behind", async () => {
        let asked = 0;
        const late = await up({ entries: [entry({ "/old.js": "removed" })] }, () => old);
        const { purged, outcome } = await up(next(late.outcome), () => {
            asked += 1;
            return asked === 1 ? old : gone;
        });
        deepStrictEqual([purged, outcome.remembered.length], [["/old.js"], 0]);
    });

    it("remembers at most 20", async () => {
        const first = await up({ entries: [entry(pages(30, "removed"))] }, () => old, {
            settings: { originReady: { sample: 30, timeout: 0, onStale: "warn" } },
        });
        const second = await up(next(first.outcome), () => old);
        strictEqual(second.outcome.remembered.length, 20);
    });

    it("removed files that a later step purges are not kept", async () => {
        const { owed, outcome } = await up(
            { entries: [entry({ "/old.js": "removed", "/a.js": "changed" })], handedOver: new Set([`${BASE}/old.js`]) },
            (path) => (path === "/old.js" ? old : there),
        );
        deepStrictEqual([owed, outcome.remembered.length], [{}, 1]);
    });

    it("an environment is purged by its own path, and not checked where visitors meet production", async () => {
        const owed = { entries: [entry({ "/a.js": "changed" })] };
        const edge = () => old;
        const environment = "e".repeat(32);
        const blind = await up(owed, () => there, { edge, environment });
        deepStrictEqual([blind.zones, blind.owed, blind.outcome.checked], [[environment, environment], {}, []]);
        const settings = { connectTo: { "*": "203.0.113.7" } };
        const led = await up(owed, () => there, { edge, environment, settings });
        deepStrictEqual(led.owed, { stale: ["/a.js"] });
    });

    it("warms what was purged, and nothing where the purge was refused", async () => {
        const settings = { warm: true, verify: false, originReady: false } as const;
        const owed = { entries: [entry({ "/a.js": "changed" })] };
        deepStrictEqual((await up(owed, () => there, { settings })).asked, ["/a.js"]);
        const error = new CloudflareError({ operation: "purge", kind: "server", cause: "no", remedy: "" });
        const refused = await up(owed, () => there, { settings, error });
        deepStrictEqual([refused.asked, refused.owed], [[], { "not-purged": ["/a.js"] }]);
        // Nor where Cloudflare refuses only one of two.
        const two = { entries: [entry({ "/a.js": "changed", "/b.js": "changed" })] };
        const bad = new CloudflareError({ operation: "purge", kind: "request", cause: "no", remedy: "" });
        const refuse = (body: PurgeBody) => "files" in body && body.files.map(nameOf).includes(`${BASE}/b.js`);
        const partly = await up(two, () => there, { settings, error: bad, refuse });
        deepStrictEqual([partly.purged, partly.asked, partly.owed], [["/a.js"], [], { "not-purged": ["/b.js"] }]);
    });

    it("a page that the origin serves at another of its names is checked there", async () => {
        const origin = (path: string): Answer =>
            path === "/about.html" ? { ...answer(307, NONE), headers: { location: "/about" } } : there;
        for (const [edge, state] of [
            [there, "verified"],
            [old, "stale"],
        ] as const) {
            const { outcome } = await up({ entries: [entry({ "/about.html": "changed" })] }, origin, {
                edge: (path) => (path === "/about" ? edge : undefined),
            });
            deepStrictEqual(
                outcome.checked.map((one) => [one.url, one.state]),
                [[`${BASE}/about`, state]],
            );
        }
    });

    it("300 pages and what the upload leaves out: the second up settles it, and purges nothing", async () => {
        const files = {
            ...pages(300, "added"),
            "/.nojekyll": "added",
            "/_headers": "added",
            "/404.html": "added",
        } as Files;
        const unsampled = Object.keys(files).filter((path, i) => i % 16 !== 0 && path !== "/.nojekyll");
        const origin = (path: string) => (/^\/p\d/.test(path) ? there : gone);
        const settings = { originReady: { sample: 30, timeout: 30, onStale: "warn" as const } };
        const first = await up({ entries: [entry(files, unsampled)] }, origin, { settings });
        strictEqual(first.warnings.includes("absent"), true);
        const second = await up(next(first.outcome), origin);
        deepStrictEqual([second.owed, second.purged], [{}, []]);
        deepStrictEqual((await up(next(second.outcome), origin)).owed, {});
    });
});
