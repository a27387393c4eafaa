/** What differs between two bags, as paths. */
import type { Bag } from "./values";
import { isObject, isSecret, isUnknown, same, signatureKey } from "./values";

export type ChangeKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

/** Changes by property path, as `a.b[0]`. */
export type Changes = Record<string, ChangeKind>;

/** The differences from `before` to `after`; an unknown always differs. */
export function differences(before: Bag, after: Bag): Changes {
    const found: Changes = {};
    compareBags("", before, after, found);
    return found;
}

function compareBags(path: string, before: Bag, after: Bag, found: Changes): void {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        const at = /[.[\]"]/.test(key) ? `${path}["${key}"]` : path ? `${path}.${key}` : key;
        if (!(key in after)) {
            found[at] = "delete";
        } else if (!(key in before)) {
            found[at] = "add";
        } else {
            compare(at, before[key], after[key], found);
        }
    }
}

function compare(path: string, before: unknown, after: unknown, found: Changes): void {
    if (isSecret(before) || isSecret(after)) {
        const plain = (value: unknown) => (isSecret(value) ? value.value : value);
        compare(path, plain(before), plain(after), found);
    } else if (isUnknown(after) || isUnknown(before)) {
        found[path] = "update";
    } else if (Array.isArray(before) && Array.isArray(after)) {
        for (let i = 0; i < Math.max(before.length, after.length); i++) {
            if (i >= after.length) {
                found[`${path}[${i}]`] = "delete";
            } else if (i >= before.length) {
                found[`${path}[${i}]`] = "add";
            } else {
                compare(`${path}[${i}]`, before[i], after[i], found);
            }
        }
    } else if (isObject(before) && isObject(after) && !(signatureKey in before) && !(signatureKey in after)) {
        compareBags(path, before, after, found);
    } else if (!same(before, after)) {
        found[path] = "update";
    }
}

/** The same change of a resource that has to be replaced for it. */
export const replacing = (kind: ChangeKind): ChangeKind =>
    kind === "add" || kind === "delete" || kind === "update" ? `${kind}-replace` : kind;

/** The top-level key of a change. */
export const rootKey = (path: string): string => /^\["([^"]*)"\]|^([^.[]+)/.exec(path)?.slice(1).find(Boolean) ?? path;
