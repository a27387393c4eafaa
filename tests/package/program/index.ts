import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const config = new pulumi.Config();
const dir = config.require("dir");
const origin = config.require("origin");

const purge = new CachePurge("site", {
    zone: "example.com",
    assets: siteAssets(dir, { baseUrls: config.requireObject<string[]>("baseUrls") }),
    after: (journal) =>
        new command.local.Command(
            "upload",
            { create: `rm -rf ${origin}/* && cp -r ${dir}/. ${origin}/`, triggers: [journal.record] },
            { dependsOn: journal },
        ),
    connectTo: { "*": config.require("edge") },
    ...config.getObject<object>("options"),
});

export const receipt = purge.receipt;
