import type { Manifest } from "../../components/assets/manifest";
import { decodeRecord } from "../../components/plan/record";
import { fileOf } from "../../components/purge/owed";
import type { PurgeOutputs } from "../../components/resources/state";
import type { Clock, CloudflareCore, PurgeRecord } from "../../local/cloudflare";
import { covers } from "./ledger";
import { LetGo } from "./letGo";
import type { Replicas } from "./origin";
import { Reasons } from "./reasons";
import { withUrls } from "./serving";
import type { Setup } from "./setup";
import { isEarly } from "./setup";
import type { Sight } from "./sight";
import type { Files } from "./site";
import { OTHER_SITE } from "./site";
import type { State, Swept } from "./state";
import { epochOf, owesFor, sweptUrls } from "./state";
import { Waits } from "./waits";

/** Seconds that a purge takes at most beside what it waits for the origin: pacing, rebound, a look at the edge. */
const LONGEST = 600;

/** What an observer sees of a simulation. */
interface Observed {
    readonly setup: Setup;
    readonly core: Pick<CloudflareCore, "purgeLog" | "requestLog">;
    readonly clock: Clock;
    readonly replicas: Replicas;
    readonly state: Pick<State, "journal" | "purge" | "oldSweeps">;
    readonly sight: Sight;
    readonly struck: number;
    readonly known: Set<string>;
    readonly token: { readonly id: string };
}

/** A purge that runs: what was in the state before it, and what it gets to see. */
interface Running {
    readonly purge: PurgeOutputs | undefined;
    readonly sight: Sight;
    readonly isNew: boolean;
}

/** A Sweep's delete: what it is to look after, and what was there when it began and is not deleted beside it. */
interface Sweeping {
    readonly due: ReadonlySet<string>;
    readonly wanted: Files;
    readonly there: Files;
}

/** Watches from outside what is deployed, what the origin answers, and what each purge does about it. */
export class Observer {
    private wanted: Files = new Map();
    private readonly letGo: LetGo;
    private readonly reasons: Reasons;
    private readonly waits = new Waits();
    /** The purge that runs, or was killed. */
    private running: Running | undefined;

    /** Sweeps that run, or were killed. */
    private readonly sweeping = new Set<Sweeping>();

    constructor(private readonly simulation: Observed) {
        const { setup } = simulation;
        this.letGo = new LetGo(isEarly(setup));
        this.reasons = new Reasons(setup.always, isEarly(setup));
    }

    /** A deploy was recorded. @param isNew whether by a journal that knows of none before */
    deployed(files: Files, manifest: Manifest, isNew: boolean): void {
        this.waits.deploy(this.wanted, files);
        this.wanted = files;
        const changed = this.reasons.deploy(manifest);
        this.letGo.lift(isNew ? this.reasons.urls() : changed);
        if (isNew) {
            this.restart();
            this.letGo.forget();
        }
    }

    /** A write changed what a path answers at the origin. */
    readonly changed = (path: string, at: number, file: string): void => {
        this.letGo.changed(path, file, this.wanted, this.running !== undefined, this.simulation.known);
        this.reasons.write(path, at);
    };

    /** A trigger asked for some keys of a purge request. */
    asked(keys: readonly string[]): void {
        this.reasons.ask(keys);
    }

    /** Nobody cares for some URLs any more, until a deploy does again. */
    abandoned(urls: Iterable<string>): void {
        this.letGo.excuse(urls, this.simulation.known);
    }

    /** Whether something is promised for a URL. */
    isPromised(url: string): boolean {
        return !this.letGo.isExcused(url);
    }

    /** Whether the last deploy has this file. */
    isDeployed(file: string): boolean {
        return this.wanted.has(file);
    }

    /** Whether the origin has other bytes of a page than those that are deployed, in its file or in one that hides it. */
    hasOldBytes(): boolean {
        const there = this.simulation.replicas.files();
        const hiding = [...there.keys()].filter((file) => !this.wanted.has(file)).map(fileOf);
        return [...this.wanted].some(
            ([file, content]) => (there.has(file) && there.get(file) !== content) || hiding.includes(fileOf(file)),
        );
    }

    /** The next purge does not know what the ones before it did. */
    private restart(): void {
        this.reasons.forget();
        this.waits.restart(this.wanted, this.there());
    }

    /**
     * Runs a purge, and holds it to its reasons and to its time.
     * @param isNew whether it does not know what the one before it did
     * @throws NeedlessPurge, NeedlessWait
     */
    async purge(isNew: boolean, isDisturbed: boolean, run: () => Promise<boolean>): Promise<boolean> {
        const { core, clock, setup, state, sight } = this.simulation;
        this.endKilled();
        if (isNew) {
            this.restart();
        }
        const before = { struck: this.simulation.struck, purge: state.purge, sight, isNew };
        const [purges, requests] = [core.purgeLog.length, core.requestLog.length];
        const since = clock.monotonic();
        const { originReady, rebound } = setup.settings;
        const timeout = originReady === false ? 0 : originReady.timeout;
        const most = this.waits.most(this.wanted, this.there(), sight, timeout, rebound === false ? 0 : rebound);
        this.running = before;
        const good = await run();
        this.running = undefined;
        if (state.purge === before.purge) {
            return good; // nothing was owed
        }
        const complete = good && this.isComplete();
        const calm = !isDisturbed && this.simulation.struck === before.struck;
        if (calm) {
            this.waits.check(clock.monotonic() - since, most + LONGEST);
        }
        // Who does not ask for every file may wait for one at any time.
        const isCertain = isEarly(setup) && setup.slowShare === 0;
        if (calm && isCertain) {
            this.waits.check((core.requestLog[requests]?.at ?? clock.monotonic()) - since, most);
        }
        // What the edge was seen to serve stale is a reason of its own.
        if (!owesFor("stale", before.purge)) {
            this.reasons.check(this.ownSince(purges), sight !== "clear" || !calm);
        }
        this.noteKept(before);
        this.reasons.end(complete && calm && sight === "clear", since - setup.lag, this.wanted, this.there());
        if (complete && calm) {
            this.waits.end(this.wanted, this.there(), sight);
        } else {
            this.waits.forget(complete);
        }
        return good;
    }

    /**
     * Runs a Sweep's delete, and holds it to its reasons.
     * @param deleted files whose objects are deleted in this `up`, so that none of them may be let go
     * @throws NeedlessPurge
     */
    async sweep(old: Swept, deleted: readonly string[], run: () => Promise<boolean>): Promise<boolean> {
        const { core, state } = this.simulation;
        const purges = core.purgeLog.length;
        const due = sweptUrls(this.simulation);
        const there = new Map([...this.there()].filter(([file]) => !deleted.includes(file)));
        const sweep = { due, wanted: this.wanted, there };
        this.sweeping.add(sweep);
        const good = await run();
        if (old.epoch === epochOf(state)) {
            this.reasons.checkSweep(this.ownSince(purges), due); // else it does not know what was removed, and purges the hosts
        }
        this.endSweep(sweep);
        return good;
    }

    /** The purges of the `up` that runs: those of one that was killed may arrive meanwhile. */
    private ownSince(index: number): PurgeRecord[] {
        const { core, token } = this.simulation;
        return core.purgeLog.slice(index).filter(({ tokenId }) => tokenId === token.id);
    }

    private endSweep(sweep: Sweeping): void {
        this.sweeping.delete(sweep);
        const left = sweptUrls(this.simulation);
        const isDone = (url: string): boolean => sweep.due.has(url) && !left.has(url);
        this.letGo.swept(sweep.wanted, sweep.there, isDone);
    }

    /** An `up` was killed: a Sweep that had come to its end is out of the state. */
    killed(): void {
        for (const sweep of this.sweeping) {
            this.endSweep(sweep);
        }
    }

    /** A purge that was killed may have saved what came of it. */
    private endKilled(): void {
        const { running: killed, simulation } = this;
        if (killed === undefined) {
            return;
        }
        this.waits.forget();
        this.reasons.end(false, 0, this.wanted, this.there());
        if (simulation.state.purge !== killed.purge) {
            this.noteKept(killed);
        }
    }

    /** After a purge: it has done with all URLs that are not owed for a request that was refused. */
    private noteKept({ sight, isNew }: Running): void {
        if (isNew) {
            this.letGo.forget();
        }
        const { owed = "" } = this.simulation.state.purge ?? {};
        const entries = owed === "" ? [] : decodeRecord(owed).entries;
        const refused = entries.filter(({ why }) => why === "not-purged").flatMap(({ selectors }) => selectors);
        const swept = sweptUrls(this.simulation);
        const isDone = (url: string): boolean =>
            !swept.has(url) && ![undefined, OTHER_SITE].some((origin) => covers(refused, { url, origin }));
        this.letGo.note(this.wanted, this.there(), sight, isDone);
    }

    private isComplete(): boolean {
        return !owesFor("not-purged", this.simulation.state.purge);
    }

    /** The files that the origin serves. */
    private there(): Files {
        return withUrls(this.simulation.replicas.files(), this.simulation.setup.serving);
    }
}
