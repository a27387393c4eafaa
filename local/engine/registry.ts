/**
 * Provider resources: the engine itself manages them. A provider that only was checked is kept unconfigured under its
 * URN; create, update and same configure it and give it its reference.
 */
import { randomUUID } from "node:crypto";
import type { PluginProvider } from "./pluginProvider";
import type {
    Applied,
    Checked,
    CheckRequest,
    CreateRequest,
    DeleteRequest,
    Diff,
    DiffRequest,
    ReadResult,
    ResourceProvider,
    UpdateRequest,
} from "./provider";
import type { ResourceState } from "./resourceState";
import { packageOfProvider, providerReference, typeOf } from "./urn";
import type { Bag } from "./values";
import { same, unknownValue } from "./values";

/** Connects to the process of a package. */
export type LoadProvider = (pkg: string) => Promise<PluginProvider>;

const internalKey = "__internal";
const withoutInternal = ({ [internalKey]: _, ...rest }: Bag): Bag => rest;

export class ProviderRegistry implements ResourceProvider {
    readonly #load: LoadProvider;
    readonly #configured = new Map<string, PluginProvider>();
    readonly #unconfigured = new Map<string, PluginProvider>();
    readonly #aliases = new Map<string, string>();
    readonly #all = new Set<PluginProvider>();

    constructor(load: LoadProvider) {
        this.#load = load;
    }

    /** The configured provider behind a reference (`urn::id`). */
    get(reference: string): PluginProvider | undefined {
        return this.#configured.get(reference);
    }

    /** Says that a provider resource has a new URN; references with the old one stay good. */
    alias(urn: string, old: string): void {
        this.#aliases.set(urn, old);
    }

    close(): void {
        for (const provider of this.#all) {
            provider.close();
        }
    }

    async check(request: CheckRequest): Promise<Checked> {
        const provider = await this.#open(request.urn);
        const olds = withoutInternal(request.olds);
        const news = withoutInternal(request.news);
        const reply = await provider.checkConfig({ ...request, olds, news });
        if (reply.failures.length > 0) {
            return reply;
        }
        this.#unconfigured.set(request.urn, provider);
        const version = request.news.version !== undefined ? { version: request.news.version } : {};
        const internal = internalKey in request.news ? { [internalKey]: request.news[internalKey] } : {};
        return { inputs: { ...reply.inputs, ...version, ...internal }, failures: [] };
    }

    async diff(request: DiffRequest): Promise<Diff> {
        const provider =
            this.#unconfigured.get(request.urn) ?? this.#configured.get(providerReference(request.urn, request.id));
        if (!provider) {
            throw new Error(`The provider ${request.urn} was not checked before its diff`);
        }
        const newInputs = withoutInternal(request.newInputs);
        const diff = await provider.diffConfig({
            ...request,
            oldInputs: withoutInternal(request.oldInputs),
            newInputs,
        });
        if (diff.changes !== "unknown") {
            return diff;
        }
        return { ...diff, changes: same(request.oldOutputs, newInputs) ? "none" : "some" };
    }

    async create({ urn, inputs, preview }: CreateRequest): Promise<Applied> {
        const provider = this.#unconfigured.get(urn) ?? (await this.#open(urn));
        const id = preview ? unknownValue : randomUUID();
        this.#configure(provider, urn, id, inputs);
        return { id, outputs: withoutInternal(inputs) };
    }

    async update({ urn, id, newInputs }: UpdateRequest): Promise<Applied> {
        const provider = this.#unconfigured.get(urn) ?? (await this.#open(urn));
        this.#configure(provider, urn, id, newInputs);
        return { id, outputs: withoutInternal(newInputs) };
    }

    /** Configures a provider whose resource did not change, with what the state holds. */
    async keep(state: ResourceState): Promise<void> {
        const id = state.id;
        if (!id || id === unknownValue) {
            throw new Error(`provider '${state.urn}' has an unknown ID`);
        }
        if (this.#configured.has(providerReference(state.urn, id))) {
            return;
        }
        const provider = this.#unconfigured.get(state.urn) ?? (await this.#open(state.urn));
        this.#configure(provider, state.urn, id, state.inputs);
    }

    async delete({ urn, id }: DeleteRequest): Promise<void> {
        this.#configured.delete(providerReference(urn, id));
    }

    async read(): Promise<ReadResult> {
        throw new Error("provider resources may not be read");
    }

    #configure(provider: PluginProvider, urn: string, id: string, inputs: Bag): void {
        this.#unconfigured.delete(urn);
        provider.configure(urn, id, withoutInternal(inputs));
        this.#configured.set(providerReference(urn, id), provider);
        const old = this.#aliases.get(urn);
        if (old !== undefined) {
            this.#configured.set(providerReference(old, id), provider);
        }
    }

    async #open(urn: string): Promise<PluginProvider> {
        const provider = await this.#load(packageOfProvider(typeOf(urn)));
        this.#all.add(provider);
        return provider;
    }
}
