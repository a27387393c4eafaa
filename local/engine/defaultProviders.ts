/** The provider of a resource that names none: one for each package and version, configured by the stack's config. */
import type { Goal, Registered } from "./goal";
import { dynamicPackage } from "./providerProcess";
import { providerReference, providerType } from "./urn";
import type { Bag } from "./values";
import { secret } from "./values";

/** Stack config by full key (`project:key`). */
export interface Config {
    values: Record<string, string>;
    /** Keys whose values are secret. */
    secretKeys: string[];
}

export class DefaultProviders {
    readonly #references = new Map<string, Promise<string>>();

    constructor(
        readonly config: Config,
        readonly register: (goal: Goal) => Promise<Registered>,
    ) {}

    /** The reference of the default provider; it is registered on its first use. */
    reference(pkg: string, version: string): Promise<string> {
        const name = version === "" ? "default" : `default_${version.replace(/[.+-]/g, "_")}`;
        const key = `${pkg}@${version}`;
        const reference = this.#references.get(key) ?? this.#register(pkg, name, version);
        this.#references.set(key, reference);
        return reference;
    }

    async #register(pkg: string, name: string, version: string): Promise<string> {
        this.#refuseDenied(pkg);
        const { state } = await this.register({
            type: providerType(pkg),
            name,
            custom: true,
            inputs: { ...this.#inputs(pkg), ...(version === "" ? {} : { version }) },
            dependencies: [],
            propertyDependencies: {},
            provider: "",
            ignoreChanges: [],
            replaceOnChanges: [],
            additionalSecretOutputs: [],
            aliases: [],
            customTimeouts: {},
        });
        return providerReference(state.urn, state.id ?? "");
    }

    /** A package sees its own keys without their namespace; the process for dynamic resources sees all keys. */
    #inputs(pkg: string): Bag {
        const all = Object.entries(this.config.values).map(([key, value]): [string, unknown] => [
            key,
            this.config.secretKeys.includes(key) ? secret(value) : value,
        ]);
        if (pkg === dynamicPackage) {
            return Object.fromEntries(all);
        }
        const prefix = `${pkg}:`;
        return Object.fromEntries(
            all.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
        );
    }

    #refuseDenied(pkg: string): void {
        const listed = this.config.values["pulumi:disable-default-providers"];
        const denied = listed ? (JSON.parse(listed) as string[]) : [];
        if (denied.includes("*") || denied.includes(pkg)) {
            throw new Error(
                `Default provider for '${pkg}' disabled. A resource or function must use an explicit provider.`,
            );
        }
    }
}
