import { createInterface } from "node:readline/promises";
import { parseOptions, USAGE, UsageError } from "./demo/options";
import { painter } from "./demo/paint";
import { DemoFailure, runDemo } from "./demo/run";
import { silent, teller } from "./demo/tell";
import { findEngine } from "./engine/stack";

async function main(argv: readonly string[]): Promise<number> {
    if (argv.includes("--help")) {
        console.log(USAGE);
        return 0;
    }
    const options = parseOptions(argv);
    const found = findEngine();
    const engine = options.engine === "local" ? { kind: "local" as const, label: "local" } : found;
    if (options.engine === "pulumi" && found.kind !== "pulumi") {
        throw new UsageError(
            "there is no `pulumi` on PATH: install the Pulumi CLI (https://www.pulumi.com/docs/install/), or leave --engine out",
        );
    }
    if (options.watch && !process.stdin.isTTY) {
        throw new UsageError("--watch waits for Enter, and there is no terminal");
    }
    const narrator = options.json ? silent : teller(painter(process.stdout, process.env), console.log, options.watch);
    const pause = options.watch ? enter : undefined;
    const result = await runDemo({ ...options, engine: engine.kind }, engine.label, narrator, pause);
    if (options.json) {
        process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    }
    return 0;
}

/** Waits for the person who watches. */
async function enter(): Promise<void> {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
        await lines.question("\n  Enter: go on ");
    } finally {
        lines.close();
    }
}

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error) => {
        const known = error instanceof DemoFailure || error instanceof UsageError;
        console.error(known ? `demo: ${error.message}` : error);
        process.exitCode = error instanceof UsageError ? 2 : 1;
    },
);
