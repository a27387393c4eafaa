/** What a deployment has decided so far, by URN. */
import type { ResourceState } from "./resourceState";

export class Progress {
    constructor(readonly deletes: Set<string>) {}

    /** Every URN that the program registered. */
    readonly urns = new Set<string>();
    readonly sames = new Set<string>();
    readonly creates = new Set<string>();
    readonly updates = new Set<string>();
    readonly replaces = new Set<string>();
    readonly reads = new Set<string>();
    /** Creates that were left out because of `--target` or `--exclude`. */
    readonly skippedCreates = new Set<string>();
    /** Former URN to new URN. */
    readonly aliased = new Map<string, string>();
    /** New URN to former URN. */
    readonly aliases = new Map<string, string>();
    /** Inputs of the provider resources seen, by URN. */
    readonly providers = new Map<string, ResourceState>();
    /** An error was told that ends the deployment in failure, though it may go on for now. */
    sawError = false;

    hasStep(urn: string): boolean {
        return [this.creates, this.sames, this.updates, this.deletes, this.replaces, this.reads].some((set) =>
            set.has(urn),
        );
    }

    /** Whether the resource, by its new name if it has one, lives on in this deployment. */
    isOperatedOn(urn: string): boolean {
        const name = this.aliased.get(urn) ?? urn;
        return [this.sames, this.updates, this.replaces, this.reads].some((set) => set.has(name));
    }
}
