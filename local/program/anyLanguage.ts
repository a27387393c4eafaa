/**
 * The same site as a program of another language writes it: remote components and resources of the plugin, registered as
 * the SDKs that are made from its schema do it. It knows nothing of the package.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { StoredObject } from "./storedObject";
import { Upload } from "./upload";

const PACKAGE = "cloudflare-cache-purge:index";
const config = new pulumi.Config();
const from = config.require("dir");
const to = config.require("origin");
// An SDK of `pulumi package add` has a version; where a program names the plugin by hand there is none.
const version = config.get("version");
const versioned = version === undefined ? {} : { version };
const { objects = false, ...upload } = config.getObject<{ objects?: boolean }>("upload") ?? {};
const alias = config.getObject<{ site?: pulumi.Alias[]; purge?: (pulumi.Alias | string)[] }>("aliases") ?? {};

class Remote extends pulumi.ComponentResource {
    declare readonly record: pulumi.Output<string>;
    declare readonly ticket: pulumi.Output<string>;
    declare readonly zoneId: pulumi.Output<string>;
    declare readonly tokenId: pulumi.Output<string>;
    declare readonly receipt: pulumi.Output<unknown>;

    constructor(type: string, its: string, inputs: pulumi.Inputs, outputs: readonly string[], options: object) {
        const props = { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...inputs };
        super(`${PACKAGE}:${type}`, its, props, { ...versioned, ...options }, true);
    }
}

class Purge extends pulumi.CustomResource {
    declare readonly receipt: pulumi.Output<unknown>;

    constructor(its: string, ticket: pulumi.Input<string>, options: pulumi.CustomResourceOptions) {
        super(`${PACKAGE}:Purge`, its, { ticket, receipt: undefined }, { ...versioned, ...options });
    }
}

/** Makes nothing: its output is its input. */
class Built extends pulumi.dynamic.Resource {
    declare readonly dir: pulumi.Output<string>;

    constructor(its: string, inputs: { dir: string }) {
        const own: pulumi.dynamic.ResourceProvider = {
            diff: async () => ({ changes: false }),
            create: async (news) => ({ id: "built", outs: news }),
        };
        super(own, its, inputs, {}, "local", "Built");
    }
}

function sha256(data: string | Buffer): string {
    return createHash("sha256").update(data).digest("hex");
}

function files(): { file: string; digest: string }[] {
    const all = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return all
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort()
        .map((file) => ({ file, digest: sha256(readFileSync(file)) }));
}

/** Options as a TypeScript program has them, in the form for any language. */
function flat({ rebound, originReady, verify, ...options }: Record<string, unknown>): Record<string, unknown> {
    const check = (value: unknown) => (value === false ? { enabled: false } : value);
    return {
        ...options,
        ...(rebound === undefined ? {} : { rebound: rebound === false ? { enabled: false } : { seconds: rebound } }),
        ...(originReady === undefined ? {} : { originReady: check(originReady) }),
        ...(verify === undefined ? {} : { verify: check(verify) }),
    };
}

/** A resource before the site, for inputs that are its outputs: in the first preview they are not known. */
const built = config.getBoolean("built") ? new Built("built", { dir: from }) : undefined;
const baseUrls = config.requireObject<string[]>("baseUrls");

const args = {
    zone: config.get("zone") ?? "example.com",
    dir: built?.dir ?? from,
    baseUrls: built?.dir.apply(() => baseUrls) ?? baseUrls,
    connectTo: { "*": config.require("edge") },
    ...flat(config.getObject<Record<string, unknown>>("options") ?? {}),
    ...(config.getBoolean("tokenGiven") ? { token: config.requireSecret("token") } : {}),
};

const name = config.get("name") ?? "site";
const OUTPUTS = ["zoneId", "zoneName", "tokenId", "token"];
const baseUrl = config.get("provider");
const provider =
    baseUrl === undefined
        ? {}
        : {
              providers: {
                  cloudflare: new cloudflare.Provider("own", {
                      baseUrl,
                      apiToken: new pulumi.Config("cloudflare").requireSecret("apiToken"),
                  }),
              },
          };
const opts = {
    aliases: alias.site ?? [],
    ...provider,
    ...config.getObject<pulumi.ComponentResourceOptions>("opts"),
};

function inTwo(): { zoneId: pulumi.Output<string>; receipt: pulumi.Output<unknown> } {
    const site = new Remote("Site", name, args, [...OUTPUTS, "record", "ticket"], opts);
    const digest = pulumi.output(site.record).apply(() => sha256(JSON.stringify(files())));
    const uploads: pulumi.Resource[] = objects
        ? files().map(({ file, digest: its }) => {
              const place = path.relative(from, file);
              const placed = { from: file, to: path.join(to, place), digest: its, after: site.record };
              return new StoredObject(place, placed, { dependsOn: site });
          })
        : [new Upload("upload", { from, to, digest, ...upload }, { dependsOn: site })];
    const purge = new Purge(config.get("purge") ?? "purge", site.ticket, {
        dependsOn: uploads,
        aliases: alias.purge ?? [],
    });
    return { zoneId: site.zoneId, receipt: purge.receipt };
}

function inOne(): { zoneId: pulumi.Output<string>; receipt: pulumi.Output<unknown> } {
    const placed = new Upload("upload", { from, to, digest: sha256(JSON.stringify(files())), ...upload });
    return new Remote("CachePurge", name, args, [...OUTPUTS, "receipt"], { ...opts, dependsOn: [placed] });
}

export const { zoneId, receipt } = config.getBoolean("inOne") ? inOne() : inTwo();
