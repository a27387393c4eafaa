import { Command } from "commander";
import { UsageError } from "../errors/problem";
import type { Io } from "./io";
import { readText } from "./readText";
import { markdown } from "./report/markdown";
import { STDIN, sectionsOf } from "./report/section";

/** `cache-purge report`: what a deploy purged, as Markdown. No token, no network. */
export function reportCommand(io: Io): Command {
    return new Command("report")
        .description("Print what was purged, verified and is owed as Markdown, for a job's summary or a pull request.")
        .argument("[file]", "either of the two below; - for stdin")
        .option("--stack <file>", "what `pulumi stack export` printed; - for stdin")
        .option("--receipt <file>", "what `pulumi stack output receipt --json` or `purge --json` printed; - for stdin")
        .addHelpText(
            "after",
            `
It works after a failed \`pulumi up\` too, and exits with 0 whatever it reports.

Examples:
  $ pulumi stack export | cache-purge report - >> "$GITHUB_STEP_SUMMARY"
  $ cache-purge purge --zone example.com --url-file urls.txt --json > result.json
  $ cache-purge report --receipt result.json`,
        )
        .action(async (file: string | undefined, { stack, receipt }: { stack?: string; receipt?: string }) => {
            const [place, ...others] = [file, stack, receipt].filter((one) => one !== undefined);
            if (place === undefined || others.length > 0) {
                throw new UsageError(
                    place === undefined
                        ? "Nothing says what to report."
                        : "Only one of FILE, --stack and --receipt can be read.",
                    "Give --stack FILE, --receipt FILE, or - for stdin.",
                );
            }
            const sections = sectionsOf(await textAt(place, io), place === "-" ? STDIN : place);
            io.stdout.write(sections.map(markdown).join("\n"));
        });
}

async function textAt(place: string, io: Io): Promise<string> {
    try {
        return await readText(place, io);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new UsageError(`${place} cannot be read (${code}).`, "Name a file, or - for stdin.");
    }
}
