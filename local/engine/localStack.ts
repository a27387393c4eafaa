/** A stack that the local engine serves. Runs happen in this process; `start` makes one of its own. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startChild } from "./childRun";
import { configFileOf, fullKey, readConfig, writeConfig } from "./configFile";
import { operate } from "./operation";
import { projectName, readProject } from "./project";
import type { Result } from "./result";
import type { OperationName, RunOptions, Stack, StackOptions } from "./stackInterface";
import { cancel, format, load, parse, save, stateFileOf } from "./stateFile";

/** The environment of engine, program and providers for a stack's options. */
export function environment(options: StackOptions): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
    // Types are checked by the compiler, not at every run.
    env.PULUMI_NODEJS_TRANSPILE_ONLY ??= "true";
    // Node's own cache of compiled code, in Node's own place: program and providers start twice as fast with it.
    env.NODE_COMPILE_CACHE ??= path.join(os.tmpdir(), "node-compile-cache");
    const ports = Object.entries(options.providers ?? {}).map(([name, port]) => `${name}:${port}`);
    if (ports.length > 0) {
        env.PULUMI_DEBUG_PROVIDERS = ports.join(",");
    }
    // The programs need the Node version that this process runs on.
    env.PATH = [path.dirname(process.execPath), env.PATH].filter(Boolean).join(path.delimiter);
    return env;
}

/** The project's name; an error when the options name another one. */
export function projectOf({ programDir, project }: StackOptions): string {
    const name = projectName(programDir);
    if (project !== undefined && project !== name) {
        throw new Error(`${programDir}/Pulumi.yaml is project "${name}", but the stack was opened for "${project}"`);
    }
    return name;
}

export const passphraseOf = (options: StackOptions): string =>
    options.passphrase ?? options.env?.PULUMI_CONFIG_PASSPHRASE ?? process.env.PULUMI_CONFIG_PASSPHRASE ?? "";

/** The config entries that a stack is opened with. */
export function entriesOf(options: StackOptions, project: string): { key: string; value: string; secret: boolean }[] {
    const entries = (of: Record<string, string> | undefined, secret: boolean) =>
        Object.entries(of ?? {}).map(([key, value]) => ({ key: fullKey(project, key), value, secret }));
    return [...entries(options.config, false), ...entries(options.secretConfig, true)];
}

export async function openLocalStack(options: StackOptions): Promise<Stack> {
    const programDir = path.resolve(options.programDir);
    const stateDir = path.resolve(options.stateDir);
    const project = projectOf({ ...options, programDir });
    // What this engine cannot run is refused before anything is written.
    readProject(programDir);
    const passphrase = passphraseOf(options);
    const stateFile = stateFileOf(stateDir, project, options.stack);
    const configFile = configFileOf(stateDir, options.stack);
    const entries = entriesOf(options, project);
    if (entries.length > 0) {
        await writeConfig(configFile, passphrase, entries);
    }

    const run = async (kind: OperationName, of: RunOptions = {}): Promise<Result> =>
        operate({
            kind,
            programDir,
            project,
            stack: options.stack,
            stateFile,
            passphrase,
            config: await readConfig(configFile, passphrase),
            env: environment(options),
            ...of,
            listener: { line: (line) => of.onLine?.(line), step: () => undefined },
        });

    return {
        engine: "local",
        stateFile,
        preview: (of) => run("preview", of),
        up: (of) => run("up", of),
        refresh: (of) => run("refresh", of),
        destroy: (of) => run("destroy", of),
        start: (operation, of = {}) =>
            startChild({
                operation,
                programDir,
                stateDir,
                stack: options.stack,
                passphrase,
                env: environment(options),
                ...of,
            }),
        exportState: async () => {
            if (fs.existsSync(stateFile)) {
                return JSON.parse(fs.readFileSync(stateFile, "utf8"));
            }
            return format(await load(stateFile, passphrase));
        },
        importState: async (deployment) => save(stateFile, await parse(deployment, passphrase, "the imported state")),
        setConfig: (key, value, secret = false) =>
            writeConfig(configFile, passphrase, [{ key: fullKey(project, key), value, secret }]),
        cancel: async () => cancel(stateFile),
    };
}
