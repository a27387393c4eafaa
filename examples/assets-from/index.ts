/** A site that another job has built: its digests are at hand, and its files are copied from bucket to bucket. */
import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import { assetsFrom, CachePurge } from "pulumi-cloudflare-cache-purge";

/** Path to SHA-256, as the build wrote it: `{ "index.html": "9f86d081…", … }`. */
const digests = JSON.parse(readFileSync("digests.json", "utf8")) as Record<string, string>;

const purge = new CachePurge("site", {
    zone: "example.com",
    assets: assetsFrom(digests, { baseUrls: ["https://www.example.com"] }),
    after: (journal) =>
        new command.local.Command(
            "promote",
            { create: "aws s3 sync s3://builds/latest s3://my-site --delete", triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
