/** A site that is purged with a token that somebody made by hand, so the deploy credential need not make tokens. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const purge = new CachePurge("site", {
    zone: "example.com",
    token: new pulumi.Config().requireSecret("purgeToken"),
    assets: siteAssets("./dist", { baseUrls: ["https://www.example.com"] }),
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: "rsync -a --delete dist/ web:/srv/www/", triggers: [journal.record] },
            { dependsOn: journal },
        ),
});

export const purged = purge.receipt;
