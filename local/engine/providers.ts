/** Connects to the processes of a run's providers, and ends those that the run started. */
import type { ChildProcess } from "node:child_process";
import type { Display } from "./display";
import { PluginProvider } from "./pluginProvider";
import type { Launched } from "./providerProcess";
import { attachedPorts, dynamicPackage, launchDynamic, launchPlugin } from "./providerProcess";
import type { ResourceState } from "./resourceState";
import { packageOf } from "./urn";

export interface ProvidersOptions {
    programDir: string;
    project: string;
    env: NodeJS.ProcessEnv;
    /** Folders of plugins, by package. */
    packages: Record<string, string>;
    display: Display;
    onProvider?: ((pid: number) => void) | undefined;
}

export class Providers {
    engineAddress = "";
    readonly #options: ProvidersOptions;
    readonly #ports: Map<string, number>;
    readonly #children: ChildProcess[] = [];
    #prepared: Launched | undefined;
    readonly #plugins: PluginProvider[] = [];

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
        const attached = this.#ports.get(pkg);
        if (attached !== undefined) {
            const provider = new PluginProvider(`127.0.0.1:${attached}`);
            await provider.attach(this.engineAddress).catch((error: Error) => {
                throw new Error(`could not attach to the provider "${pkg}" on port ${attached}: ${error.message}`);
            });
            return provider;
        }
        const folder = this.#options.packages[pkg];
        if (folder !== undefined) {
            // The CLI shows what a plugin prints only when it ends before its time.
            const printed: string[] = [];
            const onLine = (line: string) => void printed.push(line);
            const { port } = this.#launch((options) => launchPlugin(folder, { ...options, onLine }));
            const ready = await port.catch((error: Error) => {
                throw new Error([error.message, ...printed].join("\n"));
            });
            const plugin = new PluginProvider(`127.0.0.1:${ready}`);
            this.#plugins.push(plugin);
            return plugin;
        }
        if (pkg !== dynamicPackage) {
            throw new Error(
                `no provider for the package "${pkg}": the local engine installs none. Start one and name its port in ` +
                    `PULUMI_DEBUG_PROVIDERS=${pkg}:<port>, name a plugin's folder under packages in Pulumi.yaml, or use the Pulumi CLI`,
            );
        }
        const { port } = this.#prepared ?? this.#launch();
        this.#prepared = undefined;
        return new PluginProvider(`127.0.0.1:${await port}`);
    }

    #launch(start: (options: Parameters<typeof launchDynamic>[0]) => Launched = launchDynamic): Launched {
        const { programDir, project, env, display, onProvider } = this.#options;
        const launched = start({
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

    /** Tells the plugins that the run is ending, as the CLI does when it is interrupted, and at every end. */
    async cancel(): Promise<void> {
        await Promise.allSettled(this.#plugins.map((plugin) => plugin.cancel()));
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
