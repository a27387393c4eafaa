/** A single-page app: index.html answers wherever no file does, so a new release purges every page that was visited. */
import * as command from "@pulumi/command";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const purge = new CachePurge("app", {
    zone: "example.com",
    assets: siteAssets("./dist", { baseUrls: ["https://app.example.com"], fallback: "index.html" }),
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: "rsync -a --delete dist/ web:/srv/app/", triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
