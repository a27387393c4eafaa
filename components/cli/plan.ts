import { statSync } from "node:fs";
import { Command } from "commander";
import { plan } from "../plan/plan";
import { renderJson, renderMarkdown, renderTable } from "../plan/render";
import { buildIdNote } from "./buildId";
import type { Done, Io } from "./io";
import type { DifferenceOptions } from "./planOptions";
import { limitsFor, planOptionsOf, readDifference, withDifferenceOptions } from "./planOptions";
import { jsonText, terminal } from "./terminal";

/** `cache-purge plan`: what a purge would send, and why. No token, no network. */
export function planCommand(io: Io, _done: Done, root: Command): Command {
    const command = new Command("plan").description(
        "Show what would be purged between two states of a site, and why. Needs no token and no network.",
    );
    return withDifferenceOptions(command)
        .optionsGroup("Output:")
        .option("--json", "print JSON: changes, selectors with reasons, requests as sent, collateral, seconds")
        .option("--markdown", "print Markdown, for a pull request or a job's summary")
        .addHelpText(
            "after",
            `
Examples:
  $ cache-purge plan --from before --to after --base-url https://www.example.com
  $ cache-purge plan --from deployed.manifest --to dist --base-url https://www.example.com --json
  $ pulumi stack export | cache-purge plan --from - --to dist --base-url https://www.example.com`,
        )
        .action(async (options: DifferenceOptions & { json?: boolean; markdown?: boolean }) => {
            const screen = terminal(io, { ...root.opts(), ...options });
            const { before, after } = await readDifference(options, io, screen);
            const changed = plan(before, after, planOptionsOf(options));
            const note = changed.selectors.length === 0 ? undefined : buildIdNoteOf(options);
            const found = note === undefined ? changed : { ...changed, notes: [...changed.notes, note] };
            if (options.json) {
                const { notes, ...json } = renderJson(found, limitsFor(options));
                screen.data(jsonText(json));
                for (const text of notes) {
                    screen.note(`note: ${text}`);
                }
            } else {
                const [show, render] = options.markdown ? [screen.data, renderMarkdown] : [screen.out, renderTable];
                show(render(found, limitsFor(options)).trimEnd());
            }
        });
}

/** With two folders at hand, what is behind many changes. It only explains: what cannot be read is passed over. */
function buildIdNoteOf({ from = "", to = "" }: DifferenceOptions): string | undefined {
    const areFolders = [from, to].every((place) => statSync(place, { throwIfNoEntry: false })?.isDirectory() === true);
    try {
        return areFolders ? buildIdNote(from, to) : undefined;
    } catch {
        return undefined;
    }
}
