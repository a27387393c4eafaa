import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { LocalCloudflare } from "../../local/cloudflare";
import type { Result, Run, RunOptions, Stack } from "../../local/engine/stack";

/** Looks at the arguments of every process at no more than this many lines of a run. */
const LOOKS = 6;

/** Every place of one site's runs in which a token's value must not be, searched after each run. */
export class Leaks {
    private readonly values = new Set<string>();
    private readonly found = new Set<string>();
    /** How often each kind of place was searched: a search of nothing proves nothing. */
    readonly searched: Record<string, number> = {};

    /** Learns every token that is made from now on. */
    constructor({ directory }: Pick<LocalCloudflare, "directory">, known: readonly string[]) {
        for (const value of known) {
            this.learn(value);
        }
        const { createToken, rollToken } = directory;
        directory.createToken = (token) => {
            const made = createToken.call(directory, token);
            this.learn(made.value);
            return made;
        };
        directory.rollToken = (token) => {
            const value = rollToken.call(directory, token);
            this.learn(value);
            return value;
        };
    }

    private learn(value: string): void {
        this.values.add(value.replace(/^cf[a-z]*_/, "")); // with or without its prefix
    }

    search(place: string, text: string): void {
        this.searched[place] = (this.searched[place] ?? 0) + 1;
        for (const value of this.values) {
            const at = text.indexOf(value);
            if (at >= 0) {
                const around = text.slice(Math.max(0, at - 60), at + value.length + 20);
                this.found.add(`${place}: …${around.replaceAll(value, "<the token>")}…`);
            }
        }
    }

    /** Where a token was found, each with the text around it. */
    report(): string[] {
        return [...this.found];
    }

    /** The same stack, with every run searched: what it printed and told, and what it left on the disk. */
    watched(stack: Stack, stored: () => string): Stack {
        const begin = (options: RunOptions = {}) => {
            const seen = new Set<string>();
            let looks = 0;
            const onLine = (line: string) => {
                options.onLine?.(line);
                // From here on its processes are there: program first, provider with its first line.
                if (looks < LOOKS && /cache-purge|^ /.test(line)) {
                    looks += 1;
                    for (const args of processArguments()) {
                        seen.add(args);
                    }
                }
            };
            const end = (result: Result): Result => {
                this.search("a log", result.log);
                this.search("a result", JSON.stringify({ ...result, log: "" }));
                this.search("the state", stored());
                for (const args of seen) {
                    const [, what = "another process"] = /cmd\/(run|dynamic-provider)/.exec(args) ?? [];
                    this.search(`the arguments of ${what}`, args);
                }
                return result;
            };
            return { options: { ...options, onLine }, end };
        };
        const run = (of: (options: RunOptions) => Promise<Result>) => async (options?: RunOptions) => {
            const watch = begin(options);
            return watch.end(await of(watch.options));
        };
        return {
            ...stack,
            preview: run(stack.preview),
            up: run(stack.up),
            refresh: run(stack.refresh),
            destroy: run(stack.destroy),
            start: (operation, options): Run => {
                const watch = begin(options);
                const started = stack.start(operation, watch.options);
                return {
                    done: started.done.then(watch.end),
                    get pid() {
                        return started.pid;
                    },
                    kill: (signal) => started.kill(signal),
                    on: (event: "line" | "step", listener: never) => started.on(event as "line", listener),
                    providerPids: () => started.providerPids(),
                };
            },
        };
    }
}

/** What every process of this machine was started with: every user can see it. */
function processArguments(): string[] {
    if (!existsSync("/proc/self/cmdline")) {
        return execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n");
    }
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
        try {
            return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
        } catch {
            return []; // it ended in the meantime
        }
    });
}
