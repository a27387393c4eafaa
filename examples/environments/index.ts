/** Staging and production: two stacks of one program, which differ in Pulumi.staging.yaml and Pulumi.production.yaml. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const config = new pulumi.Config();

const purge = new CachePurge("site", {
    zone: "example.com",
    assets: siteAssets("./dist", { baseUrls: [`https://${config.require("host")}`] }),
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: `rsync -a --delete dist/ web:${config.require("folder")}/`, triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
