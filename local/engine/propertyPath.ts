/**
 * Property paths as resource options name them: `root.nested["key"][0].*`.
 * https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
 */
import type { Bag } from "./values";
import { isObject, isSecret } from "./values";

export type PropertyPath = (string | number)[];

/** The steps of a path; an error when it cannot be read. */
export function parsePath(text: string): PropertyPath {
    const steps: PropertyPath = [];
    const token = /^\.?([^.["\]]+)|^\[(\d+)\]|^\["((?:[^"\\]|\\.)*)"\]|^\[(\*)\]/;
    let rest = text;
    while (rest !== "") {
        const found = token.exec(rest);
        if (!found) {
            throw new Error(`Not a property path: ${text}`);
        }
        const [all, name, index, quoted, star] = found;
        steps.push(index !== undefined ? Number(index) : (name ?? star ?? (quoted ?? "").replace(/\\(.)/g, "$1")));
        rest = rest.slice(all.length);
    }
    return steps;
}

/** Whether a change at `inner` is a change of what `outer` names; `*` stands for any one step. */
export const covers = (outer: PropertyPath, inner: PropertyPath): boolean =>
    outer.length <= inner.length && outer.every((step, i) => step === "*" || String(step) === String(inner[i]));

/**
 * Copies what the path names from `from` into `to`, or removes it there when `from` lacks it. `to` is not changed.
 * `undefined`: the path does not exist on both sides as far as its last step but one.
 */
export function reset(path: PropertyPath, from: Bag, to: Bag): Bag | undefined {
    return resetIn(path, from, to) as Bag | undefined;
}

function resetIn(path: PropertyPath, from: unknown, to: unknown): unknown {
    if (isSecret(to)) {
        const inner = resetIn(path, isSecret(from) ? from.value : from, to.value);
        return inner === undefined ? undefined : { ...to, value: inner };
    }
    if (isSecret(from)) {
        return resetIn(path, from.value, to);
    }
    const [step, ...rest] = path;
    if (step === undefined) {
        return from;
    }
    if (step === "*") {
        return resetAll(rest, from, to);
    }
    if (Array.isArray(to) && Array.isArray(from) && typeof step === "number") {
        if (step >= to.length || step >= from.length) {
            return undefined;
        }
        const item = resetIn(rest, from[step], to[step]);
        return item === undefined ? undefined : to.map((old, i) => (i === step ? item : old));
    }
    if (!isObject(to) || !isObject(from)) {
        return undefined;
    }
    if (rest.length === 0) {
        const { [step]: _dropped, ...others } = to;
        return step in from ? { ...to, [step]: from[step] } : others;
    }
    if (!(step in from) && !(step in to)) {
        return to;
    }
    if (!(step in from) || !(step in to)) {
        return undefined;
    }
    const member = resetIn(rest, from[step], to[step]);
    return member === undefined ? undefined : { ...to, [step]: member };
}

function resetAll(rest: PropertyPath, from: unknown, to: unknown): unknown {
    if (rest.length === 0 && isObject(from) && isObject(to)) {
        return from;
    }
    if (Array.isArray(from) && Array.isArray(to)) {
        return from.length === to.length ? to.map((item, i) => resetIn(rest, from[i], item) ?? item) : undefined;
    }
    if (!isObject(from) || !isObject(to)) {
        return undefined;
    }
    return Object.fromEntries(
        Object.entries(to).map(([key, member]) => [
            key,
            key in from ? (resetIn(rest, from[key], member) ?? member) : member,
        ]),
    );
}

/** The inputs with every ignored property set back to its old value, and the paths that could not be. */
export function ignoreChanges(inputs: Bag, old: Bag, paths: string[]): { inputs: Bag; invalid: string[] } {
    const invalid: string[] = [];
    let kept = inputs;
    for (const text of paths) {
        const changed = reset(parsePath(text), old, kept);
        if (changed === undefined) {
            invalid.push(text);
        } else {
            kept = changed;
        }
    }
    return { inputs: kept, invalid };
}
