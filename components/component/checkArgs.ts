import type * as pulumi from "@pulumi/pulumi";
import { checkToken } from "../cloudflare/credential";
import { inZone, zoneCandidates, zoneName } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";
import { problemText } from "../errors/problem";
import { parseOrigins } from "../plan/headers";
import { hostOf } from "../plan/selector";
import type { Targets } from "../plan/targets";
import { checkTargets, parseTargets, parseUrl } from "../plan/targets";
import { COMPONENT } from "../settings/componentOptions";
import { nearest } from "../settings/option";
import type { CachePurgeArgs } from "./args";
import { checkOptions, isOpen, refusal } from "./programError";
import { triggerValues } from "./triggers";
import { zoneArgProblem } from "./zone";
import type { ProgramWords } from "./zoneWords";
import { WORDS } from "./zoneWords";

/**
 * Everything that can be told before any request from what is written in the program. Values that come from other
 * resources are checked when they are known, by the resources.
 *
 * @throws pulumi.ResourceError naming the option, its value and the remedy.
 */
export function checkArgs(args: CachePurgeArgs, self: pulumi.Resource): void {
    const fail = (message: string): never => {
        throw refusal(message, self);
    };
    if (args.token === "") {
        fail("token is empty: leave it out to have one made, or give the value that was shown when it was created");
    }
    const token = typeof args.token === "string" ? tokenProblem(args.token) : undefined;
    if (token !== undefined) {
        fail(problemText(token));
    }
    checkOptions(COMPONENT, args, self);
    if (args.assets === undefined && args.triggers === undefined) {
        fail("assets is missing: give assets: siteAssets(dir, { baseUrls }), or triggers with targets");
    }
    const { triggers } = args;
    const unkept =
        triggers === undefined || isOpen(triggers) ? undefined : problemOf(() => triggerValues(triggers, () => null));
    if (unkept !== undefined) {
        fail(unkept);
    }
    const unpaired = wrongTriggers((name) => args[name] !== undefined, triggers);
    if (unpaired !== undefined) {
        fail(unpaired.reason);
    }
    if (args.zone === undefined && (args.assets?.baseUrls ?? []).length === 0) {
        fail(
            'zone is missing, and it cannot be inferred from baseUrls: give the zone\'s name, such as zone: "example.com"',
        );
    }
    if (args.customHostnames === true && args.zone === undefined) {
        fail('customHostnames needs zone: give the zone that they belong to, such as zone: "example.com"');
    }
    const wrong = outsideArgs(args, WORDS);
    if (wrong !== undefined) {
        fail(wrong.reason);
    }
}

/** A wrong option, with a sentence that says why. */
export interface WrongArg {
    readonly property: string;
    readonly reason: string;
}

/**
 * What is wrong with triggers and targets together: each needs the other.
 *
 * @param has Whether an option was given; its value may not be known yet.
 * @param triggers As far as it is known.
 */
export function wrongTriggers(
    has: (name: "assets" | "triggers" | "targets") => boolean,
    triggers: unknown,
): WrongArg | undefined {
    if (has("triggers") && !has("targets")) {
        const reason =
            'triggers without targets: say what a changed trigger purges, such as prefixes: ["www.example.com/api/"]';
        return { property: "targets", reason };
    }
    if (has("targets") && !has("triggers")) {
        const reason =
            "targets without triggers, so nothing would ever purge them: say in triggers when they are purged, " +
            "or in always what goes along with every change";
        return { property: "targets", reason };
    }
    // Beside assets a list may well come out empty; alone it leaves nothing that could ever purge.
    return has("assets") || triggers === undefined || isOpen(triggers) || Object.keys(triggers as object).length > 0
        ? undefined
        : {
              property: "triggers",
              reason: "triggers is empty, and there are no assets, so nothing would ever be purged: give it a value, or give assets",
          };
}

/** What is wrong with zone, base URLs, targets and `always` together; `undefined`: nothing that can be told yet. */
export function outsideArgs(args: CachePurgeArgs, words: ProgramWords): WrongArg | undefined {
    const targets = problemOf(() => {
        if (args.targets !== undefined && isPlain(args.targets)) {
            checkTargets(args.targets as Targets | "everything");
        }
        targetHosts(args);
    });
    if (targets !== undefined) {
        return { property: "targets", reason: targets };
    }
    const given = isPlain(args.crossOrigins) ? ((args.crossOrigins ?? []) as readonly string[]) : [];
    const origins = problemOf(() => parseOrigins(given));
    if (origins !== undefined) {
        return { property: "crossOrigins", reason: origins };
    }
    const zone = zoneArgProblem(args.zone, words);
    if (zone !== undefined) {
        return { property: "zone", reason: problemText(zone) };
    }
    const always = problemOf(() => checkAlways(args));
    if (always !== undefined) {
        return { property: "always", reason: always };
    }
    const host = hostOutside(zoneNameOf(args), args, words);
    return host === undefined ? undefined : { property: host.option, reason: problemText(host) };
}

/** The first host that is not in the zone; `undefined` when all are, or the zone's name is not known. */
export function hostOutside(
    zone: string,
    args: CachePurgeArgs,
    words = WORDS,
): (Problem & { readonly option: string }) | undefined {
    if (zone === "" || args.customHostnames === true) {
        return undefined;
    }
    const isOutside = (host: string): boolean => !inZone(host, zone);
    const hosts = baseHosts(args);
    const base = hosts.find(isOutside);
    const meant = hosts.every(isOutside) ? nearest(zone, zoneCandidates(hosts)) : undefined;
    if (base !== undefined) {
        return {
            option: "baseUrls",
            key: "url-outside-zone",
            cause: `The base URL's host ${base} is not in the zone ${zone}.`,
            remedy:
                (meant === undefined ? "" : `Did you mean ${words.zone(meant)}? `) +
                `${customHostname(base)} If not, one component serves one zone; write a second one:\n` +
                words.component("site-2", undefined, [`https://${base}`]),
        };
    }
    const target = targetHosts(args).find(({ host }) => isOutside(host));
    return target === undefined
        ? undefined
        : {
              option: target.option,
              key: "url-outside-zone",
              cause: `${target.option}: ${target.host} is not in the zone ${zone}, so nothing of it can be purged there.`,
              remedy: `${customHostname(target.host)} Give it to a component of its own zone otherwise, or take it out.`,
          };
}

function customHostname(host: string): string {
    return `If ${host} is a custom hostname of that zone (Cloudflare for SaaS), set customHostnames: true.`;
}

/** What is wrong with a token's form; `undefined` when it may be one. */
export function tokenProblem(token: string): Problem | undefined {
    const problem = checkToken(token);
    return problem === undefined ? undefined : { ...problem, cause: `token: ${problem.cause}` };
}

/** The hosts of the base URLs. */
export function baseHosts({ assets }: CachePurgeArgs): string[] {
    return (assets?.baseUrls ?? []).map((url) => new URL(url).host);
}

/** @throws OptionError for what is neither a URL nor a path, as far as it stands in the program. */
function checkAlways({ always, assets }: CachePurgeArgs): void {
    const base = assets?.baseUrls[0] ?? "https://www.example.com";
    for (const [i, url] of ((isPlain(always) ? (always as unknown[] | undefined) : undefined) ?? []).entries()) {
        parseUrl(`always[${i}]`, typeof url === "string" && url.startsWith("/") ? base + url : url);
    }
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

function zoneNameOf(args: CachePurgeArgs): string {
    const zone = args.zone as unknown;
    const name = typeof zone === "string" ? zone : (zone as { name?: unknown } | undefined)?.name;
    return typeof name === "string" ? zoneName(name) : "";
}

function isPlain(value: unknown): boolean {
    return !isOpen(value) && (typeof value !== "object" || value === null || Object.values(value).every(isPlain));
}

/** The message with which a check ends, if it does. */
export function problemOf(check: () => unknown): string | undefined {
    try {
        check();
        return undefined;
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}
