/**
 * Values as the engine sends them to a provider: a secret is an object with a mark and the value, and so are its kin
 * (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go).
 */

const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export type Bag = Record<string, unknown>;

export function isSecret(value: unknown): value is { readonly value: unknown } {
    return typeof value === "object" && value !== null && (value as Bag)[MARK] === SECRET;
}

/** A value as a secret; one that is a secret already stays what it is. */
export function secret(value: unknown): unknown {
    return isSecret(value) ? value : { [MARK]: SECRET, value };
}

/** Without the marks of secrets, at any depth. */
export function revealed<T>(value: T): T {
    if (isSecret(value)) {
        return revealed(value.value) as T;
    }
    if (Array.isArray(value)) {
        return value.map(revealed) as T;
    }
    return typeof value === "object" && value !== null
        ? (Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)])) as T)
        : value;
}

/** The keys whose values are secrets, or hold one. */
export function secretKeys(bag: Bag): Set<string> {
    return new Set(Object.keys(bag).filter((key) => holdsSecret(bag[key])));
}

function holdsSecret(value: unknown): boolean {
    return isSecret(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));
}

/** A reply: the values under some keys as secrets, and nothing undefined, for which the SDK would never answer. */
export function reply(values: object, secrets: ReadonlySet<string>): Bag {
    const entries = Object.entries(defined(values) as Bag);
    return Object.fromEntries(entries.map(([key, value]) => [key, secrets.has(key) ? secret(value) : value]));
}

function defined(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((inner) => (inner === undefined ? null : defined(inner)));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries.map(([key, inner]) => [key, defined(inner)]));
}
