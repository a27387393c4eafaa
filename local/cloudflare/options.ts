import type { Clock } from "./clock";
import type { Propagation } from "./edge/edge";
import { HTML_HANDLING } from "./origin/htmlHandling";
import type { OriginOptions } from "./origin/origin";
import type { Plan, ZoneOptions } from "./state/zone";
import { checkPlan } from "./state/zone";

/** How a local Cloudflare is set up. Everything has a default. */
export interface LocalCloudflareOptions {
    /** Plan of zones that name none, default "free". It decides the limits. */
    plan?: Plan | undefined;
    /** Default: one zone `example.com` that caches everything. */
    zones?: ZoneOptions[] | undefined;
    /** Default: one. Zones may name others, which are then made. */
    accounts?: { id?: string; name: string }[] | undefined;
    /** Default: the machine's time, which can be pushed forward. */
    clock?: Clock | undefined;
    origin?: OriginOptions | undefined;
    /** How many data centres visitors can reach, 1 to 8, default 2. */
    dataCentres?: number | undefined;
    /** Whether an upper tier stands behind the data centres (Tiered Cache), default true. */
    tiered?: boolean | undefined;
    /** ms until a purge works: everywhere the same, or for each tier. Default 0. */
    propagation?: number | Propagation | undefined;
    /** ms until a new token works, default 0. The bootstrap token works at once. */
    tokenDelay?: number | undefined;
    /** Loopback ports, default 0: free ones. */
    ports?: Partial<Record<"api" | "edge" | "origin" | "admin", number | undefined>> | undefined;
}

/** What may be given, at the top and inside: a mistyped name is an error, not ignored. */
const KNOWN = {
    "": "plan zones accounts clock origin dataCentres tiered propagation tokenDelay ports",
    "zones.":
        "name id accountId plan status paused cacheEverything cacheKeyHeaders unproxied challengedAgent customHostnames environments selectedByVisitor",
    "origin.": "dir site htmlHandling headers fallback missingStatus internal login encodingRedirects",
    "ports.": "api edge origin admin",
};

/**
 * Refuses options that make no sense, before anything is opened.
 * @throws naming the option, its value and what it may be
 */
export function checkOptions(options: LocalCloudflareOptions): void {
    checkNames("", options);
    checkNames("origin.", options.origin ?? {});
    checkNames("ports.", options.ports ?? {});
    for (const zone of options.zones ?? []) {
        checkNames("zones.", zone);
    }
    if (options.plan !== undefined) {
        checkPlan(options.plan);
    }
    if (options.zones?.length === 0) {
        refuse("zones", "[]", "a list with at least one zone");
    }
    whole("dataCentres", options.dataCentres, 1, 8);
    whole("tokenDelay", options.tokenDelay, 0);
    if (typeof options.propagation === "number") {
        whole("propagation", options.propagation, 0);
    }
    for (const [name, port] of Object.entries(options.ports ?? {})) {
        whole(`ports.${name}`, port, 0, 65535);
    }
    const mode = options.origin?.htmlHandling;
    if (mode !== undefined && !HTML_HANDLING.includes(mode)) {
        refuse("origin.htmlHandling", mode, HTML_HANDLING.join(", "));
    }
}

/** The delays of each tier. */
export function propagationOf(value: number | Propagation | undefined): Propagation {
    return typeof value === "object" ? value : { dataCentres: [value ?? 0], upper: value ?? 0 };
}

function checkNames(where: keyof typeof KNOWN, given: object): void {
    const known = KNOWN[where].split(" ");
    const strange = Object.keys(given).find((name) => !known.includes(name));
    if (strange !== undefined) {
        throw new Error(`local Cloudflare: there is no option ${where}${strange}; there are ${known.join(", ")}`);
    }
}

function whole(name: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): void {
    if (value === undefined || (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)) {
        return;
    }
    const upTo = most === Number.MAX_SAFE_INTEGER ? "or more" : `to ${most}`;
    refuse(name, value, `a whole number, ${least} ${upTo}`);
}

function refuse(name: string, value: unknown, allowed: string): never {
    throw new Error(`local Cloudflare: option ${name} is ${JSON.stringify(value)}; it must be ${allowed}`);
}
