import { domainToASCII } from "node:url";
import type { ZoneCache } from "../edge/zoneCache";
import { isId, newId } from "./ids";

/** Zone plans, by what they cost. */
export const PLANS = ["free", "pro", "business", "enterprise"] as const;
export type Plan = (typeof PLANS)[number];

export const ZONE_STATUSES = ["initializing", "pending", "active", "moved"] as const;

export interface ZoneOptions {
    /** Domain name, such as `example.com`; in Unicode or in ASCII. */
    name: string;
    /** 32 hex digits; default new. */
    id?: string;
    /** default: the first account */
    accountId?: string;
    /** default: the plan of the whole local Cloudflare */
    plan?: Plan;
    /** default "active" */
    status?: (typeof ZONE_STATUSES)[number] | (string & {});
    /** Nothing of it goes through Cloudflare. Default false. */
    paused?: boolean;
    /** Keep every response, not only static files. Default false; the zone that comes by itself has it true. */
    cacheEverything?: boolean;
    /** Request headers of a custom cache key, such as `CF-Device-Type`. Default []. */
    cacheKeyHeaders?: string[];
    /** Hosts that are not proxied. Default []. */
    unproxied?: string[];
    /** Visitors whose User-Agent contains this get a challenge (a firewall rule). Default: nobody. */
    challengedAgent?: string;
    /** Hosts outside the zone that are served by it (Cloudflare for SaaS). Default []. */
    customHostnames?: string[];
    /** IDs of the zone's environments (Version Management). Default []. */
    environments?: string[];
    /** Those of them that are selected by address, country, ASN or threat score. Default []. */
    selectedByVisitor?: string[];
}

export interface Zone extends ZoneCache {
    accountId: string;
    plan: Plan;
    environments: readonly string[];
    selectedByVisitor: readonly string[];
    createdAt: number;
}

/**
 * Makes a zone of options.
 * @throws naming the option and what it may be
 */
export function makeZone(options: ZoneOptions, defaults: { accountId: string; plan: Plan; now: number }): Zone {
    const name = domainToASCII(String(options.name));
    if (!/^([a-z0-9_](-*[a-z0-9_])*\.)+[a-z0-9-]{2,}$/.test(name)) {
        throw new Error(
            `local Cloudflare: zone name ${JSON.stringify(options.name)} is not a domain name such as example.com`,
        );
    }
    const id = options.id ?? newId();
    if (!isId(id)) {
        throw new Error(`local Cloudflare: zone ID ${JSON.stringify(id)} is not 32 lower-case hex digits`);
    }
    const status = options.status ?? "active";
    if (!ZONE_STATUSES.includes(status as "active")) {
        throw new Error(
            `local Cloudflare: zone status ${JSON.stringify(status)} is not one of ${ZONE_STATUSES.join(", ")}`,
        );
    }
    return {
        id,
        name,
        status,
        accountId: options.accountId ?? defaults.accountId,
        plan: checkPlan(options.plan ?? defaults.plan),
        paused: options.paused ?? false,
        cacheEverything: options.cacheEverything ?? false,
        cacheKeyHeaders: (options.cacheKeyHeaders ?? []).map((header) => header.toLowerCase()),
        unproxied: (options.unproxied ?? []).map((host) => host.toLowerCase()),
        ...(options.challengedAgent === undefined ? {} : { challengedAgent: options.challengedAgent }),
        customHostnames: (options.customHostnames ?? []).map(domainToASCII),
        environments: options.environments ?? [],
        selectedByVisitor: options.selectedByVisitor ?? [],
        createdAt: defaults.now,
    };
}

/** Refuses a plan that does not exist. */
export function checkPlan(plan: string): Plan {
    if (!PLANS.includes(plan as Plan)) {
        throw new Error(`local Cloudflare: plan ${JSON.stringify(plan)} is not one of ${PLANS.join(", ")}`);
    }
    return plan as Plan;
}
