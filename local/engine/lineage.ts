/** What resources hand down to their children: options, providers, transforms. */
import type { Goal } from "./goal";
import type { RegisterRequest, ResourceOptions } from "./registration";
import type { Callback } from "./transforms";
import { packageOf, packageOfProvider, parseReference, typeOf } from "./urn";

interface Ancestor {
    goal: Goal;
    parent: string;
    /** References of providers by package; of components only. */
    providers: Record<string, string>;
    transforms: Callback[];
}

export class Lineage {
    readonly #ancestors = new Map<string, Ancestor>();

    /** Remembers a registered resource. */
    add(urn: string, goal: Goal, request: RegisterRequest, options: ResourceOptions): void {
        const parent = request.getParent();
        const own = Object.fromEntries(options.getProvidersMap().entries());
        const providers = goal.custom ? {} : { ...this.#ancestors.get(parent)?.providers, ...own };
        this.#ancestors.set(urn, { goal, parent, providers, transforms: request.getTransformsList() });
    }

    /** Fills in the options that the request leaves open and its parent sets. */
    inherit(request: RegisterRequest): void {
        const from = this.#ancestors.get(request.getParent())?.goal;
        if (!from) {
            return;
        }
        if (!request.hasProtect() && from.protect !== undefined) {
            request.setProtect(from.protect);
        }
        if (request.getProvider() || !from.provider) {
            return;
        }
        const pkg = packageOfProvider(typeOf(parseReference(from.provider).urn));
        if (!request.getCustom() || pkg === packageOf(request.getType())) {
            request.setProvider(from.provider);
        }
    }

    /** The provider that a component hands down for a package. */
    provider(parent: string, pkg: string): string | undefined {
        return this.#ancestors.get(parent)?.providers[pkg];
    }

    /** The transforms of the resource and of its ancestors, nearest first. */
    transforms(request: RegisterRequest): Callback[] {
        const all = [...request.getTransformsList()];
        let ancestor = this.#ancestors.get(request.getParent());
        while (ancestor) {
            all.push(...ancestor.transforms);
            ancestor = this.#ancestors.get(ancestor.parent);
        }
        return all;
    }
}
