/**
 * The state as it grows during a run: first what this run has done, then what it has not touched of the old state. It
 * is written when a step begins (as a pending operation) and when it ends; `same` steps that change nothing wait for
 * the next write.
 */
import type { ResourceState } from "./resourceState";
import { renameReferences } from "./resourceState";
import type { Operation, Saved } from "./stateFile";
import type { Step } from "./steps";
import { isLogical } from "./steps";
import { same } from "./values";

const pendingType: Partial<Record<Step["op"], Operation["type"]>> = {
    create: "creating",
    "create-replacement": "creating",
    update: "updating",
    delete: "deleting",
    "delete-replaced": "deleting",
    read: "reading",
    "read-replacement": "reading",
};

export class Snapshot {
    #base: ResourceState[];
    readonly #saved: Saved;
    readonly #write: (saved: Saved) => void;
    readonly #new: ResourceState[] = [];
    readonly #done = new Set<ResourceState>();
    #operations: Operation[] = [];
    #unwritten = false;

    /** `write` puts a whole state on disk. Nothing is written before the first step. */
    constructor(saved: Saved, write: (saved: Saved) => void) {
        this.#saved = saved;
        this.#base = saved.resources;
        this.#write = write;
    }

    /** Other states as the base, after a refresh; pending operations are settled by it, except creates. */
    rebase(resources: ResourceState[]): void {
        this.#base = resources;
        this.#flush();
    }

    begins(step: Step): void {
        const type = pendingType[step.op];
        const resource = step.new ?? step.old;
        if (!type || !resource) {
            return;
        }
        this.#operations.push({ type, resource });
        this.#flush();
    }

    /** `applied`: the step did its work, perhaps with init errors. */
    ended(step: Step, applied: boolean): void {
        this.#operations = this.#operations.filter(({ resource }) => resource !== (step.new ?? step.old));
        if (step.op === "replace" || step.op === "refresh") {
            return;
        }
        if (applied) {
            this.#take(step);
        }
        if (step.op === "same" && !mustWrite(step)) {
            this.#unwritten = true;
        } else {
            this.#flush();
        }
    }

    #take(step: Step): void {
        const { op, old, new: next } = step;
        if (next && !step.skippedCreate) {
            this.#new.push(next);
        }
        if (!old) {
            return;
        }
        if (op === "delete-replaced" || op === "discard-replaced" || isLogical(step)) {
            this.#done.add(old);
        }
    }

    /** Outputs of a state that is in the snapshot changed. */
    touched(): void {
        this.#flush();
    }

    /** Writes what waits. */
    close(): void {
        if (this.#unwritten) {
            this.#flush();
        }
    }

    #flush(): void {
        this.#unwritten = false;
        this.#write(this.current());
    }

    /** The state as of now. References to former URNs are given the new ones. */
    current(): Saved {
        const all = [...this.#new, ...this.#base].filter((state) => !this.#done.has(state));
        const renamed = new Map(all.flatMap((state) => state.aliases.map((alias) => [alias, state.urn] as const)));
        const resources =
            renamed.size === 0
                ? all
                : all.map((state) => ({ ...renameReferences(state, (urn) => renamed.get(urn) ?? urn), aliases: [] }));
        // A create that was interrupted stays pending until a person has looked.
        const creating = this.#saved.operations.filter(({ type }) => type === "creating");
        return { resources, operations: [...this.#operations, ...creating], secrets: this.#saved.secrets };
    }
}

function mustWrite({ old, new: next, skippedCreate }: Step): boolean {
    if (skippedCreate) {
        return false;
    }
    if (!old || !next) {
        return true;
    }
    const { modified: _m, created: _c, initErrors: _i, rest: _r, inputs, outputs, ...before } = old;
    const {
        modified: _m2,
        created: _c2,
        initErrors: _i2,
        rest: _r2,
        inputs: newInputs,
        outputs: newOutputs,
        ...after
    } = next;
    return !same(inputs, newInputs) || !same(outputs, newOutputs) || !same(written(before), written(after));
}

/** What the file has of a resource: nothing of what is empty, so that a state that was read compares with a new one. */
function written(resource: object): object {
    return Object.fromEntries(Object.entries(resource).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
    return typeof value === "object" && value !== null ? Object.values(value).every(isEmpty) : !value;
}
