import * as pulumi from "@pulumi/pulumi";

export interface StoredObjectArgs {
    /** The file. */
    readonly from: pulumi.Input<string>;
    /** Where the origin has it. */
    readonly to: pulumi.Input<string>;
    /** Changes when the file does. */
    readonly digest: pulumi.Input<string>;
}

const store = (args: { from: string; to: string }): void => {
    const fs = require("node:fs") as typeof import("node:fs");
    fs.mkdirSync(args.to.replace(/\/[^/]*$/, ""), { recursive: true });
    fs.copyFileSync(args.from, args.to);
};

/** One file at the origin, as an object of a bucket would be: the engine deletes it last when it is gone. */
export class StoredObject extends pulumi.dynamic.Resource {
    constructor(name: string, args: StoredObjectArgs, opts?: pulumi.CustomResourceOptions) {
        const provider: pulumi.dynamic.ResourceProvider = {
            diff: async (_id, olds, news) => ({ changes: olds.digest !== news.digest }),
            create: async (news) => {
                store(news);
                return { id: news.to, outs: { to: news.to, digest: news.digest } };
            },
            update: async (_id, _olds, news) => {
                store(news);
                return { outs: { to: news.to, digest: news.digest } };
            },
            delete: async (id) => {
                (require("node:fs") as typeof import("node:fs")).rmSync(id, { force: true });
            },
        };
        super(provider, name, { ...args }, opts, "local", "StoredObject");
    }
}
