import { types } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { isOpen, ProgramError } from "./programError";

/**
 * The values of triggers by name, those of a list after their place, as the state keeps them: what JSON can tell apart. Dates
 * and URLs are their text.
 *
 * @param later what becomes of a value that is known only when the program runs; its own value is looked at by then.
 * @throws ProgramError naming the value's path and what to write instead: two values that the state cannot tell apart would
 * never be a change, and one that does not come back from it would be one at every `up`.
 */
export function triggerValues(
    triggers: unknown,
    later: (value: pulumi.Output<unknown>) => unknown = (value) => value,
): Record<string, unknown> {
    if (Array.isArray(triggers)) {
        return Object.fromEntries(
            triggers.map((value, i) => [`trigger[${i}]`, told(value, `triggers[${i}]`, later) ?? null]),
        );
    }
    if (typeof triggers !== "object" || triggers === null) {
        throw new ProgramError({
            key: "usage",
            cause: `triggers is ${JSON.stringify(triggers) ?? nameOf(triggers)}.`,
            remedy: "Write a list, or values by name.",
        });
    }
    return toldFields(triggers, "triggers", later, [triggers]);
}

/** The same of triggers that are one output. */
export function triggersOf(triggers: pulumi.Input<unknown>): pulumi.Output<Record<string, unknown>> {
    return pulumi.output(
        triggers === undefined ? {} : isOpen(triggers) ? whenKnown(triggers, triggerValues) : triggerValues(triggers),
    );
}

type Later = (value: pulumi.Output<unknown>) => unknown;

/** pulumi.output() takes a promise's value apart: what is in it has to be looked at before. */
function whenKnown(value: unknown, look: (known: unknown) => unknown): pulumi.Output<unknown> {
    return value instanceof Promise ? pulumi.output(value.then(look)) : (value as pulumi.Output<unknown>).apply(look);
}

/** Values that are no plain data, and what to write for them. */
const NOT_DATA: readonly [is: (value: object) => boolean, what: string, instead: string][] = [
    [types.isMap, "a Map", "Object.fromEntries(map)"],
    [types.isSet, "a Set", "[...set].sort()"],
    [types.isRegExp, "a RegExp", "String(pattern)"],
    [types.isNativeError, "an Error", "error.message"],
    [types.isBoxedPrimitive, "an object around a value", "the value itself"],
    [(value) => ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value), "bytes", "a digest of them, as text"],
    [pulumi.Resource.isInstance, "a resource", "an output of it that changes, such as its etag"],
    [
        (value) => pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value),
        "an asset",
        "a digest of its bytes, as text",
    ],
];

function told(value: unknown, path: string, later: Later, around: readonly object[] = []): unknown {
    if (isOpen(value)) {
        return later(whenKnown(value, (known) => told(known, path, later)));
    }
    switch (typeof value) {
        case "number":
            return toldNumber(value, path);
        case "string":
            return toldText(value, path);
        case "bigint":
        case "symbol":
        case "function":
            throw refusal(
                path,
                `is ${nameOf(value)}`,
                typeof value === "function" ? "what it returns" : "String(value)",
            );
        case "object":
            return value === null ? null : toldObject(value, path, later, around);
        default:
            return value;
    }
}

function toldNumber(value: number, path: string): number {
    if (!Number.isFinite(value) || Object.is(value, -0)) {
        const text = Object.is(value, -0) ? "-0" : String(value);
        throw refusal(path, `is ${text}`, text === "-0" ? "0" : `the text "${text}"`);
    }
    return value;
}

function toldText(value: string, path: string): string {
    // Half of a surrogate pair is sent as U+FFFD, whichever it is.
    if (/\p{Surrogate}/u.test(value)) {
        throw refusal(
            path,
            "is a text that is not Unicode",
            'its bytes as text: Buffer.from(text, "utf16le").toString("hex")',
        );
    }
    return value;
}

function toldObject(value: object, path: string, later: Later, around: readonly object[]): unknown {
    if (around.includes(value)) {
        throw refusal(path, "holds itself", "only the part that matters");
    }
    if (types.isDate(value)) {
        if (Number.isNaN(value.getTime())) {
            throw refusal(path, "is an invalid Date", "a valid one, or null");
        }
        return value.toISOString();
    }
    if (value instanceof URL) {
        return value.href;
    }
    const [, what, instead] = NOT_DATA.find(([is]) => is(value)) ?? [];
    if (what !== undefined && instead !== undefined) {
        throw refusal(path, `is ${what}`, instead);
    }
    const inside = [...around, value];
    if (Array.isArray(value)) {
        return Array.from(value, (item, i) => told(item, `${path}[${i}]`, later, inside) ?? null);
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === "function") {
        return told(toJSON.call(value, ""), path, later, inside);
    }
    const prototype = Object.getPrototypeOf(value);
    // An object without a class, whichever realm it is of, has at most one prototype.
    const isInstance = prototype !== null && Object.getPrototypeOf(prototype) !== null;
    if (isInstance && Object.keys(value).length === 0) {
        throw refusal(path, `is ${nameOf(value)} without fields of its own`, "the values that matter");
    }
    return toldFields(value, path, later, inside);
}

function toldFields(value: object, path: string, later: Later, inside: readonly object[]): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(value).flatMap(([name, field]) => {
            const place = /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
            if (name === "__proto__") {
                throw refusal(place, "has a name of JavaScript's own", "another name");
            }
            toldText(name, `the name ${place}`);
            const text = told(field, place, later, inside);
            return text === undefined ? [] : [[name, text] as const];
        }),
    );
}

function nameOf(value: unknown): string {
    if (typeof value === "object" && value !== null) {
        return `an instance of ${value.constructor?.name || "a class"}`;
    }
    return ["bigint", "symbol", "function"].includes(typeof value) ? `a ${typeof value}` : String(value);
}

function refusal(path: string, what: string, instead: string): ProgramError {
    return new ProgramError({
        key: "usage",
        cause: `${path} ${what}: the state cannot keep that, and a change of it would not be seen, or be seen at every \`up\`.`,
        remedy: `Write ${instead}.`,
    });
}
