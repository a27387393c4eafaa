/** Connects to the processes of a run's providers, and ends those that the run started. */
import type { ChildProcess } from "node:child_process";
import type { Display } from "./display";
import { PluginProvider } from "./pluginProvider";
import { attachedPorts, dynamicPackage, launchDynamic } from "./providerProcess";
import type { ResourceState } from "./resourceState";
import { packageOf } from "./urn";

export interface ProvidersOptions {
    programDir: string;
    project: string;
    env: NodeJS.ProcessEnv;
    display: Display;
    onProvider?: ((pid: number) => void) | undefined;
}

export class Providers {
    engineAddress = "";
    readonly #options: ProvidersOptions;
    readonly #ports: Map<string, number>;
    readonly #children: ChildProcess[] = [];
    #prepared: ReturnType<typeof launchDynamic> | undefined;

    constructor(options: ProvidersOptions) {
        this.#options = options;
        this.#ports = attachedPorts(options.env);
    }

    /** Starts the process for dynamic resources along with the program when the state holds any: it will be needed. */
    prepare(states: ResourceState[]): void {
        if (this.#ports.has(dynamicPackage)) {
            return;
        }
        if (states.some(({ type }) => packageOf(type) === dynamicPackage)) {
            this.#prepared = this.#launch();
        }
    }

    /** A connection to a provider of the package. Each has its own channel, and for dynamic resources its own process. */
    async load(pkg: string): Promise<PluginProvider> {
        const port = this.#ports.get(pkg);
        if (port !== undefined) {
            const provider = new PluginProvider(`127.0.0.1:${port}`);
            await provider.attach(this.engineAddress).catch((error: Error) => {
                throw new Error(`could not attach to the provider "${pkg}" on port ${port}: ${error.message}`);
            });
            return provider;
        }
        if (pkg !== dynamicPackage) {
            throw new Error(
                `no provider for the package "${pkg}": the local engine installs none. Start one and name its port in ` +
                    `PULUMI_DEBUG_PROVIDERS=${pkg}:<port>, or use the Pulumi CLI`,
            );
        }
        const { port: ready } = this.#prepared ?? this.#launch();
        this.#prepared = undefined;
        return new PluginProvider(`127.0.0.1:${await ready}`);
    }

    #launch(): ReturnType<typeof launchDynamic> {
        const { programDir, project, env, display, onProvider } = this.#options;
        const launched = launchDynamic({
            programDir,
            env: { ...env, PULUMI_NODEJS_PROJECT: project, PULUMI_PROJECT: project },
            engine: this.engineAddress,
            onLine: (line, stream) => display.diagnostic(stream === "stdout" ? "info" : "info#err", line),
        });
        this.#children.push(launched.child);
        if (launched.child.pid !== undefined) {
            onProvider?.(launched.child.pid);
        }
        return launched;
    }

    /** Ends the processes that this run started; resolves when they are gone and what they printed was read. */
    async close(): Promise<void> {
        await Promise.all(
            this.#children.map((child) => {
                const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
                if (child.exitCode !== null || child.signalCode !== null) {
                    return undefined;
                }
                child.kill("SIGKILL");
                return gone;
            }),
        );
    }
}
