/**
 * Property values as the engine holds them: plain JSON, with the wire's own signature objects for what JSON lacks
 * (secrets, resource references, output values, assets) and the wire's sentinel string for an unknown.
 * Signatures: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
 */

/** Property values by name: the inputs or outputs of a resource. */
export type Bag = Record<string, unknown>;

export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
export const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const assetSignatures = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** What stands for a value that a preview cannot know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The sentinels for unknowns of the other types; they arrive from SDKs other than Node's. */
const unknowns = new Set([
    unknownValue,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

const signed = (value: unknown, signature: string): value is Record<string, unknown> =>
    isObject(value) && value[signatureKey] === signature;

export const isUnknown = (value: unknown): boolean => typeof value === "string" && unknowns.has(value);
export const isSecret = (value: unknown): value is { value: unknown } => signed(value, secretSignature);
export const isResource = (value: unknown): value is { urn: string; id?: unknown } => signed(value, resourceSignature);
const isOutput = (value: unknown): value is { value?: unknown; secret?: boolean; dependencies?: string[] } =>
    signed(value, outputSignature);

/** Marks a value secret; a secret stays as it is. */
export const secret = (value: unknown): unknown =>
    isSecret(value) ? value : { [signatureKey]: secretSignature, value };

/** Whether a value, or any part of it, passes the test. */
export function contains(value: unknown, test: (part: unknown) => boolean): boolean {
    if (test(value)) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.some((item) => contains(item, test));
    }
    return isObject(value) && Object.values(value).some((member) => contains(member, test));
}

export const hasUnknown = (value: unknown): boolean => contains(value, isUnknown);
export const hasSecret = (value: unknown): boolean => contains(value, isSecret);

function map(value: unknown, change: (part: unknown) => unknown): unknown {
    const changed = change(value);
    if (changed !== value) {
        return changed;
    }
    if (Array.isArray(value)) {
        return value.map((item) => map(item, change));
    }
    return isObject(value) ? mapBag(value, (member) => map(member, change)) : value;
}

/** The bag with every member changed. */
export const mapBag = (bag: Bag, change: (value: unknown) => unknown): Bag =>
    Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, change(value)]));

/** The value with its secrets laid open. */
export const withoutSecrets = (value: unknown): unknown =>
    map(value, (part) => (isSecret(part) ? withoutSecrets(part.value) : part));

/** The value with output values turned into unknowns, secrets and plain values. */
export const withoutOutputs = (value: unknown): unknown =>
    map(value, (part) => {
        if (!isOutput(part)) {
            return part;
        }
        const inner = "value" in part ? withoutOutputs(part.value) : unknownValue;
        return part.secret === true ? secret(inner) : inner;
    });

/** An output value that carries the resources it comes from, as transforms expect it. */
export function output(value: unknown, dependencies: string[]): unknown {
    if (isOutput(value) || dependencies.length === 0) {
        return value;
    }
    const inner = isSecret(value) ? value.value : value;
    const known = isUnknown(inner) ? {} : { value: inner };
    return { [signatureKey]: outputSignature, ...known, secret: isSecret(value), dependencies };
}

/** The URNs that the output values inside a value depend on. */
export function outputDependencies(value: unknown): string[] {
    if (isOutput(value)) {
        return [...(value.dependencies ?? []), ...outputDependencies(value.value)];
    }
    if (Array.isArray(value)) {
        return value.flatMap(outputDependencies);
    }
    return isObject(value) ? Object.values(value).flatMap(outputDependencies) : [];
}

/** The name of a kind of value that this engine cannot carry, when there is one inside. */
export const unsupported = (bag: Bag): string | undefined =>
    contains(bag, (part) => isObject(part) && assetSignatures.includes(part[signatureKey] as string))
        ? "an asset or archive"
        : undefined;

/** Structural equality. */
export function same(a: unknown, b: unknown): boolean {
    if (a === b) {
        return true;
    }
    if (Array.isArray(a)) {
        return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
    }
    if (!isObject(a) || !isObject(b)) {
        return false;
    }
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

/** What a provider may be told. */
export interface Accepts {
    secrets: boolean;
    resources: boolean;
    /** Whether unknowns may go along: in previews only. */
    unknowns: boolean;
}

/**
 * A bag as a provider gets it: secrets in plaintext unless it accepts them, resource references as ids unless it
 * accepts them, and no member that is unknown unless this is a preview.
 */
export function forProvider(bag: Bag, accepts: Accepts): Bag {
    const kept = accepts.unknowns ? bag : Object.fromEntries(Object.entries(bag).filter(([, v]) => !isUnknown(v)));
    return map(kept, (part) => {
        if (isSecret(part) && !accepts.secrets) {
            return forProvider({ v: part.value }, accepts).v;
        }
        if (isResource(part) && !accepts.resources) {
            return part.id ?? part.urn;
        }
        return part;
    }) as Bag;
}

/**
 * Marks outputs secret that stand under the same key as a secret input: for providers that were told plaintext and
 * so could not say themselves. Objects are compared member by member, arrays as a whole.
 */
export function markLike(outputs: Bag, inputs: Bag): Bag {
    const marked: Bag = { ...outputs };
    for (const [key, input] of Object.entries(inputs)) {
        if (!(key in marked)) {
            continue;
        }
        const out = marked[key];
        const plainObjects = isObject(out) && isObject(input) && !(signatureKey in out) && !(signatureKey in input);
        if (plainObjects) {
            marked[key] = markLike(out, input);
        } else if (!isSecret(out) && hasSecret(input)) {
            marked[key] = secret(out);
        }
    }
    return marked;
}
