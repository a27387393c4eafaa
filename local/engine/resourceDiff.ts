/** Whether a resource changed, and whether the change needs a new one. */
import type { Deployment } from "./deployment";
import type { ChangeKind } from "./difference";
import { differences, replacing, rootKey } from "./difference";
import { ignoreChanges } from "./ignoreChanges";
import type { Progress } from "./progress";
import type { Diff, DiffRequest, ResourceProvider } from "./provider";
import type { ResourceState } from "./resourceState";
import { parseReference } from "./urn";
import type { Bag } from "./values";
import { same, withoutOutputs, withoutSecrets } from "./values";

const changed = (replaceKeys: string[] = []): Diff => ({
    changes: "some",
    replaceKeys,
    changedKeys: [],
    deleteBeforeReplace: false,
});
const unchanged: Diff = { changes: "none", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false };
const bare = (value: unknown): unknown => withoutSecrets(withoutOutputs(value));

/** The provider's diff; where it cannot say, the difference of the inputs. */
export async function providerDiff(provider: ResourceProvider, request: DiffRequest): Promise<Diff> {
    const diff = await provider.diff(request);
    if (diff.changes !== "unknown") {
        return diff;
    }
    const inputs = ignoreChanges(request.newInputs, request.oldInputs, request.ignoreChanges);
    const detailed = differences(bare(request.oldInputs) as Bag, bare(inputs) as Bag);
    const paths = Object.keys(detailed);
    if (paths.length === 0) {
        return { ...diff, changes: "none" };
    }
    return { ...diff, changes: "some", changedKeys: [...new Set(paths.map(rootKey))], detailed };
}

/** The diff of a registered resource, with everything but the provider that can make it a replacement. */
export async function diffResource(
    deployment: Deployment,
    progress: Progress,
    old: ResourceState,
    next: ResourceState,
    provider: ResourceProvider | undefined,
): Promise<Diff> {
    if (isTargetedReplace(deployment, old, next.urn)) {
        return changed(["id"]);
    }
    if (await providerChanged(deployment, progress, old, next)) {
        return changed(["provider"]);
    }
    if (!provider) {
        return same(old.inputs, next.inputs) ? unchanged : changed();
    }
    const diff = await providerDiff(provider, {
        urn: next.urn,
        id: old.id ?? "",
        oldInputs: old.inputs,
        oldOutputs: old.outputs,
        newInputs: next.inputs,
        preview: deployment.options.preview,
        ignoreChanges: next.ignoreChanges ?? [],
    });
    return diff.changes === "some" ? replacingFor(diff, next.replaceOnChanges ?? []) : diff;
}

/** The diff with a replacement for each change below these paths: `key` is the whole of it, `key[*]` what is in it. */
function replacingFor(diff: Diff, paths: readonly string[]): Diff {
    const isNamed = (change: string): boolean => {
        const key = rootKey(change);
        const isWhole = change === key || change === `["${key}"]`;
        return paths.includes(key) || (!isWhole && paths.includes(`${key}[*]`));
    };
    const changes = Object.entries(diff.detailed ?? {}).map(([path, kind]): [string, ChangeKind] => [
        path,
        isNamed(path) ? replacing(kind) : kind,
    ]);
    return {
        ...diff,
        replaceKeys: [...new Set([...diff.replaceKeys, ...diff.changedKeys.filter(isNamed)])],
        ...(diff.detailed ? { detailed: Object.fromEntries(changes) } : {}),
    };
}

/** Named by `--replace`, or tainted. */
export function isTargetedReplace(
    deployment: Deployment,
    old: ResourceState | undefined,
    urn = old?.urn ?? "",
): boolean {
    const { replaces } = deployment.options;
    return (replaces.constrained && replaces.contains(urn)) || old?.taint === true;
}

/** Another provider resource replaces only when the new one's diff of the configurations says so. */
async function providerChanged(deployment: Deployment, progress: Progress, old: ResourceState, next: ResourceState) {
    if ((old.provider ?? "") === (next.provider ?? "")) {
        return false;
    }
    if (!old.provider || !next.provider) {
        return true;
    }
    const before = parseReference(old.provider);
    const after = parseReference(next.provider);
    if (progress.aliased.get(before.urn) === after.urn) {
        return false;
    }
    const plugin = await deployment.provider(next.provider);
    const oldProvider = deployment.olds.get(before.urn);
    const newProvider = progress.providers.get(after.urn);
    if (!oldProvider || !newProvider) {
        return false;
    }
    const diff = await plugin.diffConfig({
        urn: after.urn,
        id: after.id,
        oldInputs: oldProvider.inputs,
        oldOutputs: oldProvider.outputs,
        newInputs: newProvider.inputs,
        preview: true,
        ignoreChanges: [],
    });
    return diff.replaceKeys.length > 0;
}

/** Whether the change needs a new resource. */
export const mustReplace = (diff: Diff): boolean =>
    diff.replaceKeys.length > 0 || Object.values(diff.detailed ?? {}).some((kind) => kind.endsWith("-replace"));
