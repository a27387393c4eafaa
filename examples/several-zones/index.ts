/** Two sites, each in a zone of its own, with its own token, journal and purge. */
import * as command from "@pulumi/command";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const zones = { "example.com": "english", "example.net": "french" };

export const purged = Object.entries(zones).map(([zone, folder]) => {
    const purge = new CachePurge(folder, {
        zone,
        assets: siteAssets(`./dist/${folder}`, { baseUrls: [`https://www.${zone}`] }),
        after: (journal) =>
            new command.local.Command(
                `upload-${folder}`,
                { create: `rsync -a --delete dist/${folder}/ web:/srv/${folder}/`, triggers: [journal.record] },
                { dependsOn: journal },
            ),
    });
    return purge.receipt;
});
