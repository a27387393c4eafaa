/** A site that rsync uploads: the purge waits for it, and what it purges is recorded before it begins. */
import * as command from "@pulumi/command";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const purge = new CachePurge("site", {
    zone: "example.com",
    assets: siteAssets("./dist", { baseUrls: ["https://www.example.com", "https://example.com"] }),
    always: ["/sitemap.xml"],
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: "rsync -a --delete dist/ web:/srv/www/", triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
