/**
 * A deploy step by itself: stack config in, CachePurge out.
 *
 *     pulumi config set zone example.com
 *     pulumi config set dir ../site/dist
 *     pulumi config set upload 'rsync -a --delete ../site/dist/ web:/srv/www/'
 *     pulumi up
 *
 * Where something else uploads, docs/how-it-works.md has the order of the steps.
 */
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { CachePurgeArgs, SiteAssetsOptions, Targets } from "pulumi-cloudflare-cache-purge";
import { AssetsError, CachePurge, siteAssets } from "pulumi-cloudflare-cache-purge";

const config = new pulumi.Config();

/** Ends the program with one sentence and the command that corrects it. */
function wrong(key: string, what: string, example: string): never {
    throw new pulumi.RunError(`config "${key}" ${what}. Set it: pulumi config set ${key} ${example}`);
}

/** A value that is JSON, or the text itself where it does not look like JSON. */
function json(key: string, example: string): unknown {
    const text = config.get(key);
    if (text === undefined || !/^\s*[[{"]/.test(text)) {
        return text;
    }
    try {
        return JSON.parse(text);
    } catch {
        return wrong(key, `is not valid JSON: ${text}`, example);
    }
}

function oneOf<T extends string>(key: string, words: readonly T[]): T | undefined {
    const value = config.get(key);
    if (value !== undefined && !words.includes(value as T)) {
        wrong(key, `is "${value}", and not one of ${words.join(", ")}`, words[0] as string);
    }
    return value as T | undefined;
}

/** One URL, several with commas between, or a JSON list. Default: the zone itself and its www host. */
function baseUrls(name: string | undefined): string[] {
    const given = json("baseUrls", "https://www.example.com");
    if (given === undefined) {
        return name === undefined
            ? wrong("baseUrls", "is missing, and without a zone's name it has no default", "https://www.example.com")
            : [`https://${hostIn(name)}`, `https://www.${hostIn(name)}`];
    }
    const list = typeof given === "string" ? given.split(/[\s,]+/).filter((url) => url !== "") : given;
    if (!Array.isArray(list) || list.length === 0 || list.some((url) => typeof url !== "string")) {
        wrong("baseUrls", "is not a list of URLs", "https://www.example.com,https://example.com");
    }
    return list as string[];
}

/** The host in a zone's name, which may be written as a URL. */
function hostIn(name: string): string {
    return name
        .trim()
        .replace(/^[a-z]+:\/\//i, "")
        .replace(/\.?(?:[/?#].*)?$/s, "");
}

function zoneArg(name: string | undefined): CachePurgeArgs["zone"] {
    const id = config.get("zoneId");
    const accountId = config.get("accountId");
    if (name !== undefined && id !== undefined) {
        throw new pulumi.RunError(
            `config "zoneId" is set besides "zone" (${name}): one is enough, and the name is safer. Remove it: pulumi config rm zoneId`,
        );
    }
    if (id !== undefined) {
        return { id };
    }
    if (name === undefined) {
        return accountId === undefined
            ? undefined
            : wrong("zone", "is missing, and accountId alone names no zone", "example.com");
    }
    return accountId === undefined ? name : { name, accountId };
}

function assets(name: string | undefined): CachePurgeArgs["assets"] {
    const dir = config.get("dir") ?? wrong("dir", "is missing: it is the folder that is deployed", "./dist");
    const htmlHandling = oneOf("htmlHandling", [
        "auto-trailing-slash",
        "force-trailing-slash",
        "drop-trailing-slash",
        "none",
    ] as const satisfies readonly SiteAssetsOptions["htmlHandling"][]);
    const options = { baseUrls: baseUrls(name), ...(htmlHandling === undefined ? {} : { htmlHandling }) };
    try {
        return siteAssets(dir, options);
    } catch (error) {
        if (error instanceof AssetsError) {
            wrong(
                error.option === "baseUrls" ? "baseUrls" : "dir",
                `cannot be used: ${error.message}`,
                error.option === "baseUrls" ? "https://www.example.com" : "./dist",
            );
        }
        throw error;
    }
}

function triggers(): Partial<Pick<CachePurgeArgs, "triggers" | "targets">> {
    const given = json("triggers", '\'{"worker":"v2"}\'');
    const targets = json("targets", '\'{"prefixes":["www.example.com/api/"]}\'');
    if (given === undefined) {
        return targets === undefined
            ? {}
            : wrong("triggers", "is missing, so nothing would ever purge targets", '\'{"worker":"v2"}\'');
    }
    if (targets === undefined) {
        wrong(
            "targets",
            "is missing: it says what a changed trigger purges",
            '\'{"prefixes":["www.example.com/api/"]}\', or "everything"',
        );
    }
    return {
        triggers: typeof given === "object" ? (given as Record<string, unknown>) : [given],
        targets: targets as Targets | "everything",
    };
}

/** The command that uploads, run between the journal and the purge: what changes is recorded before it begins. */
function upload(): Pick<CachePurgeArgs, "after"> {
    const create = config.get("upload");
    if (create === undefined) {
        return {};
    }
    if (create.trim() === "") {
        wrong("upload", "is empty: it is the command that uploads", "'rsync -a --delete dist/ web:/srv/www/'");
    }
    return {
        after: (journal) => new local.Command("upload", { create, triggers: [journal.record] }, { dependsOn: journal }),
    };
}

const zone = config.get("zone");
const purge = new CachePurge("site", {
    zone: zoneArg(zone),
    assets: assets(zone),
    ...triggers(),
    ...upload(),
    mode: oneOf("mode", ["purge", "invalidate"] as const),
});

export const zoneId = purge.zoneId;
export const tokenId = purge.tokenId;
export const receipt = purge.receipt;
