/** One run of the local engine: preview, up, refresh or destroy of a stack, from lock to result. */
import * as grpc from "@grpc/grpc-js";
import { withDeclared } from "./declaredConfig";
import type { Config } from "./defaultProviders";
import { Deployment } from "./deployment";
import type { Listener } from "./display";
import { Display } from "./display";
import { engineService } from "./engineService";
import { readProject } from "./project";
import { engineRpc, monitorRpc } from "./proto";
import { Providers } from "./providers";
import { ProviderRegistry } from "./registry";
import type { Result } from "./result";
import { Rollout } from "./rollout";
import { Snapshot } from "./snapshot";
import type { OperationName } from "./stackInterface";
import { load, lock, save } from "./stateFile";
import { Reported } from "./steps";
import { UrnTargets } from "./targets";
import { serve } from "./unary";
import { isStack } from "./urn";
import type { Bag } from "./values";

export interface OperationOptions {
    kind: OperationName;
    programDir: string;
    project: string;
    stack: string;
    stateFile: string;
    passphrase: string;
    config: Config;
    /** The environment of the program and of providers. */
    env: NodeJS.ProcessEnv;
    targets?: string[];
    excludes?: string[];
    replaces?: string[];
    listener: Listener;
    /** Ends the run early: steps under way are let finish. */
    signal?: AbortSignal;
    /** Called with the id of each process that the engine starts for providers. */
    onProvider?(pid: number): void;
}

/** As many resources are worked on at once. */
const parallel = 16;

/** Runs an operation. What goes wrong, a locked stack included, is told in the result. */
export async function operate(options: OperationOptions): Promise<Result> {
    const preview = options.kind === "preview";
    const display = new Display(preview, options.listener);
    const verb = { preview: "Previewing update", up: "Updating", refresh: "Refreshing", destroy: "Destroying" }[
        options.kind
    ];
    display.line(`${verb} (${options.stack}), served by the local engine`);
    let held: { release(): void } | undefined;
    let outcome = { succeeded: false, outputs: {}, before: {} };
    try {
        if (!preview) {
            held = lock(options.stateFile);
        }
        outcome = await run(options, display);
    } catch (error) {
        display.diagnostic("error", (error as Error).message);
    } finally {
        held?.release();
    }
    if (!outcome.succeeded) {
        display.diagnostic("error", `${options.kind === "up" ? "update" : options.kind} failed`);
    }
    return display.finish(outcome.succeeded, outcome.outputs, outcome.before);
}

async function run(
    options: OperationOptions,
    display: Display,
): Promise<{ succeeded: boolean; outputs: Bag; before: Bag }> {
    const { project, stack, programDir, env, kind } = options;
    const preview = kind === "preview";
    const declared = readProject(programDir);
    const { folder, entry, packages, runtime, virtualenv } = declared;
    const config = withDeclared(options.config, declared, stack);
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(engineRpc.EngineService, engineService(display));
    const saved = await load(options.stateFile, options.passphrase);
    const before = outputsOf(saved.resources);
    const snapshot = preview ? undefined : new Snapshot(saved, (next) => save(options.stateFile, next));
    const targets = {
        targets: new UrnTargets(options.targets),
        excludes: new UrnTargets(options.excludes),
        replaces: new UrnTargets(options.replaces),
    };
    const providers = new Providers({
        programDir: folder,
        project,
        env,
        packages,
        display,
        onProvider: options.onProvider,
    });
    const registry = new ProviderRegistry((pkg) => providers.load(pkg));
    const deployment = new Deployment({ project, stack, preview, ...targets }, registry, display, saved.resources);
    const rollout = new Rollout({
        deployment,
        snapshot,
        config,
        parallel,
        saved,
        program: {
            rootDir: programDir,
            programDir: folder,
            entry,
            runtime,
            ...(virtualenv === undefined ? {} : { virtualenv }),
            env,
            display,
        },
    });
    server.addService(monitorRpc.ResourceMonitorService, rollout.monitor.service());
    options.signal?.addEventListener("abort", () => {
        rollout.cancel();
        void providers.cancel();
    });
    let succeeded = false;
    try {
        const { address } = await serve(server);
        providers.engineAddress = address;
        if (kind !== "destroy") {
            providers.prepare(saved.resources);
        }
        succeeded = await rollout.run(kind, address);
    } catch (error) {
        if (!(error instanceof Reported)) {
            display.diagnostic("error", (error as Error).message);
        }
    } finally {
        snapshot?.close();
        rollout.monitor.close();
        await providers.cancel();
        registry.close();
        await providers.close();
        server.forceShutdown();
    }
    return { succeeded, before, outputs: snapshot ? outputsOf(snapshot.current().resources) : {} };
}

const outputsOf = (resources: { urn: string; outputs: Bag }[]): Bag =>
    resources.find(({ urn }) => isStack(urn))?.outputs ?? {};
