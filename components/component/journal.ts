import * as pulumi from "@pulumi/pulumi";
import type { JournalArgs, Kinds, PurgeArgs } from "../resources/dynamic";

/** A resource's properties and options, as a transform is given them. */
interface Registration {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own type
    readonly props: any;
    readonly opts: pulumi.ResourceOptions;
}

/**
 * The journal, as `after` is given it: what uploads the files depends on it. So what changes is in the state before a byte
 * of it is uploaded, and what removed files have left at the edge is purged after their objects were deleted.
 */
export class Journal extends pulumi.ComponentResource {
    /** The journal's text: epoch, generation, entries. Changes with each deploy that changes something. */
    readonly record: pulumi.Output<string>;
    /** @internal */
    readonly sweep: pulumi.Resource;
    /** @internal Whether the program has asked for {@link transform}. */
    isTransformTaken = false;

    /** @internal CachePurge makes it. @param owner whose child the journal was before there was this component. */
    constructor(
        name: string,
        args: JournalArgs,
        sweep: Omit<PurgeArgs, "journal">,
        owner: pulumi.ComponentResource,
        kinds: Kinds,
    ) {
        super(TYPE, `${name}-record`, {}, { parent: owner });
        const former = (kind: string) => kinds.modules.flatMap((module) => formerUrns(owner, `${module}:${kind}`));
        const aliases = [{ parent: owner }, ...former("Journal")];
        const journal = new kinds.Journal(`${name}-journal`, args, { parent: this, aliases });
        this.sweep = new kinds.Sweep(
            `${name}-sweep`,
            { ...sweep, journal: journal.record },
            // It is replaced whenever files are removed, which a protected one could not be.
            { parent: this, protect: false, aliases: former("Sweep") },
        );
        // Whoever takes it depends on the Sweep too, so that the engine deletes it before the old Sweep.
        this.record = pulumi.all([journal.record, this.sweep.urn]).apply(([record]) => record);
        this.registerOutputs(); // not the record, which is in the state twice already
    }

    /**
     * For uploads that are components, such as a synced folder: `dependsOn` does not reach a component's children. As one of
     * the component's `transforms` it makes each of them depend on the journal.
     *
     * ```ts
     * after: journal => new S3BucketFolder("site", { … }, { dependsOn: journal, transforms: [journal.transform] })
     * ```
     */
    get transform(): (registration: Registration) => Registration {
        this.isTransformTaken = true;
        return ({ props, opts }) => ({ props, opts: { ...opts, dependsOn: alsoOn(this.sweep, opts.dependsOn) } });
    }
}

const TYPE = "cloudflare-cache-purge:index:Journal";

/**
 * What a child was called under the aliases of its owner. The SDK works that out only for children whose name begins with
 * that of their parent, and here the parent is `…-record`.
 */
function formerUrns(owner: pulumi.Resource, type: string): pulumi.Output<string>[] {
    const { __aliases: aliases = [] } = owner as unknown as { __aliases?: pulumi.Input<string>[] };
    const suffix = type.slice(type.lastIndexOf(":") + 1).toLowerCase();
    return aliases.flatMap((alias) => {
        const name = pulumi.output(alias).apply((urn) => urn.slice(urn.lastIndexOf("::") + 2));
        const record = pulumi.createUrn(pulumi.interpolate`${name}-record`, TYPE, alias);
        // Before there was this component, its owner was the parent.
        return [record, alias].map((parent) => pulumi.createUrn(pulumi.interpolate`${name}-${suffix}`, type, parent));
    });
}

function alsoOn(
    sweep: pulumi.Resource,
    others: pulumi.ResourceOptions["dependsOn"],
): NonNullable<pulumi.ResourceOptions["dependsOn"]> {
    if (others === undefined) {
        return [sweep];
    }
    return Array.isArray(others)
        ? [...others, sweep]
        : pulumi
              .output(others as pulumi.Input<pulumi.Resource | pulumi.Resource[]>)
              .apply((known) => [known, sweep].flat());
}
