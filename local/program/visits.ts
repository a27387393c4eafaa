import * as pulumi from "@pulumi/pulumi";

export interface VisitsArgs {
    /** Paths of URLs at www.example.com. */
    readonly paths: pulumi.Input<string[]>;
    /** Where the edge is. */
    readonly edge: pulumi.Input<string>;
    /** Visits again whenever it changes. */
    readonly digest: pulumi.Input<string>;
}

const visit = async (args: { paths: string[]; edge: string }): Promise<void> => {
    const http = require("node:http") as typeof import("node:http");
    for (const path of args.paths) {
        for (const dataCentre of ["0", "1"]) {
            await new Promise<void>((resolve, reject) => {
                const headers = { host: "www.example.com", "x-local-data-centre": dataCentre };
                const request = http.get(args.edge + path, { headers }, (answer) =>
                    answer.resume().once("end", resolve),
                );
                request.once("error", reject);
            });
        }
    }
};

/** Visitors who come at a certain point of an `up`: after what it depends on. */
export class Visits extends pulumi.dynamic.Resource {
    constructor(name: string, args: VisitsArgs, opts?: pulumi.CustomResourceOptions) {
        const provider: pulumi.dynamic.ResourceProvider = {
            diff: async (_id, olds, news) => ({ changes: olds.digest !== news.digest }),
            create: async (news) => {
                await visit(news);
                return { id: "visits", outs: { digest: news.digest } };
            },
            update: async (_id, _olds, news) => {
                await visit(news);
                return { outs: { digest: news.digest } };
            },
        };
        super(provider, name, { ...args }, opts, "local", "Visits");
    }
}
