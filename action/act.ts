/** Purges what the inputs name: the same road as the command line, one run of it for each zone. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeManifest } from "../components/assets/manifestText";
import type { Io } from "../components/cli/io";
import { problemOf } from "../components/cli/problem";
import { markdown } from "../components/cli/report/markdown";
import { sectionsOf } from "../components/cli/report/section";
import { run } from "../components/cli/run";
import type { Receipt } from "../components/purge/outcome";
import type { Inputs } from "./inputs";
import { readInputs } from "./inputs";
import { isAddress, partFile, readDifference } from "./manifest";
import type { Runner } from "./runner";
import { runner } from "./runner";
import { byZone } from "./zones";

/** What `cache-purge purge --json` prints, as far as it matters here. */
interface Printed {
    readonly receipt?: Receipt | null;
    readonly owed?: { readonly selectors: readonly unknown[] };
    readonly error?: { readonly cause: string; readonly remedy: string } | null;
    readonly requests?: readonly unknown[];
}

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
    const { zones, to, manifest } = inputs;
    const common = commonFlags(inputs);
    const keptFile = manifest === "" || isAddress(manifest) ? "" : manifest;
    const jobs: Job[] = owedJobs(`${keptFile}.owed`, keptFile, dir);
    let after: string | undefined;
    if (to === "") {
        jobs.push(...targetJobs(inputs, on));
    } else {
        const difference = await readDifference(inputs, io);
        after = encodeManifest(difference.after);
        if (difference.before === undefined) {
            on.annotate("notice", "There is no manifest of an earlier deploy: every URL of the site is purged once.");
        }
        for (const [i, zone] of zones.entries()) {
            const part = (side: "before" | "after"): string =>
                partFile(difference[side], zone, zones.length === 1, dir, `${side}-${i}.manifest`);
            jobs.push({ zone, flags: [`--from=${part("before")}`, `--to=${part("after")}`] });
        }
    }
    const done: Done[] = [];
    for (const { zone, flags } of jobs) {
        done.push(await purge(zone, [...flags, ...common], inputs, io, on));
    }
    if (after !== undefined && !inputs.dryRun) {
        const file = keptFile === "" ? path.join(io.env.RUNNER_TEMP ?? tmpdir(), "cache-purge.manifest") : keptFile;
        keep(file, after, done, keptFile !== "");
        on.output("manifest", file);
    }
    return done;
}

function commonFlags({ originReady, verify, rebound, connectTo, dryRun }: Inputs): string[] {
    return [
        "--json",
        ...(originReady ? ["--origin-ready"] : []),
        ...(verify ? [] : ["--no-verify"]),
        ...(rebound === "0" ? ["--no-rebound"] : rebound === "" ? [] : [`--rebound=${rebound}`]),
        ...connectTo.map((pair) => `--connect-to=${pair}`),
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

/** What earlier runs left owed, kept beside the manifest. */
function owedJobs(file: string, keptFile: string, dir: string): Job[] {
    if (keptFile === "" || !existsSync(file)) {
        return [];
    }
    const kept = JSON.parse(readFileSync(file, "utf8")) as { zone: string; owed: unknown }[];
    return kept.map(({ zone, owed }, i) => {
        const one = path.join(dir, `owed-${i}.json`);
        writeFileSync(one, JSON.stringify({ owed }));
        return { zone, flags: [`--owed=${one}`] };
    });
}

/**
 * The new manifest, and beside it what is owed, so that the next run purges that first. Where a run could not tell what is
 * owed, the old manifest stays: the next run finds the same differences again.
 */
function keep(file: string, manifest: string, done: readonly Done[], isKept: boolean): void {
    if (!isKept) {
        writeFileSync(file, manifest);
        return;
    }
    if (done.some(({ code, printed }) => code !== 0 && printed.owed === undefined)) {
        return;
    }
    writeFileSync(file, manifest);
    const owed = done.filter(({ printed }) => (printed.owed?.selectors.length ?? 0) > 0);
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
            const owed = printed.owed?.selectors.length ?? 0;
            on.annotate(
                onFailure === "fail" ? "error" : "warning",
                `${zone}: ${owed} of what was purged is still owed.`,
            );
        }
        if (dryRun) {
            on.log(
                `dry run in ${zone}: ${printed.requests?.length ?? 0} requests would be sent\n${JSON.stringify(printed, null, 2)}`,
            );
        } else if (printed.receipt !== undefined) {
            on.summary(sectionsOf(JSON.stringify(printed), zone).map(markdown).join("\n"));
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
    on.output("owed", String(done.reduce((total, { printed }) => total + (printed.owed?.selectors.length ?? 0), 0)));
    on.output("results", JSON.stringify(done.map(({ zone, printed }) => ({ zone, ...printed }))));
}
