import { DEFAULTS } from "../settings/componentOptions";
import { TOKEN_SETTLES } from "../settings/limits";
import { DEFAULT_BASE_URL } from "./baseUrl";
import type { Clock } from "./clock";
import { systemClock } from "./clock";
import { CloudflareError } from "./cloudflareError";
import type { Credential, TokenStatus } from "./credential";
import { CACHE_PURGE, inactiveToken, parseTokenStatus, zoneResources } from "./credential";
import type { Envelope } from "./response";
import { parseResponse } from "./response";
import type { RateLimit, RetryEvent } from "./retry";
import { parseRateLimit } from "./retry";
import type { ApiRequest } from "./transport";
import { Transport } from "./transport";
import type { Zone, ZoneFilter, ZoneRef } from "./zone";
import { parseZone, spellingsOf, zoneWords } from "./zone";

/** `purge` evicts; `invalidate` marks as stale, so that the edge revalidates at the origin. */
type PurgeMode = "purge" | "invalidate";

/** What Cloudflare said to an accepted request. Accepted is not yet evicted everywhere. */
export interface Accepted {
    /** Cloudflare's ID of the request. */
    readonly id: string;
    readonly rateLimit?: readonly RateLimit[];
}

interface ClientOptions {
    readonly credential: Credential;
    /** With `/client/v4`, without a slash at the end; see resolveBaseUrl. Default: Cloudflare's own. */
    readonly baseUrl?: string;
    /** Seconds for one attempt of one request. Default: 30. */
    readonly timeout?: number;
    /** Further attempts of one request: no answer, 5xx, 429. Default: 5. */
    readonly retries?: number;
    /** Default: the machine's. */
    readonly clock?: Clock;
    /** For jitter: [0, 1). Default: Math.random. */
    readonly random?: () => number;
    /** Ends every request and every wait, with an error of kind `aborted`. */
    readonly signal?: AbortSignal;
    /** Told before each further attempt. */
    readonly onRetry?: (event: RetryEvent) => void;
    /**
     * Seconds from now, until the first accepted purge, in which a purge that is refused with 10000 or 1000 is tried
     * again like a 5xx: a token that has just been made is not known everywhere at once. Default: 0.
     */
    readonly tokenSettles?: number;
}

const PURGES = /\/(?:purge|invalidate)_cache$/;
/** What a token that is not known everywhere yet is answered with. */
const TOO_NEW = [10000, 1000];
/** Pages of a listing: an API that never ends one must not keep us for ever. 50 zones a page. */
const MAX_PAGES = 100;
const PER_PAGE = 50;

/** The few requests of Cloudflare's API that a purge needs. Every failure is a CloudflareError. */
export class CloudflareClient {
    // True private fields: an inspected client shows no credential.
    readonly #options: ClientOptions;
    readonly #transport: Transport;

    #proven = false;

    constructor(options: ClientOptions) {
        this.#options = options;
        const clock = options.clock ?? systemClock;
        const settled = clock.now() + (options.tokenSettles ?? 0) * 1000;
        this.#transport = new Transport({
            ...options,
            baseUrl: (options.baseUrl ?? DEFAULT_BASE_URL).replace(/\/+$/, ""),
            timeout: options.timeout ?? DEFAULTS.timeout,
            retries: options.retries ?? DEFAULTS.retries,
            clock,
            random: options.random ?? Math.random,
            passing: (url) => (PURGES.test(url) && !this.#proven && clock.now() < settled ? TOO_NEW : []),
        });
    }

    /** The same client with other options, for probes that must be quick. */
    with(options: Partial<ClientOptions>): CloudflareClient {
        return new CloudflareClient({ ...this.#options, tokenSettles: 0, ...options });
    }

    /** The date of the last answer, ms since the epoch, when it carried one: shows a clock that is off. */
    get serverTime(): number | undefined {
        return this.#transport.serverTime;
    }

    /**
     * Asks Cloudflare to purge or invalidate; resolves when the request was accepted. May be sent several times: a
     * purge can be repeated without harm.
     *
     * @param body exactly one kind of selector, as plan/batches.ts makes it.
     */
    async purge(zone: ZoneRef, body: object, mode: PurgeMode): Promise<Accepted> {
        const operation = `${mode === "purge" ? "purge" : "invalidation"} in zone ${zoneWords(zone)}`;
        const { id: zoneId, environment } = zone;
        const part = environment === undefined ? "" : `environments/${encodeURIComponent(environment)}/`;
        const path = `/zones/${encodeURIComponent(zoneId)}/${part}${mode === "purge" ? "purge_cache" : "invalidate_cache"}`;
        const { envelope, headers } = await this.ask({ method: "POST", path, body, operation });
        const id = (envelope.result as { id?: unknown } | null | undefined)?.id;
        if (typeof id !== "string" || id === "") {
            throw malformed(operation, "the ID of the purge");
        }
        this.#proven = true;
        const rateLimit = parseRateLimit(headers.ratelimit, headers["ratelimit-policy"]);
        return { id, ...(rateLimit.length === 0 ? {} : { rateLimit }) };
    }

    /**
     * Asks whether the token exists and is active, which says nothing of what it may do.
     *
     * @param accountId for a token that an account owns; without it the user's tokens are searched.
     */
    async verifyToken(accountId?: string): Promise<TokenStatus> {
        const operation =
            accountId === undefined ? "verification of the token" : `verification of the token at account ${accountId}`;
        const { envelope } = await this.ask({
            method: "GET",
            path: `${ownerPath(accountId)}/tokens/verify`,
            operation,
        });
        const status = parseTokenStatus(envelope.result);
        if (status === undefined) {
            throw malformed(operation, "the token's status");
        }
        return status;
    }

    /** All zones that match and that the credential can read: finding none is not an error. */
    async zones(filter: ZoneFilter = {}): Promise<Zone[]> {
        const names = filter.name === undefined ? [undefined] : spellingsOf(filter.name);
        const found = new Map<string, Zone>();
        for (const name of names) {
            for (const zone of await this.listZones(name === undefined ? filter : { ...filter, name })) {
                found.set(zone.id, zone);
            }
        }
        return [...found.values()];
    }

    private async listZones(filter: ZoneFilter): Promise<Zone[]> {
        const query: Record<string, string> = {
            ...(filter.name === undefined ? {} : { name: filter.name }),
            ...(filter.accountId === undefined ? {} : { "account.id": filter.accountId }),
            ...(filter.status === undefined ? {} : { status: filter.status }),
        };
        const operation = filter.name === undefined ? "list of zones" : `look-up of zone ${filter.name}`;
        const found = new Map<string, Zone>();
        for (let page = 1; page <= MAX_PAGES; page++) {
            const { envelope } = await this.ask({
                method: "GET",
                path: "/zones",
                query: { ...query, page: `${page}`, per_page: `${PER_PAGE}` },
                operation,
            });
            if (!Array.isArray(envelope.result)) {
                throw malformed(operation, "a list of zones");
            }
            const before = found.size;
            for (const record of envelope.result) {
                const zone = parseZone(record);
                if (zone === undefined) {
                    throw malformed(operation, "zones with ID and name");
                }
                found.set(zone.id, zone);
            }
            // A page that brings nothing new is the last: some servers ignore `page`.
            const last = Number(envelope.resultInfo.total_pages ?? Number.NaN);
            if (found.size === before || page >= last || envelope.result.length < PER_PAGE) {
                break;
            }
        }
        return [...found.values()];
    }

    /** One zone by its ID. */
    async zone(id: string): Promise<Zone> {
        const operation = `look-up of zone ${id}`;
        const { envelope } = await this.ask({ method: "GET", path: `/zones/${encodeURIComponent(id)}`, operation });
        const zone = parseZone(envelope.result);
        if (zone === undefined) {
            throw malformed(operation, "a zone with ID and name");
        }
        return zone;
    }

    /**
     * Asks for the permission groups that a new token may be given: who may not read them may not make tokens either.
     *
     * @param accountId for tokens that the account owns; without it the user's.
     */
    async permissionGroups(accountId?: string): Promise<number> {
        const operation = `list of permission groups for a new token of the ${accountId === undefined ? "user" : "account"}`;
        const path = `${ownerPath(accountId)}/tokens/permission_groups`;
        const { envelope } = await this.ask({ method: "GET", path, operation });
        if (!Array.isArray(envelope.result)) {
            throw malformed(operation, "a list of permission groups");
        }
        return envelope.result.length;
    }

    /**
     * Makes a token that may purge one zone. Its value is in the answer, and goes nowhere from there. Sent once: a second
     * token would be one that nobody knows of.
     *
     * @param accountId for a token that the account owns; without it the user's.
     */
    async createPurgeToken(
        { name, zoneId, expiresOn }: { readonly name: string; readonly zoneId: string; readonly expiresOn: string },
        accountId?: string,
    ): Promise<{ readonly id: string }> {
        const operation = `creation of a token of the ${accountId === undefined ? "user" : "account"}`;
        const body = {
            name,
            policies: [
                { effect: "allow", permission_groups: [{ id: CACHE_PURGE.id }], resources: zoneResources(zoneId) },
            ],
            expires_on: expiresOn,
        };
        const { envelope } = await this.with({ retries: 0 }).ask({
            method: "POST",
            path: `${ownerPath(accountId)}/tokens`,
            body,
            operation,
        });
        const id = (envelope.result as { id?: unknown } | null | undefined)?.id;
        if (typeof id !== "string" || id === "") {
            throw malformed(operation, "the token's ID");
        }
        return { id };
    }

    /** Deletes a token. One that is gone already counts as deleted. */
    async deleteToken(id: string, accountId?: string): Promise<void> {
        const path = `${ownerPath(accountId)}/tokens/${encodeURIComponent(id)}`;
        try {
            await this.ask({ method: "DELETE", path, operation: `deletion of token ${id}` });
        } catch (error) {
            if (!(error instanceof CloudflareError && error.status === 404)) {
                throw error;
            }
        }
    }

    private async ask(request: ApiRequest): Promise<{ envelope: Envelope; headers: Readonly<Record<string, string>> }> {
        const answer = await this.#transport.send(request);
        return {
            envelope: parseResponse(answer, this.#transport.circumstances(request.operation)),
            headers: answer.headers,
        };
    }
}

/** Whose tokens a path is about: an account's, or without one the user's. */
function ownerPath(accountId: string | undefined): string {
    return accountId === undefined ? "/user" : `/accounts/${encodeURIComponent(accountId)}`;
}

/** A success that does not say what a success says is not taken for one. */
function malformed(operation: string, missing: string): CloudflareError {
    return new CloudflareError({
        operation,
        kind: "not-the-api",
        key: "not-the-api",
        retryable: true,
        cause: `The answer says that it succeeded, but lacks ${missing}.`,
        remedy: "Check the base URL and whether a proxy stands between; run it again.",
    });
}

interface WaitOptions {
    /** The account that owns the token; without it the token is a user's. */
    readonly accountId?: string;
    /** Seconds. Default: 30. */
    readonly timeout?: number;
    /** Default: the machine's. */
    readonly clock?: Clock;
    /** For jitter. Default: Math.random. */
    readonly random?: () => number;
    readonly signal?: AbortSignal;
}

/** Milliseconds between two looks: doubles from the first to the last. */
const FIRST = 250;
const LAST = 4000;

const OPERATION = "verification of the token";

/**
 * Waits until a token that has just been made is known and active. A token that is disabled, expired or not yet valid
 * will not become active soon, so that ends the wait at once.
 *
 * @throws CloudflareError the last refusal when the time is up; `token-not-active`; every other failure as it comes.
 */
export async function waitUntilActive(client: CloudflareClient, options: WaitOptions = {}): Promise<TokenStatus> {
    const { accountId, timeout = TOKEN_SETTLES, clock = systemClock, random = Math.random, signal } = options;
    const end = clock.now() + timeout * 1000;
    for (let pause = FIRST; ; pause = Math.min(pause * 2, LAST)) {
        let refusal: CloudflareError;
        try {
            const token = await client.verifyToken(accountId);
            const problem = inactiveToken(token, clock.now());
            if (problem === undefined) {
                return token;
            }
            throw new CloudflareError({ ...problem, operation: OPERATION, kind: "authentication" });
        } catch (error) {
            refusal = CloudflareError.from(error, OPERATION);
        }
        const wait = pause * (0.5 + random() / 2);
        if (refusal.kind !== "authentication" || refusal.key === "token-not-active" || clock.now() + wait > end) {
            throw refusal;
        }
        await clock.sleep(wait, signal);
        if (signal?.aborted) {
            throw CloudflareError.aborted(OPERATION);
        }
    }
}
