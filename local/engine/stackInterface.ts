/**
 * One interface to a stack, whichever engine serves it: the local one of this folder, or the Pulumi CLI found on PATH,
 * driven through the SDK's Automation API.
 */
import type { Result, StepResult } from "./result";
import type { DeploymentJson } from "./stateFile";

export type EngineKind = "local" | "pulumi";

export interface StackOptions {
    /** The program: a folder with Pulumi.yaml (runtime nodejs or python) and the program. */
    programDir: string;
    /** Name of the project; when given it has to be the one in Pulumi.yaml. */
    project?: string;
    stack: string;
    /** Where the engine keeps the stack's state and config. Made when missing. */
    stateDir: string;
    /** Stack config; a key without a namespace (`zone`) is the project's. */
    config?: Record<string, string>;
    /** The same for secret values. */
    secretConfig?: Record<string, string>;
    /** Added to the environment of engine, program and providers. */
    env?: Record<string, string>;
    /** Ports of provider processes that run already, by package (`PULUMI_DEBUG_PROVIDERS`). */
    providers?: Record<string, number>;
    /** Default: the CLI when there is one on PATH, else local. */
    engine?: EngineKind;
    /** Default: `PULUMI_CONFIG_PASSPHRASE`, else empty. */
    passphrase?: string;
}

export interface RunOptions {
    /** Only these URNs. */
    targets?: string[];
    /** All but these URNs. */
    excludes?: string[];
    /** Replace these URNs. */
    replaces?: string[];
    /** A word about the update, for the CLI's history; the local engine keeps none. */
    message?: string;
    /** Each line that a person would read, as it comes. */
    onLine?: (line: string) => void;
}

/** A run under way in a process of its own. */
export interface Run {
    /** Resolves when the process is gone; killed or failed, the result says so. */
    readonly done: Promise<Result>;
    /** The engine's process. */
    readonly pid: number;
    /** Sends a signal to the engine's process only, as a person would; its children are not touched. */
    kill(signal: NodeJS.Signals): void;
    on(event: "line", listener: (line: string) => void): void;
    /** A step ended. */
    on(event: "step", listener: (step: StepResult) => void): void;
    /** The processes that serve dynamic resources in this run, as far as they are started. */
    providerPids(): number[];
}

export type OperationName = "preview" | "up" | "refresh" | "destroy";

export interface Stack {
    /** Which engine serves it, as {@link findEngine} labels it. */
    readonly engine: string;
    preview(options?: RunOptions): Promise<Result>;
    up(options?: RunOptions): Promise<Result>;
    refresh(options?: RunOptions): Promise<Result>;
    destroy(options?: RunOptions): Promise<Result>;
    /** Starts a run in a process of its own, so that it can be killed. */
    start(operation: OperationName, options?: RunOptions): Run;
    exportState(): Promise<DeploymentJson>;
    importState(deployment: DeploymentJson): Promise<void>;
    setConfig(key: string, value: string, secret?: boolean): Promise<void>;
    /** Removes the lock that a killed run left. */
    cancel(): Promise<void>;
    /** The state file, where the engine keeps one that can be read as it is. */
    readonly stateFile?: string;
}
