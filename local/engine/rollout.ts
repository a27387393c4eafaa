/** Carries out a deployment: runs the program and what it registers, then the deletes; or refreshes; or destroys. */
import type { ChildProcess } from "node:child_process";
import type { Config } from "./defaultProviders";
import { DefaultProviders } from "./defaultProviders";
import { deleteSteps, schedule } from "./deletes";
import type { Deployment } from "./deployment";
import type { Display } from "./display";
import { Executor, messageOf } from "./executor";
import { StepGenerator } from "./generator";
import type { Goal, Registered } from "./goal";
import { Monitor } from "./monitor";
import type { ProgramOptions } from "./program";
import { runProgram } from "./program";
import { refreshed } from "./refresh";
import type { ResourceState } from "./resourceState";
import type { Snapshot } from "./snapshot";
import type { OperationName } from "./stackInterface";
import type { Saved } from "./stateFile";
import type { Registration, Step } from "./steps";
import { Reported } from "./steps";
import { isStack } from "./urn";
import type { Bag } from "./values";
import { same } from "./values";

export interface RolloutOptions {
    deployment: Deployment;
    snapshot: Snapshot | undefined;
    config: Config;
    parallel: number;
    saved: Saved;
    program: Pick<ProgramOptions, "rootDir" | "programDir" | "entry" | "runtime" | "virtualenv" | "env"> & {
        display: Display;
    };
}

/** Milliseconds that a program has to end by itself once its deployment is over. */
const programGrace = 10_000;

export class Rollout {
    readonly monitor: Monitor;
    readonly #options: RolloutOptions;
    readonly #generator: StepGenerator;
    readonly #executor: Executor;
    #stackOutputs: { urn: string; outputs: Bag } | undefined;
    #settled: Promise<void> | undefined;
    #program: ChildProcess | undefined;
    #address = "";

    constructor(options: RolloutOptions) {
        const { deployment, snapshot, config, parallel } = options;
        this.#options = options;
        this.#generator = new StepGenerator(deployment);
        this.#executor = new Executor(deployment, snapshot, parallel, () => this.#stop());
        const register = (goal: Goal) => this.#register(goal);
        this.monitor = new Monitor({
            deployment,
            defaults: new DefaultProviders(config, register),
            register,
            read: (state) => this.#carryOut((registration) => this.#generator.read(state, registration), state.urn),
            outputs: (urn, outputs) => this.#outputs(urn, outputs),
            facts: () => ({ ...deployment.options, parallel, config, address: this.#address }),
            fail: (error) => {
                deployment.report.diagnostic("error", messageOf(error));
                this.#executor.halt(true);
            },
            finished: () => this.#finish(),
        });
    }

    /** Whether all went well. What went wrong has been told. */
    async run(kind: OperationName, address: string): Promise<boolean> {
        const { deployment, snapshot, saved, parallel } = this.#options;
        this.#address = address;
        if (kind === "refresh") {
            this.#checkTargets([...deployment.options.targets.literals, ...deployment.options.excludes.literals]);
            const result = await refreshed(deployment, snapshot, parallel);
            return result;
        }
        if (saved.operations.length > 0 && kind !== "preview") {
            warnPending(deployment, saved);
        }
        this.#checkTargets([...deployment.options.replaces.literals]);
        if (kind === "destroy") {
            await this.#finish();
        } else {
            await this.#runProgram(address);
        }
        await this.#executor.idle();
        return !this.#executor.failed && !this.#generator.progress.sawError;
    }

    async #runProgram(address: string): Promise<void> {
        const { program, config, parallel, deployment } = this.#options;
        const { project, stack, preview } = deployment.options;
        const { process: child, ended } = runProgram({
            ...program,
            project,
            stack,
            preview,
            parallel,
            config,
            address,
            onLine: (line, stream) => program.display.diagnostic(stream === "stdout" ? "info" : "info#err", line),
        });
        this.#program = child;
        const end = await ended;
        if (this.#executor.halted) {
            return;
        }
        if (end === "well") {
            return this.#finish();
        }
        if (end !== "told") {
            deployment.report.diagnostic("error", end);
        }
        this.#executor.halt(true);
        await this.#executor.idle();
        this.#finalizeStack(true);
    }

    #register(goal: Goal): Promise<Registered> {
        return this.#carryOut((registration) => this.#generator.register(goal, registration));
    }

    /** Decides on steps and runs them; resolves with the registration's result, never when the deployment ends first. */
    #carryOut(decide: (registration: Registration) => Promise<Step[]>, urn?: string): Promise<Registered> {
        return new Promise((resolve, reject) => {
            if (this.#executor.halted) {
                return;
            }
            decide({ done: resolve }).then(
                (steps) => this.#executor.run(steps),
                (error: Error) => {
                    // The deployment ended meanwhile, and with it the processes that were asked: what broke off is no news.
                    if (this.#executor.halted) {
                        return;
                    }
                    if (!(error instanceof Reported)) {
                        this.#options.deployment.report.diagnostic("error", messageOf(error), urn);
                    }
                    this.#executor.halt(true);
                    reject(error);
                },
            );
        });
    }

    async #outputs(urn: string, outputs: Bag): Promise<void> {
        if (isStack(urn)) {
            this.#stackOutputs = { urn, outputs };
            return;
        }
        this.#setOutputs(urn, outputs);
    }

    #setOutputs(urn: string, outputs: Bag): void {
        const step = this.#executor.pending.get(urn);
        if (!step?.new) {
            throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
        }
        this.#executor.pending.delete(urn);
        if (step.skippedCreate) {
            return;
        }
        const changed = !same(step.new.outputs, outputs);
        step.new.outputs = outputs;
        this.#options.deployment.report.outputs(step);
        if (changed) {
            this.#options.snapshot?.touched();
        }
    }

    /** The program registered all that it wants: delete what is left. Happens once, however often it is asked for. */
    #finish(): Promise<void> {
        this.#settled ??= this.#settle();
        return this.#settled;
    }

    async #settle(): Promise<void> {
        const { deployment } = this.#options;
        await this.#executor.idle();
        let failed = this.#executor.failed;
        if (!failed) {
            const unknownTarget = this.#unknownTargets([...deployment.options.targets.literals]);
            try {
                await this.#deletes();
            } catch (error) {
                failed = true;
                if (!(error instanceof Reported)) {
                    deployment.report.diagnostic("error", messageOf(error as Error));
                }
                this.#generator.progress.sawError = true;
            }
            if (unknownTarget) {
                this.#generator.progress.sawError = true;
            }
        }
        this.#finalizeStack(failed || this.#executor.failed || this.#generator.progress.sawError);
    }

    async #deletes(): Promise<void> {
        const { deployment } = this.#options;
        const { sames, deletes } = await deleteSteps(deployment, this.#generator.progress);
        if (sames.length > 0) {
            await this.#executor.run(sames);
        }
        for (const group of schedule(deployment, deletes)) {
            await Promise.all(group.map((step) => this.#executor.run([step])));
        }
    }

    /** After a failure old stack outputs stay: that one is missing does not mean that the program dropped it. */
    #finalizeStack(failed: boolean): void {
        if (!this.#stackOutputs) {
            return;
        }
        const { urn, outputs } = this.#stackOutputs;
        this.#stackOutputs = undefined;
        const old = this.#options.deployment.olds.get(urn)?.outputs ?? {};
        if (this.#executor.pending.has(urn)) {
            this.#setOutputs(urn, failed ? { ...old, ...outputs } : outputs);
        }
    }

    #checkTargets(urns: string[]): void {
        if (this.#unknownTargets(urns)) {
            throw new Reported("one or more targets could not be found in the stack");
        }
    }

    #unknownTargets(urns: string[]): boolean {
        const { deployment } = this.#options;
        const known = (urn: string) =>
            deployment.prev.some((state) => state.urn === urn) || this.#generator.progress.urns.has(urn);
        const unknown = urns.filter((urn) => !known(urn));
        for (const urn of unknown) {
            deployment.report.diagnostic("error", `Target '${urn}' could not be found in the stack.`);
        }
        return unknown.length > 0;
    }

    /** Ends the run early, as Ctrl-C does: steps under way are let finish, no other is begun. */
    cancel(): void {
        if (this.#executor.halted) {
            return;
        }
        this.#options.deployment.report.diagnostic("error", "canceled: waiting for the steps under way");
        this.#executor.halt(true);
    }

    /** A deployment that is over ends its program too: by refusing it first, by force when that does not help. */
    #stop(): void {
        this.monitor.close();
        setTimeout(() => this.#program?.kill("SIGKILL"), programGrace).unref();
    }
}

function warnPending(deployment: Deployment, { operations }: Saved): void {
    const list = operations.map(
        ({ type, resource }: { type: string; resource: ResourceState }) =>
            `  * ${resource.urn}, interrupted while ${type}\n`,
    );
    deployment.report.diagnostic(
        "warning",
        `Attempting to deploy or update resources with ${operations.length} pending operations from previous deployment.\n` +
            `${list.join("")}These resources are in an unknown state because the engine was interrupted while waiting for ` +
            "changes to these resources to complete. Confirm whether the operations listed completed by checking the " +
            "state of the provider. `pulumi refresh` clears pending operations, except pending creates.",
    );
}
