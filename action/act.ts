/** Purges what the inputs name: the same road as the command line, one run of it for each zone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { manifestOf } from "../components/assets/manifest";
import { encodeManifest } from "../components/assets/manifestText";
import { problemOf } from "../components/cli/problem";
import type { Run } from "../components/cli/report";
import { markdown, runSection } from "../components/cli/report";
import { run } from "../components/cli/run";
import type { Io } from "../components/cli/terminal";
import { counted } from "../components/errors/text";
import type { PlanJson } from "../components/plan/render";
import { prose, renderMarkdown, renderTable } from "../components/plan/render";
import { hostOfUrl } from "../components/plan/selector";
import type { Receipt } from "../components/purge/outcome";
import { doneLine } from "../components/purge/words";
import type { Inputs } from "./inputs";
import { readInputs } from "./inputs";
import type { Difference } from "./manifest";
import { baseUrlsOf, isAddress, partFile, readDifference, readOwed } from "./manifest";
import type { Runner } from "./runner";
import { runner } from "./runner";
import { byZone, zoneFor, zoneOf } from "./zones";

/** What `cache-purge purge --json` prints; with --dry-run the plan. */
type Printed = Partial<Run & PlanJson>;

interface Done {
    readonly zone: string;
    readonly code: number;
    readonly printed: Printed;
}

/** A run of the command: the zone, and what to purge in it. */
interface Job {
    readonly zone: string;
    readonly flags: readonly string[];
}

/** Runs the action; resolves with the exit code of its process. */
export async function act(io: Io): Promise<number> {
    const on = runner(io.env, (text) => io.stdout.write(text));
    let onFailure = "fail";
    const dir = mkdtempSync(path.join(io.env.RUNNER_TEMP ?? tmpdir(), "cache-purge-"));
    try {
        const inputs = readInputs(io.env);
        onFailure = inputs.onFailure;
        on.log(`credential: ${inputs.credentialFrom}`);
        const done = await purgeAll(inputs, io, on, dir);
        tell(done, inputs, on);
        return done.some(({ code }) => code !== 0) && onFailure === "fail" ? 1 : 0;
    } catch (error) {
        on.annotate(onFailure === "fail" ? "error" : "warning", problemOf(error).message);
        return onFailure === "fail" ? 1 : 0;
    } finally {
        rmSync(dir, { recursive: true });
    }
}

async function purgeAll(inputs: Inputs, io: Io, on: Runner, dir: string): Promise<Done[]> {
    const { zones, to, manifest, dryRun } = inputs;
    const common = commonFlags(inputs);
    const keptFile = manifest === "" || isAddress(manifest) ? "" : manifest;
    const jobs: Job[] = keptFile === "" ? [] : owedJobs(`${keptFile}.owed`, dir);
    let difference: Difference | undefined;
    if (to === "") {
        jobs.push(...targetJobs(inputs, on));
    } else {
        difference = await readDifference(inputs, io, (text) => on.annotate("warning", text));
        if (difference.before === undefined) {
            on.annotate("notice", "There is no manifest of an earlier deploy: every URL of the site is purged once.");
        }
        jobs.push(...differenceJobs(difference, zones, dir, on));
        if (keptFile !== "" && !dryRun) {
            mkdirSync(path.dirname(path.resolve(keptFile)), { recursive: true });
        }
    }
    const done: Done[] = [];
    for (const { zone, flags } of jobs) {
        done.push(await purge(zone, [...flags, ...common], inputs, io, on));
    }
    if (difference !== undefined && !dryRun) {
        const file = keptFile === "" ? path.join(io.env.RUNNER_TEMP ?? tmpdir(), "cache-purge.manifest") : keptFile;
        keep(file, difference, done, keptFile !== "");
        on.output("manifest", file);
    }
    return done;
}

function commonFlags({ originReady, verify, rebound, connectTo, customHostnames, dryRun }: Inputs): string[] {
    return [
        "--json",
        ...(originReady ? ["--origin-ready"] : []),
        ...(verify ? [] : ["--no-verify"]),
        ...(rebound === "0" ? ["--no-rebound"] : rebound === "" ? [] : [`--rebound=${rebound}`]),
        ...connectTo.map((pair) => `--connect-to=${pair}`),
        ...(customHostnames ? ["--custom-hostnames"] : []),
        ...(dryRun ? ["--dry-run"] : []),
    ];
}

/** Targets by zone; without any of them everything, as the action does that this one takes the place of. */
function targetJobs(inputs: Inputs, on: Runner): Job[] {
    const { zones, urls, prefixes, hosts, tags } = inputs;
    if (urls.length + prefixes.length + hosts.length + tags.length === 0) {
        on.annotate(
            "notice",
            "Everything in the zone is purged, so every visitor's next request goes to the origin. What changed would have " +
                "been enough: give `URLs`, or the folder that is deployed as `to`, with `manifest` and `base-urls`.",
        );
        return zones.map((zone) => ({ zone, flags: ["--everything", "--yes"] }));
    }
    const flags = (name: string, values: readonly string[]): string[] => values.map((value) => `--${name}=${value}`);
    return [...byZone(zones, inputs)]
        .map(([zone, of]) => ({
            zone,
            flags: [
                ...flags("url", of.urls),
                ...flags("prefix", of.prefixes),
                ...flags("host", of.hosts),
                ...flags("tag", of.tags),
            ],
        }))
        .filter((job) => job.flags.length > 0);
}

/** What changed, by zone. What the last deploy served where none of the zones is any more cannot be purged. */
function differenceJobs(difference: Difference, zones: readonly string[], dir: string, on: Runner): Job[] {
    const isOnly = zones.length === 1;
    if (!isOnly) {
        for (const url of baseUrlsOf(difference.after)) {
            zoneFor(hostOfUrl(url), zones);
        }
        for (const url of baseUrlsOf(difference.before)) {
            if (zoneOf(hostOfUrl(url), zones) === undefined) {
                on.annotate("warning", `What was deployed at ${url} is left out: it lies in none of the zones.`);
            }
        }
    }
    return zones.map((zone, i) => {
        const part = (side: "before" | "after"): string =>
            partFile(difference[side], (host) => isOnly || zoneOf(host, zones) === zone, dir, `${side}-${i}.manifest`);
        return { zone, flags: [`--from=${part("before")}`, `--to=${part("after")}`] };
    });
}

/** What earlier runs left owed, kept beside the manifest. */
function owedJobs(file: string, dir: string): Job[] {
    return readOwed(file).map(({ zone, owed }, i) => {
        const one = path.join(dir, `owed-${i}.json`);
        writeFileSync(one, JSON.stringify({ owed }));
        return { zone, flags: [`--owed=${one}`] };
    });
}

/**
 * The new manifest, and beside it what is owed, so that the next run purges that first. Where a run could not tell what is
 * owed, the old manifest stays: the next run finds the same differences again. So it does where nothing is kept beside it.
 */
function keep(file: string, { before, after }: Difference, done: readonly Done[], isKept: boolean): void {
    if (!isKept) {
        const isDone = done.every(({ code }) => code === 0);
        writeFileSync(file, encodeManifest(isDone ? after : (before ?? manifestOf(new Map()))));
        return;
    }
    if (done.some(({ code, printed }) => code !== 0 && printed.owed === undefined)) {
        return;
    }
    writeFileSync(file, encodeManifest(after));
    const owed = done.filter(({ printed }) => (printed.owed?.selectors?.length ?? 0) > 0);
    if (owed.length === 0) {
        rmSync(`${file}.owed`, { force: true });
    } else {
        writeFileSync(`${file}.owed`, JSON.stringify(owed.map(({ zone, printed }) => ({ zone, owed: printed.owed }))));
    }
}

async function purge(zone: string, flags: readonly string[], inputs: Inputs, io: Io, on: Runner): Promise<Done> {
    const out: string[] = [];
    const { CLOUDFLARE_API_TOKEN: _token, CLOUDFLARE_API_KEY: _key, CLOUDFLARE_EMAIL: _email, ...env } = io.env;
    const code = await run(["purge", `--zone=${zone}`, ...flags], {
        ...io,
        env: { ...env, ...inputs.credential },
        stdout: { write: (text) => out.push(text) },
        stderr: { write: (text) => text.replace(/\n$/, "").split("\n").forEach(on.log) },
    });
    const printed = JSON.parse(out.join("") || "{}") as Printed;
    return { zone, code, printed };
}

/** Annotations, outputs and the summary. */
function tell(done: readonly Done[], { onFailure, dryRun }: Inputs, on: Runner): void {
    for (const { zone, code, printed } of done) {
        if (printed.error !== undefined && printed.error !== null) {
            const { cause, remedy } = printed.error;
            on.annotate(onFailure === "fail" ? "error" : "warning", `${zone}: ${`${cause}\n${remedy}`.trim()}`);
        } else if (code !== 0) {
            const owed = printed.owed?.selectors?.length ?? 0;
            on.annotate(
                onFailure === "fail" ? "error" : "warning",
                `${zone}: ${owed} of what was purged is still owed.`,
            );
        }
        if (dryRun && printed.requests !== undefined) {
            const { requests, changes, selectors = [], collateral = 0 } = printed;
            const { added, changed, removed } = changes ?? { added: [], changed: [], removed: [] };
            const counts = { added: added.length, changed: changed.length, removed: removed.length };
            const plan = { counts, selectors, collateral, notes: [] };
            on.log(`dry run in ${zone}: ${counted(requests.length, "request")} would be sent`);
            renderTable(plan).trimEnd().split("\n").forEach(on.log);
            on.summary(`### Cache purge: ${prose(zone)} (dry run)\n\n${renderMarkdown(plan)}`);
        } else if (printed.receipt !== undefined) {
            const { id = zone, name = zone } = printed.zone ?? {};
            if (printed.receipt !== null && printed.receipt.requests > 0) {
                on.log(doneLine({ id, name }, printed.receipt, "purge"));
            } else if (code === 0) {
                on.log(`nothing to purge in ${name}`);
            }
            on.summary(markdown(runSection({ ...printed, receipt: printed.receipt, zone: { id, name } })));
        }
    }
    const sum = (of: (receipt: Receipt) => number): string =>
        String(done.reduce((total, { printed }) => total + (printed.receipt ? of(printed.receipt) : 0), 0));
    on.output(
        "purged",
        sum(({ urls, prefixes, hosts, tags }) => urls + prefixes + hosts + tags),
    );
    on.output(
        "requests",
        sum(({ requests }) => requests),
    );
    on.output("owed", String(done.reduce((total, { printed }) => total + (printed.owed?.selectors?.length ?? 0), 0)));
    on.output("results", JSON.stringify(done.map(({ zone, printed }) => ({ zone, ...printed }))));
}
