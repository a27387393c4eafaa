/** What every part of a deployment shares: the old states, the providers, the options. */
import { DependencyGraph } from "./graph";
import type { PluginProvider } from "./pluginProvider";
import type { ResourceProvider } from "./provider";
import type { ProviderRegistry } from "./registry";
import type { Report } from "./report";
import type { ResourceState } from "./resourceState";
import { Reported } from "./steps";
import type { UrnTargets } from "./targets";
import { isProviderType, parseReference } from "./urn";

export interface DeploymentOptions {
    project: string;
    stack: string;
    preview: boolean;
    /** Only these, when any is named; providers and the stack itself always take part. */
    targets: UrnTargets;
    excludes: UrnTargets;
    /** Replace these, whatever their diff says. */
    replaces: UrnTargets;
}

export class Deployment {
    /** The states of the last deployment, in dependency order. */
    prev: ResourceState[] = [];
    /** By URN, those apart that only wait for their deletion. */
    olds = new Map<string, ResourceState>();
    graph = new DependencyGraph([]);
    /** States of this deployment. */
    readonly news = new Map<string, ResourceState>();
    /** URNs that are deleted in this deployment. */
    readonly deletes = new Set<string>();

    constructor(
        readonly options: DeploymentOptions,
        readonly registry: ProviderRegistry,
        readonly report: Report,
        prev: ResourceState[],
    ) {
        this.rebase(prev);
    }

    /** Takes other states as the base, after a refresh. */
    rebase(prev: ResourceState[]): void {
        this.prev = prev;
        this.olds = new Map(prev.filter((state) => !state.delete).map((state) => [state.urn, state]));
        this.graph = new DependencyGraph(prev);
    }

    /** Tells an error and returns what to throw to end the deployment without telling it again. */
    fail(message: string, urn?: string): Reported {
        this.report.diagnostic("error", message, urn);
        return new Reported(message);
    }

    /** The manager of a resource; none for components. */
    async managerOf(state: ResourceState): Promise<ResourceProvider | undefined> {
        if (!state.custom) {
            return undefined;
        }
        if (isProviderType(state.type)) {
            return this.registry;
        }
        return this.provider(state.provider ?? "", state.urn);
    }

    /** The configured provider behind a reference; one that is only in the old state is configured from there. */
    async provider(reference: string, urn?: string): Promise<PluginProvider> {
        await this.ensureProvider(reference);
        const provider = this.registry.get(reference);
        if (!provider) {
            throw this.fail(`unknown provider '${reference}'${urn ? ` for resource '${urn}'` : ""}`, urn);
        }
        return provider;
    }

    /** Configures a provider from the old state, unless it is configured already. */
    async ensureProvider(reference: string | undefined): Promise<void> {
        if (!reference || this.registry.get(reference)) {
            return;
        }
        const { urn, id } = parseReference(reference);
        const old = this.prev.find((state) => state.urn === urn && state.id === id);
        if (old) {
            await this.registry.keep(old);
        }
    }
}
