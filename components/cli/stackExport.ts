import { UsageError } from "../errors/usageError";

interface Resource {
    readonly type?: unknown;
    readonly urn?: unknown;
    readonly outputs?: { readonly manifest?: unknown };
}

/** The dynamic resource that keeps the manifest (components/resources/dynamic.ts). */
const JOURNAL = /:Journal$/;

/**
 * The manifest's text in what `pulumi stack export` printed: of the one Journal in it.
 *
 * @throws ProblemError when there is none, or more than one.
 */
export function manifestInExport(text: string, name: string): string {
    let resources: readonly Resource[];
    try {
        const { deployment } = JSON.parse(text) as { deployment?: { resources?: readonly Resource[] } };
        resources = deployment?.resources ?? [];
    } catch {
        throw new UsageError(`${name} is neither a manifest nor JSON.`, "Name what `cache-purge manifest` wrote.");
    }
    const journals = resources.filter(({ type }) => typeof type === "string" && JOURNAL.test(type));
    const texts = journals.flatMap(({ outputs }) => (typeof outputs?.manifest === "string" ? [outputs.manifest] : []));
    if (texts.length === 1) {
        return texts[0] as string;
    }
    throw new UsageError(
        texts.length === 0
            ? `${name} is JSON, but no stack export with a CachePurge in it.`
            : `${name} holds ${texts.length} CachePurge components: ${journals.map(({ urn }) => String(urn)).join(", ")}.`,
        texts.length === 0
            ? "Name what `cache-purge manifest` or `pulumi stack export` wrote."
            : "Take the `manifest` of one of them out of it, and give that file.",
    );
}
