import path from "node:path";
import type { Paint } from "./paint";
import type { Narrator } from "./run";

/** With --json nothing is told. */
export const silent: Narrator = {
    started() {},
    deploying() {},
    deployed() {},
    previewed() {},
    visited() {},
};

/** Lines of a diff that are shown before the rest is only counted. */
const LINES = 12;

/** Tells a person what happens, a few lines a step. @param showsPage Whether there is time to look at the page. */
export function teller(paint: Paint, print: (line: string) => void, showsPage = false): Narrator {
    const titles = { first: "First deploy", second: "Second deploy", unchanged: "Nothing changed" };
    return {
        started: ({ engine, api, edge, page, zone, files, urls }) => {
            print(paint.bold(`A site of ${files} files (${urls} URLs) in the zone ${zone}, behind a local Cloudflare`));
            print(paint.dim(`  engine ${engine}   API ${api}   edge ${edge}`));
            if (showsPage) {
                print(`  to look at: ${paint.cyan(page)}`);
            }
        },
        deploying: (name, what) => {
            print("");
            print(`${paint.bold(titles[name])}  ${paint.dim(shortened(what))}`);
        },
        previewed: (lines) => {
            print("  preview: lines of the manifest that change");
            for (const line of lines.slice(0, LINES)) {
                const text = line.trim();
                print(`    ${text.startsWith("-") ? paint.red(text) : paint.green(text)}`);
            }
            if (lines.length > LINES) {
                print(paint.dim(`    and ${lines.length - LINES} more`));
            }
        },
        deployed: ({ resources, purgeRequests, purgedUrls, seconds }, log) => {
            const { created, updated, unchanged } = resources;
            print(
                `  up: ${created} created, ${updated} updated, ${unchanged} unchanged ${paint.dim(`(${seconds} s)`)}`,
            );
            // The CLI shows each line twice: behind the stack while it runs, and alone at the end.
            const lines = log.split("\n").map((line) => line.trim());
            for (const line of lines.filter((text) => text.startsWith("cache-purge: "))) {
                print(`  ${paint.dim(line)}`);
            }
            print(
                purgeRequests === 0
                    ? paint.green("  no request to the purge endpoint")
                    : `  purged ${paint.cyan(`${purgedUrls.length} URLs`)} in ${purgeRequests} requests (the rebound among them)`,
            );
        },
        visited: ({ urls, fresh, stale, hits }, what) => {
            print(
                `  visited ${what}: ${paint.green(`${fresh} of ${urls} fresh`)}, ` +
                    `${stale.length === 0 ? "none stale" : paint.red(`${stale.length} stale`)}, ${hits.length} from the cache`,
            );
        },
    };
}

function shortened(what: string): string {
    const relative = path.relative(process.cwd(), what);
    return what.startsWith("/") && !relative.startsWith("..") ? relative : what;
}
