/** Finds the process behind a package: one that runs already, or the SDK's own for dynamic resources. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
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
export function launchDynamic(options: DynamicOptions): { child: ChildProcess; port: Promise<number> } {
    const script = createRequire(path.join(options.programDir, "x.js")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(process.execPath, [script, options.engine], {
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
                reject(new Error(`The process for dynamic resources printed "${line}" instead of its port`));
            }
        });
        child.once("error", reject);
        child.once("exit", (code, signal) =>
            reject(
                new Error(`The process for dynamic resources ended before it was ready (${signal ?? `code ${code}`})`),
            ),
        );
    });
    port.catch(() => undefined);
    return { child, port };
}
