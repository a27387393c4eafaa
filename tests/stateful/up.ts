import type { Manifest } from "../../components/assets/manifest";
import { encodeManifest } from "../../components/assets/manifestText";
import { mapFiles } from "../../components/assets/mapping";
import { isMark } from "../../components/assets/marks";
import { sweepsSince } from "../../components/resources/inProcess";
import * as journalResource from "../../components/resources/journal";
import type { JournalInputs } from "../../components/resources/state";
import { isSettled } from "../../components/resources/state";
import type { Fault } from "../../local/cloudflare";
import type { End } from "./life";
import { Life } from "./life";
import { digestOf } from "./origin";
import { purge, purgeOfOneResource } from "./purge";
import { declaredPages, withServersPage } from "./serving";
import type { Setup, UploadKind } from "./setup";
import { isEarly } from "./setup";
import type { Sight } from "./sight";
import type { Simulation } from "./simulation";
import type { Files } from "./site";
import { BASES, formsOf, leftOut } from "./site";
import type { Swept } from "./state";
import { announceSweep, newProcess } from "./sweep";
import { deleteObjects, removedObjects, upload } from "./upload";
import { visitors } from "./visitors";

/** What else is different about an `up`. */
export type Odd = "excludeUpload" | "failUpload" | "targetPurge" | "replaceJournal" | "replacePurge" | "rename";

export interface Up {
    /** What the program deploys. */
    readonly files: Files;
    /** How many of the base URLs it deploys to. */
    readonly bases: number;
    readonly end?: End;
    readonly faults: readonly Fault[];
    readonly odd?: Odd;
    /** How the files get to the origin; default: as before. */
    readonly upload?: UploadKind;
    /** What the deploy machine gets to see of the site. Default: all of it. */
    readonly sight?: Sight;
    /** The deploy machine's wall clock is set `by` ms forward, or back, `after` ms. */
    readonly clockJump?: { readonly after: number; readonly by: number };
    /** The value of the trigger, where there is one. */
    readonly trigger?: number;
    /** Visitors while it runs. */
    readonly visitors: number;
}

/** `success`: no failure, and nothing owed. `owed`: no failure, and something is. */
export type Result = "success" | "owed" | "failed" | "killed";

/**
 * One `pulumi up`: journal, upload, purge, and the engine's deletes, each step's outcome in the state before the next
 * begins. Ends when every visitor and every write that was on its way has come to an end.
 */
export async function up(step: Up, simulation: Simulation): Promise<Result> {
    const { core, clock, setup } = simulation;
    const life = new Life(step.end, clock);
    for (const fault of step.faults) {
        core.faults.add(fault);
    }
    simulation.upload = step.upload ?? simulation.upload;
    simulation.sight = step.sight ?? "clear";
    simulation.token = core.createToken();
    const { clockJump } = step;
    if (clockJump !== undefined) {
        void clock.sleep(clockJump.after).then(() => {
            simulation.wallAhead += clockJump.by;
        });
    }
    const crowd = visitors(step.visitors, simulation);
    let result: Result;
    try {
        result = await Promise.race([steps(step, simulation, life), life.death.then((): Result => "killed")]);
        core.faults.clear();
        if (result === "killed") {
            simulation.observer.killed();
        }
        if (result === "success") {
            // The settling time: what a purge takes to work everywhere. Visitors do not wait for it.
            const { dataCentres, upper } = setup.propagation;
            await clock.sleep(Math.max(...dataCentres, upper));
        }
    } finally {
        await crowd.leave();
    }
    await Promise.all(simulation.onTheWay);
    if (isEarly(setup)) {
        await clock.sleep(setup.lag); // what was sent has arrived at every replica (docs/proof.md)
    }
    return result;
}

async function steps(
    { files: site, bases, odd, end, trigger = 0 }: Up,
    simulation: Simulation,
    life: Life,
): Promise<Result> {
    const { state, setup } = simulation;
    const beside = setup.uploads.includes("leavesOut") ? leftOut(site) : [];
    const files = withServersPage(new Map([...site, ...beside]), setup.serving);
    const digests = new Map([...files].map(([path, content]) => [path, digestOf(content)]));
    const { htmlHandling } = setup;
    const pages = declaredPages(setup.serving, files);
    const [manifest] = mapFiles(digests, { baseUrls: BASES.slice(0, bases), htmlHandling, ...pages });
    const purgeOnly = odd === "targetPurge";
    let sweep: Sweep | undefined;
    newProcess();
    if (!purgeOnly && !setup.oneResource) {
        const isNew = odd === "rename" || (odd === "replaceJournal" && mayReplaceJournal(files, simulation));
        const recorded = () => {
            if (odd === "rename") {
                forget(simulation);
            }
            simulation.observer.deployed(files, manifest, isNew);
        };
        await journal(
            { ...askedOf(setup, trigger), manifest: encodeManifest(manifest) },
            isNew,
            recorded,
            simulation,
            life,
        );
        sweep = await announceSweep(simulation, life);
    }
    if (state.journal === undefined && !setup.oneResource) {
        return "failed"; // the purge was targeted, and there is none
    }
    if (!purgeOnly) {
        know(files, manifest, simulation);
    }
    if (!purgeOnly && odd !== "excludeUpload" && !(await upload(files, odd === "failUpload", simulation, life))) {
        return "failed";
    }
    const isNew = odd === "replacePurge" && mayReplacePurge(simulation);
    const good = setup.oneResource
        ? await purgeOfOneResource(manifest, simulation, life)
        : await simulation.observer.purge(isNew, end !== undefined, () => purge(isNew, simulation, life));
    if (!good) {
        return "failed";
    }
    const removed = simulation.upload === "objects" && !purgeOnly && odd !== "excludeUpload" ? files : undefined;
    if (!(await deletes(removed, sweep, simulation, life))) {
        return "failed";
    }
    return setup.oneResource || isPaid(simulation) ? "success" : "owed";
}

type Sweep = Awaited<ReturnType<typeof announceSweep>>;

/** When an old Sweep is deleted: nothing orders one behind the objects that does not come from this `up`. */
const PHASES = ["before the objects", "beside the objects", "after the objects"] as const;

/**
 * What the engine deletes in the end.
 * @param files what is deployed, where each file is a resource
 * @returns whether all went well
 */
async function deletes(
    files: Files | undefined,
    sweep: Sweep | undefined,
    simulation: Simulation,
    life: Life,
): Promise<boolean> {
    const { state, setup, observer } = simulation;
    const deleted = files === undefined ? [] : removedObjects(files, simulation);
    const ordered = setup.sweeps === "before" ? "before the objects" : "after the objects";
    const phaseOf = ({ epoch, generation }: Swept): (typeof PHASES)[number] =>
        setup.sweeps !== "without" && sweepsSince.get(epoch) === generation ? ordered : "beside the objects";
    let isGood = true;
    const swept = async (old: Swept): Promise<void> => {
        const good = sweep === undefined || (await observer.sweep(old, deleted, () => sweep(old)));
        isGood &&= good;
    };
    const olds = state.oldSweeps;
    for (const phase of PHASES) {
        const sweeps = olds.filter((old) => phaseOf(old) === phase).map(swept);
        if (phase === "beside the objects") {
            await deleteObjects(deleted, simulation, life);
        }
        await Promise.all(sweeps);
    }
    return isGood;
}

/** What visitors may hold the deploy to: every form of its pages; at a base URL that came later, what it said itself. */
function know(files: Files, manifest: Manifest, { known, observer }: Simulation): void {
    const forms = [...files.keys()].flatMap(formsOf).map((path) => BASES[0] + path);
    const said = manifest.sections.flatMap(({ baseUrls, paths }) =>
        baseUrls.flatMap((base) => paths.filter((path) => !isMark(path)).map((path) => base + path)),
    );
    for (const url of [...forms, ...said].filter((one) => observer.isPromised(one))) {
        known.add(url);
    }
}

// Under another name, and without an alias, the stack's history is thrown away as soon as the new journal is in the state:
// what was removed by then, and what was owed, is nobody's business any more (docs/proof.md).
function forget({ state, observer, urls, ledger }: Simulation): void {
    delete state.purge;
    delete state.sweep;
    state.oldSweeps = [];
    state.replaced = false;
    observer.abandoned(urls);
    ledger.forget();
}

/** What the journal is told beside the manifest. */
function askedOf(setup: Setup, trigger: number): Omit<JournalInputs, "manifest"> {
    const { widenAbove, always, crossOrigins, toldOrigins, targets } = setup;
    return {
        always,
        crossOrigins: toldOrigins ?? crossOrigins,
        ...(widenAbove === undefined ? {} : { widenAbove }),
        ...(targets === undefined ? {} : { targets, triggers: { release: trigger } }),
    };
}

/** @param recorded called in the moment in which the state has it */
async function journal(
    inputs: JournalInputs,
    replace: boolean,
    recorded: () => void,
    simulation: Simulation,
    life: Life,
): Promise<void> {
    const { state } = simulation;
    const olds = replace ? undefined : state.journal;
    await life.point();
    if (olds === undefined) {
        const { outs } = await journalResource.create(inputs);
        await life.point();
        state.replaced ||= state.journal !== undefined;
        state.journal = outs;
    } else if (await differs(olds, inputs)) {
        const { outs } = await journalResource.update("journal", olds, inputs);
        await life.point();
        state.journal = outs;
    }
    recorded();
    // The first entry of a journal purges the targets as well.
    if (olds?.triggers?.release !== inputs.triggers?.release) {
        simulation.asked();
    }
    await life.point();
}

/** The journal's diff, without the line that it prints for a person. It runs to its end before it returns. */
async function differs(...[olds, news]: [JournalInputs & { record: string }, JournalInputs]): Promise<boolean> {
    const print = console.log;
    console.log = () => {};
    const answer = journalResource.diff("journal", olds, news);
    console.log = print;
    return (await answer).changes === true;
}

export function isPaid({ state }: Simulation): boolean {
    const { journal: recorded, oldSweeps } = state;
    return oldSweeps.length === 0 && recorded !== undefined && isSettled(state.purge ?? {}, recorded.record);
}

// Who throws away the journal while no purge knows of it, or first the journal and then the purge, has thrown away the
// whole history (docs/proof.md). So has who does it in the deploy that removes the last file: no host is in the new one.
function mayReplaceJournal(files: Files, { state }: Simulation): boolean {
    return state.purge !== undefined && files.size > 0;
}

function mayReplacePurge({ state }: Simulation): boolean {
    return !state.replaced;
}
