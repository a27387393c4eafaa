/** Finds the engine and opens stacks with it. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { openCliStack } from "./cliStack";
import { openLocalStack } from "./localStack";
import type { EngineKind, Stack, StackOptions } from "./stackInterface";

/** The engine that serves when none is asked for: a real `pulumi` on PATH wins. */
export function findEngine(env: NodeJS.ProcessEnv = process.env): { kind: EngineKind; label: string } {
    const version = cliVersion(env);
    return version ? { kind: "pulumi", label: `pulumi ${version}` } : { kind: "local", label: "local" };
}

function cliVersion(env: NodeJS.ProcessEnv): string | undefined {
    const names = process.platform === "win32" ? ["pulumi.exe", "pulumi.cmd"] : ["pulumi"];
    const folders = (env.PATH ?? "").split(path.delimiter).filter(Boolean);
    const found = folders
        .flatMap((folder) => names.map((name) => path.join(folder, name)))
        .find((file) => fs.existsSync(file));
    if (!found) {
        return undefined;
    }
    try {
        const settings = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        const text = execFileSync(found, ["version"], {
            env: settings,
            stdio: ["ignore", "pipe", "ignore"],
            timeout: 20_000,
        });
        return /^v?(\d+\.\d+\.\d+\S*)/.exec(text.toString().trim())?.[1];
    } catch {
        return undefined;
    }
}

/** Opens a stack, and makes it when it is new. Errors: no Pulumi.yaml, another project, no CLI where one is asked for. */
export async function openStack(options: StackOptions): Promise<Stack> {
    const env = { ...process.env, ...options.env };
    const found = findEngine(env);
    const kind = options.engine ?? found.kind;
    if (kind === "local") {
        return openLocalStack(options);
    }
    if (found.kind !== "pulumi") {
        throw new Error(
            "There is no `pulumi` on PATH. Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or use the local engine",
        );
    }
    return openCliStack(options, found.label);
}
