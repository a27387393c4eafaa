import * as pulumi from "@pulumi/pulumi";

export interface UploadArgs {
    /** The folder with the files. */
    readonly from: pulumi.Input<string>;
    /** The folder that the origin serves. */
    readonly to: pulumi.Input<string>;
    /** Changes when any file does. */
    readonly digest: pulumi.Input<string>;
    /** Endings of names: files that it never uploads. */
    readonly leavesOut?: pulumi.Input<string[] | undefined>;
    /** It never deletes. */
    readonly keepsOld?: pulumi.Input<boolean | undefined>;
    /** For scenarios: fail before the first file, or after half of them. */
    readonly fail?: pulumi.Input<"before" | "middle" | undefined>;
    /** For scenarios: at this moment write `<hold>.reached`, and wait until the file `hold` is gone. */
    readonly hold?: pulumi.Input<string | undefined>;
    readonly holdAt?: pulumi.Input<"before" | "middle" | "after" | undefined>;
}

export interface Args {
    from: string;
    to: string;
    digest: string;
    leavesOut?: string[];
    keepsOld?: boolean;
    fail?: string;
    hold?: string;
    holdAt?: string;
}

const run = async (args: Args): Promise<void> => {
    const fs = require("node:fs") as typeof import("node:fs");
    const path = require("node:path") as typeof import("node:path");
    const list = (dir: string): string[] =>
        fs
            .readdirSync(dir, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)));
    const at = async (moment: string): Promise<void> => {
        if (args.fail === moment) {
            throw new Error(`the upload failed: ${moment}`);
        }
        if (args.hold !== undefined && args.holdAt === moment) {
            fs.writeFileSync(`${args.hold}.reached`, "");
            while (fs.existsSync(args.hold)) {
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
        }
    };
    await at("before");
    fs.mkdirSync(args.to, { recursive: true });
    const files = list(args.from).filter((file) => !args.leavesOut?.some((ending) => file.endsWith(ending)));
    for (const [i, file] of files.entries()) {
        if (i === Math.floor(files.length / 2)) {
            await at("middle");
        }
        fs.mkdirSync(path.dirname(path.join(args.to, file)), { recursive: true });
        fs.copyFileSync(path.join(args.from, file), path.join(args.to, file));
    }
    const kept = new Set(files);
    const gone = args.keepsOld ? [] : list(args.to).filter((name) => !kept.has(name));
    for (const file of gone) {
        fs.rmSync(path.join(args.to, file));
    }
    await at("after");
};

// Under its own name inside: what is exported would take all of this file into the state.
export { run as mirror };

/** Puts a folder in the place that the origin serves, and removes there what the folder has not got. */
export class Upload extends pulumi.dynamic.Resource {
    constructor(name: string, args: UploadArgs, opts?: pulumi.CustomResourceOptions) {
        const provider: pulumi.dynamic.ResourceProvider = {
            check: async (_olds, news) => ({ inputs: news }),
            diff: async (_id, olds, news) => ({ changes: olds.digest !== news.digest || olds.to !== news.to }),
            create: async (news) => {
                await run(news);
                return { id: news.to, outs: { to: news.to, digest: news.digest } };
            },
            update: async (_id, _olds, news) => {
                await run(news);
                return { outs: { to: news.to, digest: news.digest } };
            },
        };
        super(provider, name, { ...args }, opts, "local", "Upload");
    }
}
