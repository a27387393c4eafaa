import fc from "fast-check";
import type { Fault } from "../../local/cloudflare";
import { noLostDebt, noStaleCopy, noStaleVisit } from "./check";
import type { Ledger } from "./ledger";
import type { End } from "./life";
import type { Setup, UploadKind } from "./setup";
import { bringsLater, isEarly, writesLater } from "./setup";
import type { Sight } from "./sight";
import type { Simulation } from "./simulation";
import type { Files } from "./site";
import { contentOf } from "./site";
import type { Odd, Result } from "./up";
import { up } from "./up";
import { prune } from "./upload";
import { evict, visitSome } from "./visitors";

/** The model: what the program would deploy, what it deployed before, and what is owed. */
export interface Model {
    files: Map<string, string>;
    bases: number;
    trigger: number;
    upload: UploadKind;
    readonly before: Files[];
    readonly ledger: Ledger;
    readonly results: Record<Result, number>;
}

type Command = fc.AsyncCommand<Model, Simulation>;

/** An author at work: each of these changes what the next `up` deploys. */
type Edit =
    | { readonly kind: "put"; readonly file: number; readonly version: number }
    | { readonly kind: "remove"; readonly file: number }
    | { readonly kind: "rename"; readonly file: number; readonly to: number }
    | { readonly kind: "revert"; readonly back: number }
    | { readonly kind: "addBase" }
    | { readonly kind: "trigger" }
    | { readonly kind: "uploadBy"; readonly which: number };

class Author implements Command {
    constructor(private readonly edits: readonly Edit[]) {}

    check = () => true;

    async run(model: Model, { setup }: Simulation): Promise<void> {
        const at = (index: number) => setup.pool[index % setup.pool.length] as string;
        for (const edit of this.edits) {
            const { files } = model;
            switch (edit.kind) {
                case "put":
                    files.set(at(edit.file), contentOf(at(edit.file), edit.version));
                    break;
                case "remove":
                    files.delete(at(edit.file));
                    break;
                case "rename": {
                    const content = files.get(at(edit.file));
                    files.delete(at(edit.file));
                    if (content !== undefined) {
                        // A removed file with the very bytes of the page that answers in its place with 200: whether it is still
                        // served, nobody can tell, so that it is asked for in vain.
                        const isTold = setup.serving !== "singlePage";
                        files.set(at(edit.to), isTold ? content : `${content}, now ${at(edit.to)}`);
                    }
                    break;
                }
                case "revert":
                    model.files = new Map(model.before.at(-1 - (edit.back % Math.max(1, model.before.length))) ?? []);
                    break;
                case "addBase":
                    model.bases = isEarly(setup) ? 1 : 2;
                    break;
                case "trigger":
                    model.trigger += 1;
                    break;
                case "uploadBy":
                    model.upload = setup.uploads[edit.which % setup.uploads.length] ?? model.upload;
            }
        }
    }

    toString = () => `Author(${this.edits.map((edit) => Object.values(edit).join(" ")).join(", ")})`;
}

/** Some visits, and some copies forgotten, while nothing is deployed. */
class Visits implements Command {
    constructor(
        private readonly seed: number,
        private readonly count: number,
        private readonly evicted: number,
    ) {}

    check = () => true;

    async run(_model: Model, simulation: Simulation): Promise<void> {
        simulation.random.reseed(this.seed);
        await visitSome(this.count, simulation);
        evict(this.evicted, simulation);
        await simulation.clock.sleep(this.count * 1000);
    }

    toString = () => `Visits(${this.count}, ${this.evicted} forgotten)`;
}

interface UpPlan {
    readonly seed: number;
    readonly end: End | undefined;
    readonly faults: readonly Fault[];
    readonly odd: Odd | undefined;
    readonly visitors: number;
    readonly sight: Sight;
    readonly clockJump: { readonly after: number; readonly by: number } | undefined;
}

/** One `up`, and then the property. */
class Deploy implements Command {
    private result = "not run";

    constructor(private readonly plan: UpPlan) {}

    check = () => true;

    async run(model: Model, simulation: Simulation): Promise<void> {
        const { seed, end, faults, odd, visitors, sight, clockJump } = this.plan;
        const { setup, random } = simulation;
        random.reseed(seed);
        const files = new Map(model.files);
        model.before.push(files);
        const result = await up(
            {
                files,
                bases: model.bases,
                trigger: model.trigger,
                ...(end === undefined ? {} : { end }),
                faults: isEarly(setup) ? faults.filter(strikesTheApi) : faults,
                ...(odd === undefined || !allows(setup, odd) ? {} : { odd }),
                visitors,
                upload: model.upload,
                sight: isEarly(setup) && (setup.odd || writesLater(model.upload)) ? "clear" : sight,
                ...(clockJump === undefined ? {} : { clockJump }),
            },
            simulation,
        );
        this.result = result;
        model.results[result] += 1;
        noLostDebt(simulation, model.ledger);
        if (result === "success") {
            await noStaleCopy(simulation);
            await noStaleVisit(random.shuffled(simulation.urls).slice(0, 8), simulation);
            evict(random.between(0, 30), simulation);
        }
        if (model.upload === "prunes") {
            await prune(simulation);
        }
    }

    toString = () => {
        const { end, faults, odd, visitors, sight, clockJump } = this.plan;
        const parts = [
            end && `${end.how} ends at ${end.at}`,
            ...faults.map((f) => JSON.stringify(f)),
            odd,
            sight === "clear" ? "" : sight,
            clockJump && `clock ${clockJump.by} after ${clockJump.after}`,
        ];
        return `Deploy(${[...parts, `${visitors} visitors`].filter(Boolean).join("; ")}): ${this.result}`;
    };
}

/** What this run's preconditions leave of oddities (docs/proof.md). */
function allows(setup: Setup, odd: Odd): boolean {
    switch (odd) {
        case "replaceJournal":
        case "rename":
            return !isEarly(setup) && !bringsLater(setup); // a new journal does not know the bytes before
        case "replacePurge":
            return true;
        default:
            return setup.odd;
    }
}

function strikesTheApi({ target }: Fault): boolean {
    return target === undefined || target === "api";
}

const number = (max: number) => fc.nat({ max });

const editArb: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), file: number(8), version: number(2) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), file: number(8) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), file: number(8), to: number(8) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("revert" as const), back: number(3) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("addBase" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("trigger" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("uploadBy" as const), which: number(2) }) },
);

const often = { skip: number(5), times: fc.constantFrom(1, 1, 2, 3, 50) };
const when = fc.constantFrom("before" as const, "after" as const);

/** Every kind of fault that the local Cloudflare has; `old` is told by replicas that lag behind. */
const faultArb: fc.Arbitrary<Fault> = fc.oneof(
    fc.record({
        kind: fc.constant("status" as const),
        status: fc.constantFrom(500, 503, 520),
        target: fc.constantFrom("api" as const, "edge" as const, "origin" as const),
        when,
        ...often,
    }),
    fc.record({
        kind: fc.constant("status" as const),
        ...{ status: fc.constantFrom(400, 403), code: fc.constantFrom(10000, 9109, 1082, 1094, 1000), when, ...often },
    }),
    fc.record({ kind: fc.constant("rate-limit" as const), retryAfter: fc.constantFrom(0, 1, 20), when, ...often }),
    fc.record({ kind: fc.constant("unsuccessful" as const), when, ...often }),
    fc.record({
        kind: fc.constantFrom("reset" as const, "stall" as const, "cut" as const, "html" as const),
        target: fc.constantFrom("api" as const, "api" as const, "edge" as const, "origin" as const),
        when,
        ...often,
    }),
    fc.record({ kind: fc.constant("slow" as const), ms: fc.constantFrom(100, 1500, 12_000), when, ...often }),
    fc.record({
        kind: fc.constant("slow" as const),
        target: fc.constantFrom("edge" as const),
        ms: fc.constantFrom(100, 1500, 25_000),
        when,
        ...often,
    }),
);

const endArb: fc.Arbitrary<End> = fc.record({
    at: fc.integer({ min: 1, max: 90 }),
    how: fc.constantFrom("provider" as const, "engine" as const, "deadline" as const),
    grace: number(2500),
});

const upArb = fc
    .record({
        seed: fc.noShrink(fc.integer()),
        end: fc.option(endArb, { nil: undefined, freq: 2 }),
        faults: fc.oneof(
            { weight: 2, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.array(faultArb, { minLength: 1, maxLength: 2 }) },
        ),
        odd: fc.option(
            fc.constantFrom<Odd>(
                "excludeUpload",
                "failUpload",
                "targetPurge",
                "replaceJournal",
                "replacePurge",
                "rename",
            ),
            { nil: undefined, freq: 6 },
        ),
        visitors: number(3),
        sight: fc.constantFrom<Sight>("clear", "clear", "clear", "clear", "login", "loginPage", "challenge", "nothing"),
        clockJump: fc.option(fc.record({ after: number(4000), by: fc.constantFrom(-3_600_000, 3_600_000) }), {
            nil: undefined,
            freq: 4,
        }),
    })
    .map((plan) => new Deploy(plan));

const authorArb = fc.array(editArb, { minLength: 1, maxLength: 4 }).map((edits) => new Author(edits));
const visitsArb = fc
    .tuple(fc.noShrink(fc.integer()), fc.integer({ min: 1, max: 12 }), number(12))
    .map((args) => new Visits(...args));

/** An `up` that nobody disturbs. */
export const undisturbed = (seed: number): Command =>
    new Deploy({
        seed,
        end: undefined,
        faults: [],
        odd: undefined,
        visitors: 0,
        sight: "clear",
        clockJump: undefined,
    });

/** Every command there is; `up` twice, since it is what the rest is for. */
export const commandArbs: fc.Arbitrary<Command>[] = [authorArb, upArb, visitsArb, upArb];
