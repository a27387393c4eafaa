/** URNs: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */

const stackType = "pulumi:pulumi:Stack";
const providerPrefix = "pulumi:providers:";

/** The part before the name: parent types and own type, joined by `$`. */
export const qualifiedType = (urn: string): string => urn.split("::")[2] ?? "";
/** The resource's own type. */
export const typeOf = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
/** The resource's name; it may itself hold `::`. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
export const isStack = (urn: string): boolean => qualifiedType(urn) === stackType;
export const isProviderType = (type: string): boolean => type.startsWith(providerPrefix);
/** The type of the provider resources of a package. */
export const providerType = (pkg: string): string => providerPrefix + pkg;
/** The package of a provider type. */
export const packageOfProvider = (type: string): string => type.slice(providerPrefix.length);
/** The package that a resource type or a function token belongs to. */
export const packageOf = (token: string): string => token.split(":")[0] ?? "";

/** A URN from its parts. The stack itself is no part of its children's types. */
export function makeUrn(of: { stack: string; project: string; parent?: string; type: string; name: string }): string {
    const parent = of.parent && !isStack(of.parent) ? qualifiedType(of.parent) : "";
    return `urn:pulumi:${of.stack}::${of.project}::${parent ? `${parent}$` : ""}${of.type}::${of.name}`;
}

/** A reference to a provider resource: its URN and its id. */
export const providerReference = (urn: string, id: string): string => `${urn}::${id}`;

/** The URN and the id in a provider reference. */
export function parseReference(reference: string): { urn: string; id: string } {
    const at = reference.lastIndexOf("::");
    if (at < 0) {
        throw new Error(`Not a reference to a provider: ${reference}`);
    }
    return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
