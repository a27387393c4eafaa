/** A site in S3 or R2, one resource for each file: what is removed from the folder, Pulumi removes from the bucket. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const bucket = new pulumi.Config().require("bucket");
const files = readdirSync("dist", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative("dist", path.join(entry.parentPath, entry.name)));

const purge = new CachePurge("site", {
    zone: "example.com",
    assets: siteAssets("./dist", { baseUrls: ["https://www.example.com"] }),
    after: (journal) =>
        files.map((file) => {
            const digest = createHash("sha256")
                .update(readFileSync(path.join("dist", file)))
                .digest("hex");
            return new command.local.Command(
                file,
                {
                    create: 'aws s3 cp "dist/$FILE" "s3://$BUCKET/$FILE"',
                    delete: 'aws s3 rm "s3://$BUCKET/$FILE"',
                    // A changed digest updates the object in its place. As a trigger it would replace it, and the delete
                    // of the old one would take the new one along.
                    environment: { FILE: file, BUCKET: bucket, DIGEST: digest },
                },
                { dependsOn: journal },
            );
        }),
});

export const purged = purge.receipt;
