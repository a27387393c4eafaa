/** A site in S3 or R2, uploaded by `aws s3 sync`: the purge waits for it, and what it purges is recorded before it begins. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const bucket = new pulumi.Config().require("bucket");

const purge = new CachePurge("site", {
    zone: "example.com",
    assets: siteAssets("./dist", { baseUrls: ["https://www.example.com"] }),
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: `aws s3 sync dist s3://${bucket} --delete`, triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
