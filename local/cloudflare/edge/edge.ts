import type { Clock } from "../clock";
import type { Faults } from "../faults/faults";
import { strike } from "../faults/strike";
import type { Handler, Headers, HttpRequest, HttpResponse } from "../http/messages";
import { splitTarget, text } from "../http/messages";
import { isNotModified, notModified, ranged } from "../origin/conditional";
import { newRay } from "../state/ids";
import { cacheKey, visitorHeaders } from "./cacheKey";
import { isStatic } from "./eligible";
import type { PurgeOrder } from "./selector";
import type { Cached } from "./tier";
import { asUpper, Tier } from "./tier";
import type { ZoneCache } from "./zoneCache";
import { inZone, normalHost } from "./zoneCache";

/** Airports after which data centres are named, as in cf-ray. */
const COLOS = ["AMS", "FRA", "LHR", "CDG", "IAD", "SJC", "NRT", "SIN"];

/** Names the data centre that a visitor reaches; taken off before anything else sees the request. */
export const DATA_CENTRE_HEADER = "x-local-data-centre";

export interface EdgeOptions {
    clock: Clock;
    faults: Faults;
    /** The zone that a host belongs to. */
    zoneOf(host: string): ZoneCache | undefined;
    origin: Handler;
    /** How many data centres, default 2. */
    dataCentres?: number | undefined;
    /** Whether an upper tier stands between them and the origin, default true. */
    tiered?: boolean | undefined;
}

/** Delays, in ms, until a purge works: in each data centre, and in the upper tier. */
export interface Propagation {
    dataCentres: readonly number[];
    upper: number;
}

/** A caching reverse proxy of several data centres. Works in process; the HTTP server is a shell around `handle`. */
export class Edge {
    readonly dataCentres: Tier[];
    readonly upper: Tier | undefined;

    constructor(private readonly options: EdgeOptions) {
        const { clock, origin } = options;
        const tiered = options.tiered ?? true;
        const fromOrigin = (keyed: { request: HttpRequest }) => origin(keyed.request);
        this.upper = tiered ? new Tier("upper", clock, fromOrigin, true) : undefined;
        const next = this.upper ? asUpper(this.upper) : fromOrigin;
        this.dataCentres = Array.from(
            { length: options.dataCentres ?? 2 },
            (_, index) => new Tier(COLOS[index % COLOS.length] as string, clock, next, tiered),
        );
    }

    /** Answers a visitor. */
    readonly handle: Handler = (request) => {
        const { faults, clock } = this.options;
        const worded = (status: number) => text(status, `error code: ${status}\n`, { server: "cloudflare" });
        return strike({ faults, clock }, "edge", request, () => this.answer(request), worded);
    };

    /** Sends an accepted purge on its way to every tier. */
    purge(order: PurgeOrder): void {
        for (const tier of this.tiers()) {
            tier.accept(order);
        }
    }

    /** Sets how long purges accepted from now on take. */
    setPropagation(propagation: Propagation): void {
        this.dataCentres.forEach((tier, index) => {
            tier.delay = propagation.dataCentres[index] ?? propagation.dataCentres.at(-1) ?? 0;
        });
        if (this.upper) {
            this.upper.delay = propagation.upper;
        }
    }

    /** Ends when nothing is being refreshed behind stale answers. */
    async idle(): Promise<void> {
        for (const tier of this.tiers()) {
            await tier.idle();
        }
    }

    /** Empties every tier. */
    clear(): void {
        for (const tier of this.tiers()) {
            tier.store.clear();
        }
    }

    /** Every tier, lower ones first. */
    tiers(): Tier[] {
        return this.upper ? [...this.dataCentres, this.upper] : this.dataCentres;
    }

    private async answer(visit: HttpRequest): Promise<HttpResponse> {
        const { [DATA_CENTRE_HEADER]: chosen, ...headers } = visit.headers;
        const tier = this.dataCentres[Number(chosen ?? 0)];
        if (tier === undefined) {
            return text(400, `no data centre ${chosen}; there are ${this.dataCentres.length}\n`);
        }
        const host = headers.host ?? "";
        const zone = this.options.zoneOf(host);
        if (zone === undefined) {
            return text(530, "error code: 1001\n", { server: "cloudflare" });
        }
        if (zone.paused || zone.unproxied.includes(normalHost(host)) || !inZone(host, zone)) {
            return this.options.origin({ ...visit, headers });
        }
        const ray = `${newRay()}-${tier.name}`;
        if (zone.challengedAgent !== undefined && headers["user-agent"]?.includes(zone.challengedAgent)) {
            const challenge = { "cf-mitigated": "challenge", "cf-ray": ray, server: "cloudflare" };
            return text(403, `Just a moment... ${ray}\n`, challenge);
        }
        const request: HttpRequest = {
            ...visit,
            headers: { ...visitorHeaders(headers), "cf-ray": ray, "cf-connecting-ip": visit.address ?? "127.0.0.1" },
        };
        const { response, status } = await this.lookUp(zone, tier, request);
        return this.dress(request, response, { "cf-cache-status": status, "cf-ray": ray, server: "cloudflare" });
    }

    private async lookUp(zone: ZoneCache, tier: Tier, request: HttpRequest): Promise<Cached> {
        const reads = request.method === "GET" || request.method === "HEAD";
        const { path } = splitTarget(request.target);
        if (!reads || !(zone.cacheEverything || isStatic(path))) {
            return { response: await this.options.origin(request), status: "DYNAMIC" };
        }
        const scheme = request.headers["x-forwarded-proto"] === "http" ? "http" : "https";
        const key = cacheKey(scheme, request.headers.host ?? "", request.target, zone, request.headers);
        return tier.answer({ zoneId: zone.id, key, request });
    }

    private dress(request: HttpRequest, answer: HttpResponse, own: Record<string, string | undefined>): HttpResponse {
        const { "cache-tag": _tags, date: _date, ...kept } = answer.headers;
        const headers: Headers = { ...kept, date: new Date(this.options.clock.now()).toUTCString() };
        for (const [name, value] of Object.entries(own)) {
            if (value !== undefined) {
                headers[name] = value;
            }
        }
        const response = { ...answer, headers };
        if (own["cf-cache-status"] === "DYNAMIC" || answer.wire !== undefined) {
            return response;
        }
        if (answer.status === 200 && isNotModified(request.headers, headers)) {
            return notModified(response);
        }
        if (request.method !== "HEAD") {
            return ranged(request.headers, response);
        }
        const length = headers["content-length"] ?? `${answer.body.length}`;
        return { ...response, headers: { ...headers, "content-length": length }, body: Buffer.alloc(0) };
    }
}
