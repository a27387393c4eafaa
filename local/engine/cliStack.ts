/**
 * A stack that the Pulumi CLI serves, through the SDK's Automation API: file backend in the state folder, config in a
 * file there (`--config-file`), so that nothing is written into the program's folder.
 */
import fs from "node:fs";
import path from "node:path";
import type * as automationTypes from "@pulumi/pulumi/automation";
import { cliCommand } from "./cliCommand";
import { CliRun } from "./cliRun";
import { configFileOf, fullKey, writeConfig } from "./configFile";
import { entriesOf, environment, passphraseOf, projectOf } from "./localStack";
import { dynamicPackage } from "./providerProcess";
import type { OperationName, RunOptions, Stack, StackOptions } from "./stackInterface";
import type { DeploymentJson } from "./stateFile";

export async function openCliStack(options: StackOptions, label: string): Promise<Stack> {
    // Loaded late: the local engine needs none of it, and it takes a while.
    const automation = require("@pulumi/pulumi/automation") as typeof automationTypes;
    const programDir = path.resolve(options.programDir);
    const stateDir = path.resolve(options.stateDir);
    const project = projectOf({ ...options, programDir });
    const passphrase = passphraseOf(options);
    // Stacks are made and looked after from a folder that holds nothing but the project file and their config.
    const home = path.join(stateDir, project);
    const backend = path.join(stateDir, "backend");
    for (const folder of [home, backend]) {
        fs.mkdirSync(folder, { recursive: true });
    }
    fs.writeFileSync(path.join(home, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    const envVars = cliEnvironment(options, programDir, backend, passphrase);
    const configFile = configFileOf(home, options.stack);
    const { command, run: runCommand } = await cliCommand(automation);
    const workspace = await automation.LocalWorkspace.create({ workDir: home, envVars, pulumiCommand: command });
    await runCommand(["stack", "select", "--create", options.stack], home, envVars);
    const entries = entriesOf(options, project);
    if (entries.length > 0) {
        await writeConfig(configFile, passphrase, entries);
    }

    const start = (operation: OperationName, of: RunOptions = {}) =>
        new CliRun({ automation, operation, programDir, stack: options.stack, envVars, configFile, ...of });
    const run = (operation: OperationName) => (of?: RunOptions) => start(operation, of).done;
    return {
        engine: label,
        preview: run("preview"),
        up: run("up"),
        refresh: run("refresh"),
        destroy: run("destroy"),
        start,
        // Not the Automation API's own export: that one shows secrets.
        exportState: async () => {
            const { stdout } = await runCommand(["stack", "export", "--stack", options.stack], home, envVars);
            return JSON.parse(stdout) as DeploymentJson;
        },
        importState: (deployment) => workspace.importStack(options.stack, deployment as never),
        setConfig: (key, value, secret = false) =>
            writeConfig(configFile, passphrase, [{ key: fullKey(project, key), value, secret }]),
        cancel: async () => {
            await runCommand(["cancel", "--stack", options.stack, "--yes"], home, envVars);
        },
    };
}

/** The environment in which `pulumi` serves these options from a backend in a folder. */
export function cliEnvironment(
    options: StackOptions,
    programDir: string,
    backend: string,
    passphrase: string,
): Record<string, string> {
    const env = environment(options);
    const own: Record<string, string> = {
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: passphrase,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    };
    const wrapper = `pulumi-resource-${dynamicPackage}`;
    const folders = (env.PATH ?? "").split(path.delimiter);
    // A CLI that was built from source comes without the wrapper for dynamic resources; the SDK has it too.
    if (!folders.some((folder) => fs.existsSync(path.join(folder, wrapper)))) {
        folders.push(path.dirname(require.resolve("@pulumi/pulumi/package.json", { paths: [programDir] })));
    }
    const defined = Object.fromEntries(
        Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return { ...defined, ...own, PATH: folders.join(path.delimiter) };
}
