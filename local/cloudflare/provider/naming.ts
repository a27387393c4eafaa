/** Between the API's snake_case and Pulumi's camelCase. */

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
    typeof value === "object" && value !== null && !Array.isArray(value);

export const toCamel = (name: string): string =>
    name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** An API object with Pulumi's names, at every depth. Nulls are left out, as in the provider's outputs. */
export function camel(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(camel);
    }
    if (!isObject(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, member]) => member !== null && member !== undefined)
            .map(([key, member]) => [toCamel(key), camel(member)]),
    );
}
