import * as pulumi from "@pulumi/pulumi";
import { checkToken } from "../cloudflare/credential";
import { hostOf } from "../plan/selector";
import type { Targets } from "../plan/targets";
import { parseTargets } from "../plan/targets";
import { inZone } from "../plan/zones";
import { checkSettings } from "../settings/checkSettings";
import type { CachePurgeArgs } from "./cachePurgeArgs";
import { refusal } from "./refusal";
import { idForName, malformedId } from "./zone";

const KNOWN: Readonly<Record<keyof CachePurgeArgs, true>> = {
    zone: true,
    assets: true,
    after: true,
    triggers: true,
    targets: true,
    always: true,
    headers: true,
    onCreate: true,
    widenAbove: true,
    maxCollateral: true,
    token: true,
    zonePlan: true,
    mode: true,
    onFailure: true,
    batchSize: true,
    rate: true,
    timeout: true,
    retries: true,
    originReady: true,
    rebound: true,
    verify: true,
    warm: true,
    connectTo: true,
};

const TOKEN_OPTIONS = ["owner", "name", "expiresOn", "notBefore", "allowedIps", "deniedIps", "permissionGroup"];

/**
 * Everything that can be told before any request from what is written in the program. Values that come from other
 * resources are checked when they are known, by the resources.
 *
 * @throws pulumi.ResourceError naming the option, its value and the cure.
 */
export function checkArgs(args: CachePurgeArgs, self: pulumi.Resource): void {
    const fail = (message: string): never => {
        throw refusal(message, self);
    };
    for (const key of Object.keys(args)) {
        if (!(key in KNOWN)) {
            fail(`unknown option "${key}": ${nearest(key, Object.keys(KNOWN))}`);
        }
    }
    if (args.assets === undefined && args.triggers === undefined) {
        fail("assets is missing: give assets: siteAssets(dir, { baseUrls }), or triggers with targets");
    }
    if (args.triggers !== undefined && args.targets === undefined) {
        fail(
            'triggers without targets: say what a changed trigger purges, such as targets: { prefixes: ["www.example.com/api/"] }',
        );
    }
    if (args.zone === undefined && (args.assets?.baseUrls ?? []).length === 0) {
        fail('zone is missing, and no base URL tells it: give the zone\'s name, such as zone: "example.com"');
    }
    checkTokenArg(args, fail);
    const wrong = checkSettings(plainOf(args))[0];
    if (wrong !== undefined) {
        fail(wrong.reason);
    }
    const targets = problemOf(() => targetHosts(args));
    if (targets !== undefined) {
        fail(targets);
    }
    const id = idForName(zoneNameOf(args)) ?? malformedId(args.zone);
    if (id !== undefined) {
        fail(id);
    }
    const outside = hostOutside(zoneNameOf(args), args);
    if (outside !== undefined) {
        fail(outside);
    }
}

/** A sentence about the first host that is not in the zone; `undefined` when all are, or the zone's name is not known. */
export function hostOutside(zone: string, args: CachePurgeArgs): string | undefined {
    if (zone === "") {
        return undefined;
    }
    const isOutside = (host: string): boolean => !inZone(host, zone);
    const base = baseHosts(args).find(isOutside);
    if (base !== undefined) {
        return (
            `the base URL's host ${base} is not in the zone ${zone}. One component serves one zone; write a second one:\n` +
            `  new CachePurge("site-2", { assets: siteAssets(dir, { baseUrls: ["https://${base}"] }) })`
        );
    }
    const target = targetHosts(args).find(({ host }) => isOutside(host));
    return target === undefined
        ? undefined
        : `${target.option}: ${target.host} is not in the zone ${zone}, so nothing of it can be purged there. ` +
              "Give it to a CachePurge of its own zone, or take it out";
}

/** A sentence about a token whose form is wrong; `undefined` when it may be one. */
export function tokenProblem(token: string): string | undefined {
    const problem = checkToken(token);
    return problem === undefined ? undefined : `token: ${problem.cause} ${problem.remedy}`;
}

/** The hosts of the base URLs. */
export function baseHosts({ assets }: CachePurgeArgs): string[] {
    return (assets?.baseUrls ?? []).map((url) => new URL(url).host);
}

/** The hosts of `targets` and `always`, as far as they stand in the program. @throws OptionError */
function targetHosts({ targets, always }: CachePurgeArgs): { option: string; host: string }[] {
    const given = isPlain(targets) && targets !== undefined ? (targets as Targets | "everything") : {};
    const urls = isPlain(always) ? ((always as readonly unknown[] | undefined) ?? []) : [];
    const full = Array.isArray(urls) ? urls.filter((url): url is string => /^https?:\/\//i.test(String(url))) : [];
    const hosts = (option: string, value: Targets | "everything") =>
        parseTargets(value, [], option).flatMap((selector) => {
            const host = hostOf(selector);
            return host === undefined ? [] : [{ option, host }];
        });
    return [...hosts("targets", given), ...hosts("always", { urls: full })];
}

function checkTokenArg(args: CachePurgeArgs, fail: (message: string) => never): void {
    if (args.token === "") {
        fail("token is empty: leave it out to have one made, or give the value that was shown when it was created");
    }
    const problem = typeof args.token === "string" ? tokenProblem(args.token) : undefined;
    if (problem !== undefined) {
        fail(problem);
    }
    if (isPlain(args.token) && typeof args.token === "object") {
        for (const key of Object.keys(args.token)) {
            if (!TOKEN_OPTIONS.includes(key)) {
                fail(`unknown option "token.${key}": ${nearest(key, TOKEN_OPTIONS)}`);
            }
        }
    }
}

function zoneNameOf(args: CachePurgeArgs): string {
    const zone = args.zone as unknown;
    const name = typeof zone === "string" ? zone : (zone as { name?: unknown } | undefined)?.name;
    return typeof name === "string" ? name.trim().toLowerCase().replace(/\.$/, "") : "";
}

/** The options whose values stand in the program. */
function plainOf(args: object): Record<string, unknown> {
    return Object.fromEntries(Object.entries(args).filter(([, value]) => isPlain(value)));
}

function isPlain(value: unknown): boolean {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return false;
    }
    return typeof value !== "object" || value === null || Object.values(value).every(isPlain);
}

function problemOf(check: () => unknown): string | undefined {
    try {
        check();
        return undefined;
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}

function nearest(key: string, known: readonly string[]): string {
    const near = known.find((k) => k.toLowerCase() === key.toLowerCase() || k.startsWith(key) || key.startsWith(k));
    return near === undefined ? `the options are ${known.join(", ")}` : `did you mean "${near}"?`;
}
