import type { Life } from "./life";
import type { UploadKind } from "./setup";
import type { Simulation } from "./simulation";
import type { Files } from "./site";
import { isLeftOut, sameFiles } from "./site";

/** Uploads that delete what they do not bring. */
const DELETES: readonly UploadKind[] = ["mirror", "onChange", "leavesOut", "late"];

/** The longest that a write is on its way whose upload does not wait for it, ms. */
const LATE = 9000;

/** Puts the files in place, one after the other. @returns whether it came to its end. */
export async function upload(wanted: Files, fails: boolean, simulation: Simulation, life: Life): Promise<boolean> {
    const { upload: kind, state, replicas, random } = simulation;
    if (kind === "onChange" && state.uploaded !== undefined && sameFiles(state.uploaded, wanted)) {
        return true;
    }
    if (kind !== "objects") {
        state.objects.clear(); // their resources are taken out of the state, and the files stay
    }
    const there: Files = kind === "objects" ? state.objects : replicas.files();
    const uploaded = [...wanted.keys()].filter((path) => kind !== "leavesOut" || !isLeftOut(path));
    const puts = random.shuffled(uploaded.filter((path) => there.get(path) !== wanted.get(path)));
    const gone = DELETES.includes(kind) ? [...there.keys()].filter((path) => !wanted.has(path)) : [];
    for (const path of [...puts, ...gone]) {
        if (fails && random.chance(0.4)) {
            return false;
        }
        const content = wanted.get(path);
        await write(path, content, simulation, life);
        if (kind === "objects" && content !== undefined) {
            state.objects.set(path, content);
            await life.point();
        }
    }
    state.uploaded = new Map(wanted);
    await life.point();
    return true;
}

/** Files that are resources, and not deployed any more. */
export function removedObjects(wanted: Files, { state }: Simulation): string[] {
    return [...state.objects.keys()].filter((path) => !wanted.has(path));
}

/** The engine's deletes of such files, after everything else. */
export async function deleteObjects(paths: readonly string[], simulation: Simulation, life: Life): Promise<void> {
    for (const path of paths) {
        await write(path, undefined, simulation, life);
        simulation.state.objects.delete(path);
        await life.point();
    }
}

/** A job that runs by itself: it deletes what the last upload did not bring, and no deploy has brought since. */
export async function prune(simulation: Simulation): Promise<void> {
    const { replicas, state, clock, setup, observer } = simulation;
    for (const path of replicas.files().keys()) {
        if (state.uploaded?.has(path) === false && !observer.isDeployed(path)) {
            await simulation.send(path, undefined);
        }
    }
    await clock.sleep(setup.lag); // what it deleted is gone at every replica (docs/proof.md)
}

async function write(path: string, content: string | undefined, simulation: Simulation, life: Life): Promise<void> {
    await life.point();
    const isLate = simulation.upload === "late";
    const landed = simulation.send(path, content, isLate ? LATE : undefined);
    await life.point();
    await (isLate ? undefined : landed);
    await life.point();
    await simulation.clock.sleep(simulation.random.between(5, 100));
    await life.point();
}
