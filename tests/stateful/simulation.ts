import type { Answer } from "../../components/purge/visit";
import { VisitError } from "../../components/purge/visit";
import type { Clock, Handler } from "../../local/cloudflare";
import { CloudflareCore, MovingClock } from "../../local/cloudflare";
import { directOrigin } from "../../local/cloudflare/edge/originFetch";
import { visitRequest } from "../../local/cloudflare/visitor";
import type { Ledger } from "./ledger";
import { keysOf } from "./ledger";
import { Observer } from "./observer";
import { digestOf, FOR_EVER, Replicas } from "./origin";
import { Random } from "./random";
import { fallbackAtOrigin, servedAs } from "./serving";
import type { Setup, UploadKind } from "./setup";
import type { Sight } from "./sight";
import { seenThrough } from "./sight";
import { BASES, universe } from "./site";
import type { State } from "./state";

/** Milliseconds until a GET of the purge's own gives up (deploy/visit.ts). */
const VISIT_TIMEOUT = 20_000;

/** A Cloudflare, an origin of two replicas behind it, and a stack that deploys to it. */
export class Simulation {
    readonly clock = new MovingClock(Date.UTC(2026, 0, 1), { auto: true });
    readonly random: Random;
    readonly core: CloudflareCore;
    readonly replicas: Replicas;
    /** The token of the `up` that runs: of its requests, nobody else's has it. */
    token: { readonly id: string; readonly value: string };
    readonly observer: Observer;
    readonly state: State = { objects: new Map(), oldSweeps: [], replaced: false };
    readonly urls: readonly string[];
    /** Writes that are on their way to the origin. */
    readonly onTheWay = new Set<Promise<void>>();
    /** URLs that any deploy knew of: what is promised is promised for them. */
    readonly known = new Set<string>();
    /** The deploy machine's clock: its wall clock may be set, and durations know nothing of it. */
    readonly machine: Clock = {
        now: () => this.clock.now() + this.wallAhead,
        monotonic: () => (this.setup.wallDurations ? this.machine.now() : this.clock.monotonic()),
        sleep: (ms, signal) => this.clock.sleep(ms, signal),
    };
    /** How far the deploy machine's wall clock is ahead of the time, ms. */
    wallAhead = 0;
    /** How files get to the origin now. */
    upload: UploadKind;
    /** What the deploy machine gets to see of the site. */
    sight: Sight = "clear";
    /** Faults that struck. */
    struck = 0;

    constructor(
        readonly setup: Setup,
        readonly ledger: Ledger,
    ) {
        const { clock } = this;
        this.upload = setup.uploads[0] ?? "mirror";
        this.random = new Random(setup.seed);
        this.observer = new Observer(this);
        this.replicas = new Replicas(clock, setup, (path, at, file) => {
            ledger.changed(path, at);
            this.observer.changed(path, at, file);
        });
        this.core = new CloudflareCore(
            {
                clock,
                plan: setup.plan,
                dataCentres: setup.propagation.dataCentres.length,
                tiered: setup.tiered,
                propagation: setup.propagation,
                origin: {
                    htmlHandling: setup.htmlHandling,
                    headers: FOR_EVER,
                    ...fallbackAtOrigin(setup.serving),
                },
            },
            () => directOrigin(clock, servedAs(setup.serving, this.origin)),
        );
        this.token = this.core.createToken();
        this.urls = BASES.flatMap((base) => universe(setup.pool).map((path) => base + path));
        this.countFaults();
    }

    /** A deploy was recorded that asks for the targets. */
    asked(): void {
        const { urls: files = [], prefixes = [] } = this.setup.targets ?? {};
        const keys = keysOf({ files, prefixes });
        this.ledger.ask(keys, this.core.purgeLog);
        this.observer.asked(keys);
    }

    /** A visitor, of a page of another origin where one is given; what comes back is thrown away. */
    async visit(url: string, dataCentre: number, origin?: string): Promise<void> {
        const headers = origin === undefined ? {} : { origin };
        await this.core.edge.handle(visitRequest(url, { dataCentre, headers }));
    }

    /** A GET of the purge's own. */
    async look(url: string): Promise<Answer> {
        const { clock, sight } = this;
        if (sight !== "clear") {
            return seenThrough(sight, url);
        }
        const inTime = new AbortController();
        const late = clock.sleep(VISIT_TIMEOUT, inTime.signal).then(() => undefined);
        const got = await Promise.race([this.core.edge.handle(visitRequest(url, {})), late]);
        if (got === undefined || got.wire === "stall") {
            await late;
            throw new VisitError(url, "no answer (ETIMEDOUT)");
        }
        inTime.abort("in time");
        if (got.wire !== undefined) {
            throw new VisitError(url, "no answer (ECONNRESET)");
        }
        return { status: got.status, headers: got.headers, digest: digestOf(got.body), bytes: got.body.length };
    }

    /** Sends a write on its way. It arrives within `most` ms, whatever becomes of the sender. */
    send(file: string, content: string | undefined, most = 200): Promise<void> {
        const landed = this.clock
            .sleep(this.random.between(5, most))
            .then(() => this.replicas.write(file, content))
            .finally(() => this.onTheWay.delete(landed));
        this.onTheWay.add(landed);
        return landed;
    }

    /** One of the two replicas answers, at once or slowly, with what it held when it was asked. */
    private readonly origin: Handler = async (request) => {
        const { lag, longestFetch, slowShare } = this.setup;
        const { random, clock, core, replicas } = this;
        core.origin.setSite(replicas.site(random.chance(0.5) ? lag : 0));
        const answer = await core.origin.handle(request);
        if (random.chance(slowShare)) {
            await clock.sleep(random.between(0, longestFetch));
        }
        return answer;
    };

    private countFaults(): void {
        const { faults } = this.core;
        const take = faults.take.bind(faults);
        faults.take = (...call) => {
            const fault = take(...call);
            this.struck += fault === undefined ? 0 : 1;
            return fault;
        };
    }
}
