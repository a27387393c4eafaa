/**
 * One site: journal, upload, purge. The upload depends on the journal, so what changes is recorded before a byte of it is
 * in place. The config `options`, `assets` and `upload` (JSON) take further options, for the scenarios.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Journal, SiteAssetsOptions } from "pulumi-cloudflare-cache-purge";
import { CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";
import { StoredObject } from "./storedObject";
import { Upload } from "./upload";
import { Visits } from "./visits";

const config = new pulumi.Config();
const from = config.require("dir");
const to = config.require("origin");
const edge = config.require("edge");
// Where several stacks share an origin: the folder of it that is this one's.
const part = config.get("part") ?? "";
const {
    objects = false,
    component = false,
    ...upload
} = config.getObject<{ objects?: boolean; component?: boolean }>("upload") ?? {};

const assets = siteAssets(from, {
    baseUrls: config.requireObject<string[]>("baseUrls"),
    ...config.getObject<Omit<SiteAssetsOptions, "baseUrls">>("assets"),
});
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

/** The whole folder at once, as a command would do it; it deletes what is gone. */
function folder(journal: pulumi.Resource): pulumi.Resource[] {
    const digest = sha256(JSON.stringify(assets.manifest));
    const places = { from: path.join(from, part), to: path.join(to, part) };
    return [new Upload("upload", { ...places, digest, ...upload }, { dependsOn: journal })];
}

/** A resource for each file. */
function singly(opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const files = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const name = path.relative(from, file);
        const args = { from: file, to: path.join(to, name), digest: sha256(readFileSync(file)) };
        return new StoredObject(name, args, opts);
    });
}

/** The same as children of a component, whose options do not say what they depend on. */
class SyncedFolder extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
        super("local:index:SyncedFolder", name, {}, opts);
        singly({ parent: this });
        this.registerOutputs();
    }
}

function inPlace(journal: Journal): pulumi.Resource[] {
    if (component) {
        return [new SyncedFolder("folder", { dependsOn: journal, transforms: [journal.transform] })];
    }
    return objects ? singly({ dependsOn: journal }) : folder(journal);
}

const alias = config.get("alias");
const token = config.getBoolean("tokenGiven") ? { token: config.requireSecret("token") } : {};
const trigger = config.getSecret("trigger");
const purge = new CachePurge(
    config.get("name") ?? "site",
    {
        zone: config.get("zone") ?? "example.com",
        assets,
        after: inPlace,
        connectTo: { "*": edge },
        ...token,
        ...config.getObject<object>("options"),
        ...(trigger === undefined ? {} : { triggers: { trigger } }),
    },
    {
        protect: config.getBoolean("protect") ?? false,
        ...(alias === undefined ? {} : { aliases: [{ name: alias }] }),
    },
);

const visited = config.getObject<string[]>("visits");
if (visited !== undefined) {
    const digest = sha256(JSON.stringify(assets.manifest));
    new Visits("visits", { paths: visited, edge, digest }, { dependsOn: purge });
}

export const { zoneId, tokenId, receipt } = purge;
