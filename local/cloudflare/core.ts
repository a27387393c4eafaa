import { Api } from "./api/api";
import { RateLimits } from "./api/rateLimits";
import type { PurgeRecord, RequestRecord } from "./api/records";
import type { Clock } from "./clock";
import { SystemClock } from "./clock";
import type { Propagation } from "./edge/edge";
import { Edge } from "./edge/edge";
import { directOrigin } from "./edge/originFetch";
import { Faults } from "./faults/faults";
import type { Handler } from "./http/messages";
import type { LocalCloudflareOptions } from "./options";
import { checkOptions, propagationOf } from "./options";
import { LocalOrigin } from "./origin/origin";
import type { NewToken } from "./state/directory";
import { Directory } from "./state/directory";
import { newId } from "./state/ids";
import type { PermissionGroup } from "./state/permissionGroups";
import { ACCOUNT_TOKENS_WRITE, CACHE_PURGE, USER_TOKENS_WRITE, ZONE_READ } from "./state/permissionGroups";
import type { Resources } from "./state/token";
import type { Zone, ZoneOptions } from "./state/zone";
import type { Visit, VisitOptions } from "./visitor";
import { visited, visitRequest } from "./visitor";

/** A token for a test: by default a user's, that may purge the first zone and nothing else. */
export interface TestToken {
    name?: string;
    owner?: NewToken["owner"];
    policies?: { effect?: "allow" | "deny"; groups: PermissionGroup[]; resources: Resources }[];
    condition?: NewToken["condition"];
    notBefore?: string;
    expiresOn?: string;
}

/** One pretend Cloudflare without a socket: API, edge, origin, faults and clock, all in this process. */
export class CloudflareCore {
    readonly clock: Clock;
    readonly faults = new Faults();
    readonly directory: Directory;
    readonly origin: LocalOrigin;
    readonly edge: Edge;
    readonly api: Api;
    /** A deploy credential: makes tokens of the user and of accounts and reads zones, and cannot purge. */
    readonly token: string;

    /**
     * @param originFetch how the edge reaches the origin; default: this process's own
     * @throws when an option makes no sense
     */
    constructor(options: LocalCloudflareOptions = {}, originFetch?: (clock: Clock) => Handler) {
        checkOptions(options);
        this.clock = options.clock ?? new SystemClock();
        const { clock, faults } = this;
        this.directory = new Directory({
            clock,
            plan: options.plan ?? "free",
            accounts: options.accounts,
            zones: options.zones ?? [{ name: "example.com", cacheEverything: true }],
            tokenDelay: 0,
        });
        this.origin = new LocalOrigin({ clock, faults }, options.origin);
        this.edge = new Edge({
            clock,
            faults,
            zoneOf: (host) => this.directory.zoneOfHost(host),
            origin: originFetch?.(clock) ?? directOrigin(clock, this.origin.handle),
            dataCentres: options.dataCentres,
            tiered: options.tiered,
        });
        this.edge.setPropagation(propagationOf(options.propagation));
        const limits = new RateLimits(clock);
        this.api = new Api({
            clock,
            faults,
            directory: this.directory,
            limits,
            purge: (order) => this.edge.purge(order),
        });
        this.token = this.createToken(this.bootstrap()).value;
        this.directory.tokenDelay = options.tokenDelay ?? 0;
    }

    get accountId(): string {
        return this.zones[0]?.accountId as string;
    }

    /** The first zone. */
    get zone(): Zone {
        return this.zones[0] as Zone;
    }

    get zones(): readonly Zone[] {
        return this.directory.zones;
    }

    /** Calls of purge_cache and invalidate_cache, oldest first. */
    get purgeLog(): PurgeRecord[] {
        return this.api.purgeLog;
    }

    /** Every API request, oldest first. */
    get requestLog(): RequestRecord[] {
        return this.api.requestLog;
    }

    /** Answers an API request in this process. `target` begins with /client/v4. */
    readonly handleApi: Handler = (request) => this.api.handle(request);

    /** A visitor in this process. */
    readonly visitInProcess = async (url: string, options: VisitOptions = {}): Promise<Visit> =>
        visited(await this.edge.handle(visitRequest(url, options)));

    addZone(options: ZoneOptions): Zone {
        return this.directory.addZone(options);
    }

    /** Makes a token without the API. */
    createToken(options: TestToken = {}): { id: string; value: string } {
        const { id } = this.zone;
        const policies = options.policies ?? [
            { groups: [CACHE_PURGE], resources: { [`com.cloudflare.api.account.zone.${id}`]: "*" } },
        ];
        const { token, value } = this.directory.createToken({
            ...options,
            owner: options.owner ?? { kind: "user" },
            name: options.name ?? "test",
            policies: policies.map(({ effect, groups, resources }) => ({
                id: newId(),
                effect: effect ?? "allow",
                permission_groups: groups.map((group) => ({ id: group.id, name: group.name })),
                resources,
            })),
        });
        return { id: token.id, value };
    }

    /** Sets how long purges accepted from now on take to work. */
    setPropagation(propagation: number | Propagation): void {
        this.edge.setPropagation(propagationOf(propagation));
    }

    private bootstrap(): TestToken {
        return {
            name: "bootstrap",
            policies: [
                {
                    groups: [USER_TOKENS_WRITE],
                    resources: { [`com.cloudflare.api.user.${this.directory.user.id}`]: "*" },
                },
                { groups: [ACCOUNT_TOKENS_WRITE], resources: { "com.cloudflare.api.account.*": "*" } },
                { groups: [ZONE_READ], resources: { "com.cloudflare.api.account.zone.*": "*" } },
            ],
        };
    }
}

/**
 * A local Cloudflare without sockets, for tests that run it thousands of times.
 * @throws when an option makes no sense
 */
export function createLocalCloudflare(options: LocalCloudflareOptions = {}): CloudflareCore {
    return new CloudflareCore(options);
}
