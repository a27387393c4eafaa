import { readFileSync } from "node:fs";
import { Command } from "commander";
import { UsageError } from "../errors/problem";
import { TUNING } from "../settings/componentOptions";
import { pick } from "../settings/option";
import type { ApiOptions } from "./api";
import { baseUrlOf, withApiOptions } from "./api";
import { findCredential } from "./credential";
import type { ReadFile, WrittenRequest } from "./doctor/curl";
import { readCurl } from "./doctor/curl";
import { readPhp } from "./doctor/php";
import { readPowerShell } from "./doctor/powershell";
import type { Report } from "./doctor/report";
import { CheckList, renderReport } from "./doctor/report";
import { readRequest } from "./doctor/request";
import { runChecks } from "./doctor/runChecks";
import { withOptions } from "./options";
import { EXIT } from "./problem";
import type { Done, Io } from "./terminal";
import { jsonText, readStdin, terminal } from "./terminal";

interface Options extends ApiOptions {
    readonly zone?: string;
    readonly url?: string;
    readonly curl?: string;
    readonly connectTo?: Readonly<Record<string, string>>;
    readonly json?: boolean;
    readonly deploy?: boolean;
    readonly makeToken?: boolean;
}

/** `cache-purge doctor`: why a purge fails, or why a purged page is still old. */
export function doctorCommand(io: Io, done: Done, root: Command): Command {
    const command = new Command("doctor")
        .description("Check everything from the credential to a real purge of one URL and a look at the edge.")
        .option("--zone <name|id>", "the zone (default: that of --url, or the only one that the token can read)")
        .option("--url <url>", "purge this URL and look at it (default: a URL that does not exist)")
        .option("--curl <file>", "say what is wrong with a request (curl, PowerShell, PHP), in a file; - for stdin")
        .option(
            "--deploy",
            "check the credential of `pulumi up`, which looks the zone up and makes tokens, and does not purge",
        )
        .option(
            "--make-token",
            "with --deploy and --zone: make a token that may purge the zone and expires in a minute, and delete it",
        );
    withOptions(command, pick(TUNING, "connectTo"));
    return withApiOptions(command)
        .optionsGroup("Output:")
        .option("--json", "print JSON: healthy, proven, checks, cause, remedy")
        .addHelpText("after", EXAMPLES)
        .action(async (options: Options) => {
            const screen = terminal(io, { ...root.opts(), ...options });
            const report = await doctor(options, io);
            if (options.json) {
                screen.data(jsonText(report));
            } else {
                screen.out(renderReport(report, screen));
            }
            done(report.healthy ? EXIT.ok : EXIT.failed);
        });
}

const EXAMPLES = `
Exits with 0 when healthy, 1 when unhealthy or not examined, 2 for wrong usage. \`cause\` is the key of an error: \`cache-purge explain KEY\`.

Examples:
  $ cache-purge doctor --zone example.com
  $ cache-purge doctor --zone example.com --url https://www.example.com/feed.xml
  $ cache-purge doctor --zone example.com --deploy --make-token
  $ cache-purge doctor --curl failing-command.txt
  $ cache-purge doctor --zone example.com --json | jq -r .cause`;

async function doctor(options: Options, io: Io): Promise<Report> {
    const { makeToken = false, deploy = false, zone: named } = options;
    if (makeToken && (!deploy || named === undefined)) {
        const missing = [...(deploy ? [] : ["--deploy"]), ...(named === undefined ? ["--zone"] : [])].join(" and ");
        throw new UsageError(
            `--make-token needs ${missing}.`,
            "It makes a real token: say that it is the deploy credential's, and for which zone.",
        );
    }
    if (options.curl === undefined) {
        return runChecks(() => findCredential(options, io), options, io);
    }
    const text = options.curl === "-" ? await readStdin(io) : fileText(options.curl);
    const written = readPasted(text, io.env, heldBy);
    if (written === undefined) {
        throw new UsageError(
            "--curl: there is no request with a URL in it.",
            "Paste the complete command: curl … URL …; or PowerShell's Invoke-RestMethod, or PHP's curl_setopt lines.",
        );
    }
    const { problems, credential, zoneId, items, url: first } = readRequest(written, baseUrlOf(options, io));
    if (credential === undefined || problems.length > 0) {
        const checks = new CheckList(["request"]);
        for (const problem of problems) {
            checks.problem("request", "failed", problem);
        }
        return checks.report();
    }
    const zone = options.zone ?? zoneId;
    const url = options.url ?? first;
    return runChecks(
        async () => ({ credential, source: "the request", ignored: [] }),
        { ...options, ...(zone === undefined ? {} : { zone }), ...(url === undefined ? {} : { url }) },
        io,
        items,
    );
}

/** What a file holds that curl would read; what cannot be read is not looked at. */
function heldBy(name: string): string | undefined {
    try {
        return readFileSync(name, "utf8");
    } catch {
        return undefined;
    }
}

function fileText(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new UsageError(
            `--curl ${file} cannot be read (${code}).`,
            "Name a file that holds the command, or - for stdin.",
        );
    }
}

/**
 * A request as somebody wrote it: a curl command, PowerShell, or PHP's curl.
 *
 * @param read What files hold that a curl command names.
 * @returns `undefined` when it is none of them.
 */
export function readPasted(text: string, env: Io["env"], read?: ReadFile): WrittenRequest | undefined {
    return readPhp(text, env) ?? readPowerShell(text, env) ?? readCurl(text, env, read);
}
