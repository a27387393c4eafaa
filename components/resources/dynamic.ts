import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../purge/outcome";
import type { JournalInputs, PurgeInputs } from "./state";

type Inputs<T> = {
    readonly [K in keyof T]: pulumi.Input<object extends Pick<T, K> ? T[K] | undefined : T[K]>;
};
export type JournalArgs = Inputs<JournalInputs>;
export type PurgeArgs = Inputs<PurgeInputs>;

type Kind<Args, Outputs> = new (
    name: string,
    args: Args,
    opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & Outputs;

/** The classes of the custom resources: dynamic ones in a TypeScript program, and the plugin's own in other languages. */
export interface Kinds {
    readonly Journal: Kind<JournalArgs, { readonly record: pulumi.Output<string> }>;
    readonly Sweep: Kind<PurgeArgs, object>;
    readonly Purge: Kind<PurgeArgs, { readonly receipt: pulumi.Output<Receipt> }>;
    /** What their types are called before the last colon: now, and in the states that are taken over. */
    readonly modules: readonly string[];
}

/**
 * Where this package's compiled provider is, seen from the program's folder. The engine starts the dynamic provider in
 * that folder, and a path relative to it finds the very copy that the program imported: also under pnpm, with several
 * versions installed, and after the checkout moved. By name is the fallback (docs/architecture.md).
 */
const here = path.relative(process.cwd(), require.resolve("./provider")).split(path.sep).join("/");

// What follows is serialised into the stack's state by its text. It captures nothing but `here` and stays short, so
// that an upgrade of this package changes no resource. A refresh runs the stored diff, perhaps in a checkout where
// nothing is installed: "changed" is then the safe answer. A delete must not need the package.
const run = (resource: "journal" | "sweep" | "purge", method: string, args: unknown[]) => {
    let code: Record<string, Record<string, (...args: unknown[]) => unknown> | undefined>;
    try {
        code = require(`${process.cwd()}/${here}`);
    } catch (error) {
        try {
            code = require("pulumi-cloudflare-cache-purge/provider");
        } catch {
            if (method === "diff") {
                return { changes: true } as never;
            }
            if (method === "delete") {
                return undefined as never;
            }
            throw error;
        }
    }
    return code[resource]?.[method]?.(...args) as never;
};

const journalProvider: pulumi.dynamic.ResourceProvider = {
    check: async (...args) => run("journal", "check", args),
    diff: async (...args) => run("journal", "diff", args),
    create: async (...args) => run("journal", "create", args),
    update: async (...args) => run("journal", "update", args),
    delete: async (...args) => run("journal", "delete", args),
};

const sweepProvider: pulumi.dynamic.ResourceProvider = {
    check: async (...args) => run("sweep", "check", args),
    diff: async (...args) => run("sweep", "diff", args),
    create: async (...args) => run("sweep", "create", args),
    // What to do is left here by the `check` of the same deploy (inProcess.ts); without one, nothing.
    delete: async (_id, olds) =>
        // biome-ignore lint/suspicious/noExplicitAny: the text stays as short as it can be
        (globalThis as any)[Symbol.for("pulumi-cloudflare-cache-purge.sweeps")]?.get(olds.epoch)?.(olds),
};

const purgeProvider: pulumi.dynamic.ResourceProvider = {
    check: async (...args) => run("purge", "check", args),
    diff: async (...args) => run("purge", "diff", args),
    create: async (...args) => run("purge", "create", args),
    update: async (...args) => run("purge", "update", args),
    delete: async (...args) => run("purge", "delete", args),
};

/** Records, before anything is uploaded or purged, what each deploy changes. It makes no request. */
class JournalResource extends pulumi.dynamic.Resource {
    /** The journal's text: epoch, generation, entries. */
    declare readonly record: pulumi.Output<string>;

    constructor(name: string, args: JournalArgs, opts?: pulumi.CustomResourceOptions) {
        super(journalProvider, name, { ...args, record: undefined }, opts, "cloudflareCachePurge", "Journal");
    }
}

/** Is replaced when files are removed: its `delete` runs after those of their objects, and purges what they have left. */
class Sweep extends pulumi.dynamic.Resource {
    constructor(name: string, args: PurgeArgs, opts?: pulumi.CustomResourceOptions) {
        super(sweepProvider, name, { ...args }, opts, "cloudflareCachePurge", "Sweep");
    }
}

/** Purges what the journal holds and is still owed. */
class Purge extends pulumi.dynamic.Resource {
    declare readonly receipt: pulumi.Output<Receipt>;

    constructor(name: string, args: PurgeArgs, opts?: pulumi.CustomResourceOptions) {
        const outputs = { paid: undefined, owed: undefined, receipt: undefined };
        super(purgeProvider, name, { ...args, ...outputs }, opts, "cloudflareCachePurge", "Purge");
    }
}

/** The type of a dynamic resource before its last colon. */
export const DYNAMIC_MODULE = "pulumi-nodejs:dynamic/cloudflareCachePurge";

export const DYNAMIC: Kinds = { Journal: JournalResource, Sweep, Purge, modules: [DYNAMIC_MODULE] };
