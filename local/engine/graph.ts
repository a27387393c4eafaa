/**
 * Who depends on whom in a list of states. The list is in dependency order, and several states may share a URN: a name
 * means the last state of that URN before the one that names it.
 */
import type { ResourceState } from "./resourceState";
import { dependenciesOf } from "./resourceState";
import { parseReference } from "./urn";

export class DependencyGraph {
    readonly #states: ResourceState[];
    readonly #position = new Map<ResourceState, number>();

    constructor(states: ResourceState[]) {
        this.#states = states;
        states.forEach((state, at) => {
            this.#position.set(state, at);
        });
    }

    /**
     * The states that a state directly needs: its parent, its provider, its dependencies of all kinds; and, since a
     * dependency on a component means what the component made, the children of such a component.
     */
    dependenciesOf(state: ResourceState): Set<ResourceState> {
        const needed = new Set(dependenciesOf(state).map(({ urn }) => urn));
        if (state.provider) {
            needed.add(parseReference(state.provider).urn);
        }
        const before = this.#states.slice(0, this.#position.get(state) ?? this.#states.length);
        const found = new Set(before.filter(({ urn }) => needed.has(urn)));
        for (const component of [...found].filter(({ custom, urn }) => !custom && urn !== state.parent)) {
            for (const child of this.#childrenOf(component, before)) {
                found.add(child);
            }
        }
        return found;
    }

    #childrenOf(root: ResourceState, among: ResourceState[]): ResourceState[] {
        const parents = new Set([root.urn]);
        return among.filter(({ urn, parent }) => {
            const child = parent !== undefined && parents.has(parent);
            if (child) {
                parents.add(urn);
            }
            return child;
        });
    }

    /** The states that depend on a state or are its children, in dependency order, theirs included. */
    dependentsOf(root: ResourceState): ResourceState[] {
        const reached = new Set([root.urn]);
        const found: ResourceState[] = [];
        const start = this.#position.get(root);
        if (start === undefined) {
            return found;
        }
        for (const state of this.#states.slice(start + 1)) {
            if (dependsOnAny(state, reached)) {
                reached.add(state.urn);
                found.push(state);
            }
        }
        return found;
    }
}

function dependsOnAny(state: ResourceState, urns: Set<string>): boolean {
    if (state.provider && urns.has(parseReference(state.provider).urn)) {
        return true;
    }
    return dependenciesOf(state).some(({ urn }) => urns.has(urn));
}
