/** `npm run local`: a local Cloudflare for use by hand, until it is told to end. */
import path from "node:path";
import { parseArgs } from "node:util";
import type { HtmlHandling, LocalCloudflare, LocalCloudflareOptions, Plan } from "./cloudflare";
import {
    ACCOUNT_TOKENS_WRITE,
    CACHE_PURGE,
    memorySite,
    startLocalCloudflare,
    USER_TOKENS_WRITE,
    ZONE_READ,
} from "./cloudflare";

/** By its path: npm links the command of a workspace only where it was built before the install. */
const CLI = path.join(__dirname, "..", "components", "dist", "cli", "main.js");

const USAGE = `npm run local -- [options]
  --dir FOLDER           what the origin serves, read at each request (default: one page); links out of it are not followed
  --zone NAME            the zone, which caches everything (default: example.com)
  --plan PLAN            free, pro, business or enterprise (default: free)
  --html-handling MODE   auto-trailing-slash, force-trailing-slash, drop-trailing-slash or none
  --data-centres N       1 to 8 (default: 2)
  --propagation MS       how long a purge takes to work (default: 0)
  --token-delay MS       how long a new token takes to work (default: 0)
  --api-port, --edge-port, --origin-port, --admin-port N   (default: free ports)
  --json                 one line of JSON when ready, nothing else (npm itself is quiet with npm run -s)
  --help`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/** Reads the command line. @throws with what is wrong */
export function readArguments(args: string[]): { json: boolean; help: boolean; options: LocalCloudflareOptions } {
    const { values } = parseArgs({
        args,
        options: {
            json: flag,
            help: flag,
            dir: text,
            zone: text,
            plan: text,
            "html-handling": text,
            "data-centres": text,
            propagation: text,
            "token-delay": text,
            "api-port": text,
            "edge-port": text,
            "origin-port": text,
            "admin-port": text,
        },
    });
    const number = (name: keyof typeof values) => {
        const value = values[name] as string | undefined;
        if (value === undefined) {
            return undefined;
        }
        if (!/^\d+$/.test(value)) {
            throw new Error(`--${name} is ${JSON.stringify(value)}; it must be a whole number`);
        }
        return Number(value);
    };
    return {
        json: values.json ?? false,
        help: values.help ?? false,
        options: {
            plan: values.plan as Plan | undefined,
            zones: [{ name: values.zone ?? "example.com", cacheEverything: true }],
            origin: {
                htmlHandling: values["html-handling"] as HtmlHandling | undefined,
                ...(values.dir === undefined ? { site: onePage() } : { dir: values.dir }),
            },
            dataCentres: number("data-centres"),
            propagation: number("propagation"),
            tokenDelay: number("token-delay"),
            ports: {
                api: number("api-port"),
                edge: number("edge-port"),
                origin: number("origin-port"),
                admin: number("admin-port"),
            },
        },
    };
}

/** What `--json` prints. */
export function summary(cloudflare: LocalCloudflare) {
    const { apiBaseUrl, edgeBaseUrl, originBaseUrl, adminBaseUrl, adminToken, accountId, token } = cloudflare;
    const zone = { id: cloudflare.zone.id, name: cloudflare.zone.name };
    return { apiBaseUrl, edgeBaseUrl, originBaseUrl, adminBaseUrl, adminToken, accountId, zone, token };
}

function onePage() {
    return memorySite(
        new Map([["/index.html", "<!doctype html><title>local</title><p>A page of the local origin.\n"]]),
    );
}

/** A token that may do all that the commands of docs/cli.md do: purge, read zones, make tokens. */
function tokenForAll(cloudflare: LocalCloudflare): string {
    const { directory } = cloudflare;
    return cloudflare.createToken({
        name: "by hand",
        policies: [
            { groups: [CACHE_PURGE, ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" } },
            { groups: [USER_TOKENS_WRITE], resources: { [`com.cloudflare.api.user.${directory.user.id}`]: "*" } },
            { groups: [ACCOUNT_TOKENS_WRITE], resources: { "com.cloudflare.api.account.*": "*" } },
        ],
    }).value;
}

function introduction(cloudflare: LocalCloudflare): string {
    const { apiBaseUrl, edgeBaseUrl, originBaseUrl, adminBaseUrl, adminToken, accountId, zone, token } =
        summary(cloudflare);
    const connectTo = `--connect-to '*=${edgeBaseUrl}'`;
    return `Local Cloudflare
  API     ${apiBaseUrl}
  edge    ${edgeBaseUrl}   (the Host header tells the zone)
  origin  ${originBaseUrl}
  page    ${adminBaseUrl}/#${adminToken}   (what the edge holds, purges as they come)
  admin   ${adminBaseUrl}   (purge log, faults, clock: docs/local-cloudflare.md)
          it wants the header Authorization: Bearer ${adminToken}
  zone    ${zone.name}   ${zone.id}

To use it, paste:
  export CLOUDFLARE_BASE_URL=${apiBaseUrl}
  export CLOUDFLARE_API_TOKEN=${tokenForAll(cloudflare)}
  export CLOUDFLARE_ACCOUNT_ID=${accountId}

That token can purge, read zones and make tokens. For others:
  one that can only purge ${zone.name}
    curl -X POST -H "Authorization: Bearer ${adminToken}" ${adminBaseUrl}/tokens
  one for \`pulumi up\`, which makes tokens and cannot purge
    ${token}

Every command of docs/cli.md can be pasted after this, which makes visits go to the edge here (${connectTo}):
  cache-purge() { case "$1" in doctor|purge|verify) node '${CLI}' "$@" ${connectTo} ;; *) node '${CLI}' "$@" ;; esac; }

To visit it:
  curl -i -H "Host: www.${zone.name}" ${edgeBaseUrl}/

Ctrl-C ends it.`;
}

async function main(): Promise<void> {
    const { json, help, options } = readArguments(process.argv.slice(2));
    if (help) {
        console.log(USAGE);
        return;
    }
    const stopped = new Promise<void>((resolve) => {
        process.once("SIGINT", () => resolve());
        process.once("SIGTERM", () => resolve());
    });
    const cloudflare = await startLocalCloudflare(options);
    console.log(json ? JSON.stringify(summary(cloudflare)) : introduction(cloudflare));
    await stopped;
    await cloudflare.close();
}

if (require.main === module) {
    main().catch((error: Error) => {
        console.error(error.message);
        console.error("See: npm run local -- --help");
        process.exitCode = 2;
    });
}
