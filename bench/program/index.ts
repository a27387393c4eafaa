/** As many CachePurges as the config says, each with the whole folder, and nothing that uploads. */
import * as pulumi from "@pulumi/pulumi";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const config = new pulumi.Config();
const count = config.requireNumber("count");
const token = config.requireSecret("token");
const assets = siteAssets(config.require("dir"), { baseUrls: ["https://www.example.com"] });

for (let i = 0; i < count; i++) {
    // Nothing is purged at first, so that the first `up` takes no longer than the others.
    const options = { onCreate: "record", originReady: false, verify: false } as const;
    new CachePurge(`site-${i}`, { zone: "example.com", assets, token, ...options });
}
