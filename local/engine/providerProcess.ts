/** Finds the process behind a package: one that runs already, a plugin in a folder, or the SDK's own for dynamic resources. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";

/** The package of dynamic resources written in Node. */
export const dynamicPackage = "pulumi-nodejs";

/** Ports of running providers by package, from `PULUMI_DEBUG_PROVIDERS` (`name:port,name:port`). */
export function attachedPorts(env: NodeJS.ProcessEnv): Map<string, number> {
    const ports = new Map<string, number>();
    for (const entry of (env.PULUMI_DEBUG_PROVIDERS ?? "").split(",").filter(Boolean)) {
        const [name = "", port = ""] = entry.split(":");
        if (!/^\d+$/.test(port)) {
            throw new Error(`PULUMI_DEBUG_PROVIDERS: expected name:port, got "${entry}"`);
        }
        if (!ports.has(name)) {
            ports.set(name, Number(port));
        }
    }
    return ports;
}

export interface DynamicOptions {
    /** Where the program stands: the SDK is resolved from there, and the process runs there. */
    programDir: string;
    env: NodeJS.ProcessEnv;
    /** The engine's own address. */
    engine: string;
    /** Each line that the process prints. */
    onLine(line: string, stream: "stdout" | "stderr"): void;
}

/** Starts the SDK's own process for dynamic resources. It prints its port on its first line; the process id is known at once. */
export function launchDynamic(options: DynamicOptions): Launched {
    const script = createRequire(path.join(options.programDir, "x.js")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
    return launch([script, options.engine], "The process for dynamic resources", options);
}

/** Starts the plugin in a folder (PulumiPlugin.yaml, runtime nodejs), with the SDK that it finds there, as the CLI does. */
export function launchPlugin(folder: string, options: DynamicOptions): Launched {
    if (!fs.existsSync(path.join(folder, "PulumiPlugin.yaml"))) {
        throw new Error(`no PulumiPlugin.yaml in ${folder}`);
    }
    const script = createRequire(path.join(fs.realpathSync(folder), "x.js")).resolve("@pulumi/pulumi/cmd/run-plugin");
    return launch([script, folder, options.engine], `The plugin in ${folder}`, options);
}

/** A process that was started, and the port that it says it listens on. */
export interface Launched {
    child: ChildProcess;
    port: Promise<number>;
}

function launch(args: string[], name: string, options: DynamicOptions): Launched {
    const child = spawn(process.execPath, args, {
        cwd: options.programDir,
        env: options.env,
        stdio: ["ignore", "pipe", "pipe"],
    });
    createInterface({ input: child.stderr }).on("line", (line) => options.onLine(line, "stderr"));
    const port = new Promise<number>((resolve, reject) => {
        let first = true;
        createInterface({ input: child.stdout }).on("line", (line) => {
            if (!first) {
                return options.onLine(line, "stdout");
            }
            first = false;
            if (/^\d+$/.test(line)) {
                resolve(Number(line));
            } else {
                reject(new Error(`${name} printed "${line}" instead of its port`));
            }
        });
        child.once("error", reject);
        child.once("exit", (code, signal) =>
            reject(new Error(`${name} ended before it was ready (${signal ?? `code ${code}`})`)),
        );
    });
    port.catch(() => undefined);
    return { child, port };
}
