/**
 * The stack's config together with what Pulumi.yaml declares, by the rules of the CLI:
 * https://github.com/pulumi/pulumi/blob/master/pkg/workspace/config.go
 */
import { fullKey } from "./configFile";
import type { Config } from "./defaultProviders";
import type { DeclaredKey, Project } from "./project";

/** The config that the program sees, defaults filled in. A key that is missing or of another type is an error. */
export function withDeclared(
    config: Config,
    { name, config: declared }: Pick<Project, "name" | "config">,
    stack: string,
): Config {
    const values = { ...config.values };
    const missing: string[] = [];
    for (const [key, { default: preset, value }] of sorted(declared)) {
        const full = fullKey(name, key);
        if (!full.startsWith(`${name}:`)) {
            checkForeign(key, declared[key] ?? {});
        }
        const given = preset ?? value;
        if (full in values) {
            continue;
        }
        if (isSet(given)) {
            values[full] = typeof given === "object" ? JSON.stringify(given) : String(given);
        } else {
            missing.push(key);
        }
    }
    if (missing.length > 0) {
        const noun = missing.length === 1 ? "value" : "values";
        throw new Error(`Stack '${stack}' is missing configuration ${noun} ${listed(missing)}`);
    }
    for (const [key, of] of sorted(declared)) {
        const full = fullKey(name, key);
        const problem = of.type && problemOf(of, values[full] ?? "", config.secretKeys.includes(full));
        if (problem) {
            throw new Error(`Stack '${stack}' with configuration key '${key}' ${problem}`);
        }
    }
    return { ...config, values };
}

/** A key of a provider has no schema here, only a value. */
function checkForeign(key: string, { type, default: preset, value }: DeclaredKey): void {
    if (type !== undefined) {
        throw new Error(`Configuration key '${key}' is not namespaced by the project and should not define a type`);
    }
    if (isSet(preset)) {
        throw new Error(
            `Configuration key '${key}' is not namespaced by the project and should not define a default value. ` +
                "Did you mean to use the 'value' attribute instead of 'default'?",
        );
    }
    if (!isSet(value)) {
        throw new Error(`Configuration key '${key}' is namespaced and must provide an attribute 'value'`);
    }
}

const sorted = (declared: Record<string, DeclaredKey>) =>
    Object.entries(declared).sort(([one], [other]) => (one < other ? -1 : 1));

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

function problemOf({ type = "", items, secret }: DeclaredKey, value: string, encrypted: boolean): string | undefined {
    if (secret && !encrypted) {
        return "must be encrypted as it's secret";
    }
    return hasType(type, value) ? undefined : `must be of type '${items ? `array<${items.type}>` : type}'`;
}

/** Config of this engine is text; of a list it is JSON. */
function hasType(type: string, value: string): boolean {
    switch (type) {
        case "string":
            return true;
        case "integer":
            return /^[+-]?\d+$/.test(value);
        case "boolean":
            return value === "true" || value === "false";
        default:
            return /^\s*[[{]/.test(value);
    }
}

/** `'a'`, `'a' and 'b'`, `'a', 'b' and 'c'`. */
function listed(keys: string[]): string {
    const quoted = keys.map((key) => `'${key}'`);
    return [quoted.slice(0, -1).join(", "), quoted.at(-1)].filter(Boolean).join(" and ");
}
