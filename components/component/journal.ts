import * as pulumi from "@pulumi/pulumi";
import { grouped } from "../errors/text";
import type { JournalArgs, Kinds, PurgeArgs } from "../resources/dynamic";
import { refusal } from "./programError";

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

/** What puts the files in place: resources, or outputs of resources. */
export type Upload = pulumi.Input<pulumi.Resource> | pulumi.Input<pulumi.Input<pulumi.Resource>[]>;

/** What `after` names, for the purge to wait for. */
interface Uploads {
    readonly resources: pulumi.Output<pulumi.Resource[]>;
    /** Whether removed files are deleted before the old Sweep is, since all of their objects depend on it. */
    readonly isSwept: pulumi.Input<boolean>;
}

/**
 * Where `after` is a function, the resources that it returns have to depend on the journal, or they may upload before the
 * record of what changes is in the state: those that do not are warned about.
 */
export function uploads(
    after: ((journal: Journal) => Upload) | Upload | undefined,
    journal: Journal,
    self: pulumi.Resource,
): Uploads {
    if (typeof after !== "function") {
        const given = pulumi.output((after ?? []) as pulumi.Input<pulumi.Resource | pulumi.Resource[]>);
        return { resources: given.apply((one) => [one].flat()), isSwept: false };
    }
    const created = new Created(self);
    const resources = after(journal) as Upload | null | undefined;
    if (resources === undefined || resources === null) {
        throw refusal(
            "after returned nothing: return the resource (or a list of them) that puts the files in place",
            self,
        );
    }
    // By the time that the journal is registered, components have made their children.
    const checked = pulumi.all([resources as pulumi.Input<unknown>, journal.sweep.urn]).apply(async ([found]) => {
        const returned = [found].flat().filter((one) => pulumi.Resource.isInstance(one));
        const independent = await created.independent(returned, journal);
        if (independent.length > 0) {
            await pulumi.log.warn(warning(independent), self);
        }
        return { returned, isSwept: await created.areSwept(returned, journal) };
    });
    return { resources: checked.returned, isSwept: checked.isSwept };
}

type Registered = pulumi.ResourceTransformationArgs;

/** What the SDK keeps in a resource. */
interface Inside extends pulumi.Resource {
    readonly __parentResource?: pulumi.Resource;
    readonly __transformations?: pulumi.ResourceTransformation[];
}

/** Resources that are named in a warning. */
const NAMED = 3;

function warning(independent: readonly Registered[]): string {
    const names = independent.slice(0, NAMED).map(({ name, type }) => `${name} (${type})`);
    const more = independent.length > NAMED ? ` and ${grouped(independent.length - NAMED)} more` : "";
    return (
        `after: nothing makes ${names.join(", ")}${more} wait for the journal, so an upload may begin before what changes is ` +
        "recorded; a kill in the middle of it that is followed by a revert then loses the purge. " +
        "Give each resource that uploads { dependsOn: journal }; for the children of a component, " +
        "{ transforms: [journal.transform] } among its options does that"
    );
}

/** The resources that the program creates from now on, the children of remote components apart. */
class Created {
    private readonly byResource = new Map<pulumi.Resource, Registered>();
    private readonly children = new Map<pulumi.Resource, Registered[]>();

    constructor(self: pulumi.Resource) {
        const stack = pulumi.runtime.getStackResource();
        if (stack === undefined) {
            return; // a test with mocks and no stack
        }
        const see = (registration: Registered): undefined => {
            const { parent } = registration.opts;
            this.byResource.set(registration.resource, registration);
            if (parent !== undefined) {
                const siblings = this.children.get(parent) ?? [];
                siblings.push(registration);
                this.children.set(parent, siblings);
            }
        };
        pulumi.runtime.registerStackTransformation(see);
        // A component around all of it has taken the stack's transformations before, and hands its own on to its children.
        for (let { __parentResource: around } = self as Inside; around !== undefined && around !== stack; ) {
            (around as Inside).__transformations?.push(see);
            around = (around as Inside).__parentResource;
        }
    }

    /** Whether each object that some resources consist of depends on the Sweep itself, as far as that can be told. */
    async areSwept(resources: readonly pulumi.Resource[], journal: Journal): Promise<boolean> {
        const all = resources.map(async (resource) => {
            if (pulumi.ComponentResource.isInstance(resource) && journal.isTransformTaken) {
                return true;
            }
            const objects = this.objectsIn(resource);
            if (objects.length === 0) {
                return false; // a remote component, or older than the journal
            }
            const needed = await Promise.all(objects.map(({ props, opts }) => resourcesIn([opts.dependsOn, props])));
            return needed.every((found) => found.has(journal) || found.has(journal.sweep));
        });
        return (await Promise.all(all)).every(Boolean);
    }

    private objectsIn(resource: pulumi.Resource): Registered[] {
        const own = this.byResource.get(resource);
        return [...(own === undefined ? [] : [own]), ...this.below(resource)].filter((one) =>
            pulumi.CustomResource.isInstance(one.resource),
        );
    }

    /** Those of some resources that do not wait for the journal, where that can be told. */
    async independent(resources: readonly pulumi.Resource[], journal: Journal): Promise<Registered[]> {
        const known = resources
            .filter((resource) => pulumi.CustomResource.isInstance(resource) || !journal.isTransformTaken)
            .flatMap((resource) => this.byResource.get(resource) ?? []);
        const waits = await Promise.all(known.map((registration) => this.anyWaits(registration, journal)));
        return known.filter((_, i) => waits[i] === false);
    }

    /** A custom resource waits by itself; a component when any resource in it does. */
    private async anyWaits(registration: Registered, journal: Journal): Promise<boolean> {
        const inside = this.below(registration.resource).filter(({ resource }) =>
            pulumi.CustomResource.isInstance(resource),
        );
        const candidates = inside.length === 0 ? [registration] : inside;
        return (await Promise.all(candidates.map((one) => this.waits(one, journal)))).includes(true);
    }

    private below(parent: pulumi.Resource): Registered[] {
        return (this.children.get(parent) ?? []).flatMap((child) => [child, ...this.below(child.resource)]);
    }

    /** Whether a resource waits for the journal: by `dependsOn`, by an output among its inputs, or through another one. */
    private async waits({ props, opts }: Registered, journal: Journal): Promise<boolean> {
        const needed = await resourcesIn([opts.dependsOn, props]);
        if (needed.has(journal) || needed.has(journal.sweep)) {
            return true;
        }
        const known = [...needed].flatMap((resource) => this.byResource.get(resource) ?? []);
        return (await Promise.all(known.map((one) => this.waits(one, journal)))).includes(true);
    }
}

/** The resources in a value, and those that the outputs in it come from. */
async function resourcesIn(value: unknown, found = new Set<pulumi.Resource>(), seen = new Set<unknown>()) {
    if (typeof value !== "object" || value === null || seen.has(value)) {
        return found;
    }
    seen.add(value);
    if (pulumi.Resource.isInstance(value)) {
        found.add(value);
    } else if (pulumi.Output.isInstance(value)) {
        for (const resource of await pulumi.getAllResources(value)) {
            found.add(resource);
        }
        // Not apply, which never runs where a preview does not know the value.
        await resourcesIn(await (value as unknown as { promise(): Promise<unknown> }).promise(), found, seen);
    } else if (value instanceof Promise) {
        await resourcesIn(await value, found, seen);
    } else {
        await Promise.all(Object.values(value).map((inner) => resourcesIn(inner, found, seen)));
    }
    return found;
}
