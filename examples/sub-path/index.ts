/** A site below a path of a host that serves other things too: only URLs of /docs and below it are ever purged. */
import * as command from "@pulumi/command";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const purge = new CachePurge("docs", {
    zone: "example.com",
    assets: siteAssets("./dist", { baseUrls: ["https://www.example.com/docs/"] }),
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: "rsync -a --delete dist/ web:/srv/www/docs/", triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
