import type { Life } from "./life";
import type { Files } from "./site";
import { sameFiles } from "./site";
import type { World } from "./world";

/** Puts the files in place, one after the other. @returns whether it came to its end. */
export async function upload(wanted: Files, fails: boolean, world: World, life: Life): Promise<boolean> {
    const { setup, state, replicas, random } = world;
    if (setup.upload === "onChange" && state.uploaded !== undefined && sameFiles(state.uploaded, wanted)) {
        return true;
    }
    const there: Files = setup.upload === "objects" ? state.objects : replicas.files();
    const puts = random.shuffled([...wanted.keys()].filter((path) => there.get(path) !== wanted.get(path)));
    const gone = setup.upload === "objects" ? [] : [...there.keys()].filter((path) => !wanted.has(path));
    for (const path of [...puts, ...gone]) {
        if (fails && random.chance(0.4)) {
            return false;
        }
        const content = wanted.get(path);
        await write(path, content, world, life);
        if (setup.upload === "objects" && content !== undefined) {
            state.objects.set(path, content);
            await life.point();
        }
    }
    state.uploaded = new Map(wanted);
    await life.point();
    return true;
}

/** The engine's deletes, after everything else: of files that are resources no more. */
export async function deleteRemoved(wanted: Files, world: World, life: Life): Promise<void> {
    const { objects } = world.state;
    for (const path of [...objects.keys()].filter((one) => !wanted.has(one))) {
        await write(path, undefined, world, life);
        objects.delete(path);
        await life.point();
    }
}

async function write(path: string, content: string | undefined, world: World, life: Life): Promise<void> {
    await life.point();
    const landed = world.send(path, content);
    await life.point();
    await landed;
    await life.point();
    await world.clock.sleep(world.random.between(5, 100));
    await life.point();
}
