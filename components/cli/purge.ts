import { Command } from "commander";
import type { Zone } from "../cloudflare/zone";
import { checkUrl, pausedZone } from "../diagnosis/zoneProblems";
import { ProblemError, problemText, UsageError } from "../errors/problem";
import { counted } from "../errors/text";
import { batches } from "../plan/batches";
import type { Plan } from "../plan/plan";
import { renderJson, renderTable } from "../plan/render";
import type { Selector } from "../plan/selector";
import { hostOf } from "../plan/selector";
import { limitsOf } from "../purge/deps";
import { doneLine, shellWord } from "../purge/words";
import type { Settings } from "../settings/componentOptions";
import { CHECK, COMPONENT, DEFAULTS, TUNING, withDefaults } from "../settings/componentOptions";
import type { Given } from "../settings/option";
import { filled, pick } from "../settings/option";
import type { ApiOptions } from "./api";
import { accountOf, clientOf, credentialFor, nameIn, withApiOptions, zoneFor } from "./api";
import type { FoundCredential } from "./credential";
import { list, withOptions } from "./options";
import { withDifferenceOptions } from "./plan";
import { EXIT, problemOf } from "./problem";
import { owedLines, purgeJson } from "./purge/report";
import { purgeSelected } from "./purge/run";
import type { SelectionOptions } from "./purge/selection";
import { selection } from "./purge/selection";
import type { Done, Io, Terminal } from "./terminal";
import { jsonText, terminal } from "./terminal";

type Options = SelectionOptions &
    SettingsOptions &
    ApiOptions &
    Given<typeof HOSTS> & { readonly zone?: string; readonly dryRun?: boolean; readonly json?: boolean };

const HOSTS = pick(COMPONENT, "environment", "customHostnames");

/** `cache-purge purge`: the engine of the Pulumi resource, without Pulumi. */
export function purgeCommand(io: Io, done: Done, root: Command): Command {
    const command = new Command("purge")
        .description("Purge URLs, prefixes, hosts, tags, or what changed between two states of a site.")
        .optionsGroup("What to purge:")
        .option("--zone <name|id>", "the zone; a name is safer, an ID of something else looks the same")
        .option("--url <url>", "a URL as visitors write it; may be repeated", list)
        .option("--url-file <file>", "a file with one URL per line; - for stdin")
        .option("--literal", "take asterisks in URLs as part of a file's name")
        .option("--prefix <prefix>", "host and path, such as www.example.com/blog/; may be repeated", list)
        .option("--host <host>", "a host; may be repeated", list)
        .option("--tag <tag>", "a cache tag; may be repeated", list)
        .option("--owed <file>", "what an earlier run with --json left owed; - for stdin")
        .option("--everything", "the zone's whole cache; needs --yes")
        .option("--yes", "confirm --everything");
    withOptions(command, HOSTS);
    withDifferenceOptions(command);
    withSettings(command);
    return withApiOptions(command)
        .optionsGroup("Output:")
        .option("--dry-run", "show what would be sent, and send nothing")
        .option("--json", "print JSON: receipt, what is owed, warnings, error")
        .addHelpText("after", EXAMPLES)
        .action(async (options: Options) => {
            const screen = terminal(io, { ...root.opts(), ...options });
            done(await purge(options, io, screen));
        });
}

const EXAMPLES = `
It exits with 0 only when nothing is owed any more. What is owed is named, and \`--json\` prints it for --owed.

Examples:
  $ cache-purge purge --zone example.com --url https://www.example.com/feed.xml
  $ cache-purge purge --zone example.com --from before --to after --base-url https://www.example.com
  $ cache-purge purge --zone example.com --prefix www.example.com/blog/ --dry-run
  $ cache-purge purge --zone example.com --from a.manifest --to b.manifest --json > result.json ||
      cache-purge purge --zone example.com --owed result.json`;

async function purge(options: Options, io: Io, screen: Terminal): Promise<number> {
    const chosen = await selection(options, io, screen);
    const { selectors, notes } = chosen;
    for (const note of notes) {
        screen.note(`note: ${note}`);
    }
    const { zone: given, customHostnames = false } = options;
    const refuse = (name: string) => refuseForeign(customHostnames ? [] : selectors, name);
    if (options.dryRun) {
        refuse(given === undefined ? "" : nameIn(given));
        return dryRun(chosen, options, screen);
    }
    if (given === undefined) {
        throw new UsageError("--zone is missing.", "Add the zone's name, such as --zone example.com.");
    }
    if (selectors.length === 0) {
        if (options.json) {
            screen.data(jsonText({ receipt: null, owed: { selectors: [], samples: [] } }));
        } else {
            screen.out(NOTHING);
        }
        return EXIT.ok;
    }
    let found: FoundCredential;
    let zone: Zone;
    try {
        refuse(nameIn(given));
        found = await credentialFor(options, io, screen);
        const { environment } = options;
        zone = {
            ...(await zoneFor(clientOf(found, options, io), given, found, accountOf(options, io), io.clock)),
            ...(environment === undefined ? {} : { environment }),
        };
        refuse(zone.name);
        if (zone.paused) {
            screen.warn(problemText(pausedZone(zone.name)));
        }
    } catch (error) {
        return nothingSent(problemOf(error), chosen, options, screen);
    }
    const settings = settingsOf(options);
    const zonePlan = options.zonePlan ?? zone.plan;
    const { outcome, checked, problem } = await purgeSelected(chosen, zone, found, zonePlan, settings, options, io);
    const result = purgeJson(zone, { outcome, checked, ...(problem === undefined ? {} : { problem }) });
    if (options.json) {
        screen.data(jsonText(result));
    } else if (outcome.sent.purgeIds.length > 0) {
        screen.out(doneLine(result.zone, result.receipt, settings.mode));
    }
    for (const warning of result.warnings) {
        screen.warn(warning);
    }
    if (problem !== undefined) {
        screen.note(`error: ${problem.message}`);
    }
    for (const line of owedLines(result.owed.selectors, flagsOf(options), problem)) {
        screen.note(line);
    }
    return problem === undefined && result.owed.selectors.length === 0 ? EXIT.ok : EXIT.failed;
}

const NOTHING = "nothing to purge";

function flagsOf({ zone = "", environment, customHostnames = false }: Options): string {
    const part = environment === undefined ? "" : ` --environment ${shellWord(environment)}`;
    return `--zone ${shellWord(zone)}${part}${customHostnames ? " --custom-hostnames" : ""}`;
}

/** It failed before anything was sent: everything is owed. */
function nothingSent(failure: ProblemError, { selectors, samples }: Plan, options: Options, screen: Terminal): number {
    if (failure instanceof UsageError) {
        throw failure;
    }
    const { key, cause, remedy } = failure;
    if (options.json) {
        screen.data(
            jsonText({ receipt: null, owed: { selectors, samples }, warnings: [], error: { key, cause, remedy } }),
        );
    }
    screen.note(`error: ${failure.message}`);
    for (const line of owedLines(selectors, flagsOf(options), failure)) {
        screen.note(line);
    }
    return EXIT.failed;
}

function dryRun(plan: Plan, options: Options, screen: Terminal): number {
    const limits = limitsOf(options.zonePlan, options);
    if (options.json) {
        const { notes: _notes, ...json } = renderJson(plan, limits);
        screen.data(jsonText({ dryRun: true, ...json }));
    } else {
        screen.out(renderTable({ ...plan, notes: [] }, limits).trimEnd());
        screen.note(`dry run: nothing was sent (${counted(batches(plan.selectors, limits).length, "request")})`);
    }
    return EXIT.ok;
}

/** Refuses what lies in another zone, before anything is sent. @throws ProblemError */
function refuseForeign(selectors: readonly Selector[], zone: string): void {
    if (zone === "") {
        return;
    }
    for (const selector of selectors) {
        const host = hostOf(selector);
        const url = selector.kind === "url" ? selector.value : `https://${host}/`;
        const problem = host === undefined ? undefined : checkUrl(url, zone);
        if (problem !== undefined) {
            const isOutside = problem.key === "url-outside-zone";
            const more = isOutside ? " If it is a custom hostname of that zone, add --custom-hostnames." : "";
            throw new ProblemError({ ...problem, remedy: problem.remedy + more });
        }
    }
}

/** Options that are the engine's own, by the same name. `timeout` and `retries` are the client's: see ApiOptions. */
const SAME = pick(TUNING, "warm", "connectTo", "batchSize", "rate", "deadline");

/** Options that say how to purge. */
interface SettingsOptions extends Given<typeof SAME> {
    readonly invalidate?: boolean;
    /** `false`: --no-rebound. */
    readonly rebound?: number | boolean;
    /** `false`: --no-verify. */
    readonly verify?: boolean;
    readonly originReady?: boolean;
    readonly sample?: number;
    readonly wait?: number;
}

/** Adds those options to a command. */
function withSettings(command: Command): Command {
    const { mode, rebound, originReady, verify } = TUNING;
    return withOptions(command.optionsGroup("How to purge:"), { mode, rebound, originReady, verify, ...SAME });
}

/** The engine's settings. */
function settingsOf(options: SettingsOptions): Settings {
    const { invalidate, rebound, originReady, verify, sample, wait } = options;
    const check = filled(CHECK, { sample, timeout: wait });
    const same = Object.keys(SAME).map((name) => [name, options[name as keyof typeof SAME]]);
    return withDefaults({
        ...Object.fromEntries(same),
        mode: invalidate ? "invalidate" : "purge",
        rebound: rebound === true ? DEFAULTS.rebound : rebound,
        // Without --origin-ready the origin is asked once, so that a file that is not there yet is not taken for purged.
        originReady: originReady ? check : verify === false ? false : { ...check, timeout: 0 },
        verify: verify === false ? false : check,
    });
}
