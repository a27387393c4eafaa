import type { Settings } from "./settings";
import { isZonePlan, ZONE_PLANS } from "./zonePlan";

/** What is wrong with one option: its name, and a sentence with the value and the cure. */
export interface Failure {
    readonly property: string;
    readonly reason: string;
}

type Rule = (value: unknown) => string | undefined;

const oneOf =
    (...words: string[]): Rule =>
    (value) =>
        words.includes(value as string) ? undefined : `it is ${words.map((w) => `"${w}"`).join(" or ")}`;

const number =
    (min: number, max: number, whole: boolean, unit: string): Rule =>
    (value) =>
        typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value))
            ? undefined
            : `it is ${whole ? "a whole number" : "a number"} from ${min} to ${max}${unit}`;

const orFalse =
    (rule: Rule): Rule =>
    (value) => {
        const wrong = value === false ? undefined : rule(value);
        return wrong === undefined ? undefined : `${wrong}, or false`;
    };

const record: Rule = (value) =>
    typeof value === "object" && value !== null && Object.values(value).every((v) => typeof v === "string" && v !== "")
        ? undefined
        : 'it maps hosts to addresses, such as { "www.example.com": "203.0.113.7:443" }';

const check: Rule = (value) => {
    if (typeof value !== "object" || value === null) {
        return "it is { sample, timeout, onStale }";
    }
    const rules: Record<string, Rule> = {
        sample: number(1, 1000, true, " URLs"),
        timeout: number(0, 3600, false, " seconds"),
        onStale: oneOf("warn", "fail"),
    };
    for (const [key, inner] of Object.entries(value)) {
        const rule = rules[key];
        if (rule === undefined) {
            return `"${key}" is not one of its options: ${Object.keys(rules).join(", ")}`;
        }
        const wrong = rule(inner);
        if (wrong !== undefined) {
            return `${key} is ${show(inner)}: ${wrong}`;
        }
    }
    return undefined;
};

const RULES: Readonly<Record<keyof Settings | "zonePlan", Rule>> = {
    zonePlan: (value) =>
        isZonePlan(value) ? undefined : `it is one of ${ZONE_PLANS.map((word) => `"${word}"`).join(", ")}`,
    mode: oneOf("purge", "invalidate"),
    onFailure: oneOf("fail", "warn"),
    batchSize: number(1, 500, true, " URLs"),
    rate: number(1, 3000, false, " URLs a second"),
    timeout: number(1, 600, false, " seconds"),
    retries: number(0, 20, true, ""),
    originReady: orFalse(check),
    rebound: orFalse(number(0, 600, false, " seconds")),
    verify: orFalse(check),
    warm: (value) => (typeof value === "boolean" ? undefined : "it is true or false"),
    connectTo: record,
    deadline: number(1, 86_400, false, " seconds"),
};

/** Every wrong value among some settings; those that are `undefined` are not looked at. */
export function checkSettings(settings: Readonly<Record<string, unknown>>): Failure[] {
    const failures: Failure[] = [];
    for (const [property, value] of Object.entries(settings)) {
        const rule = RULES[property as keyof typeof RULES];
        if (rule === undefined || value === undefined) {
            continue;
        }
        const wrong = rule(value);
        if (wrong !== undefined) {
            failures.push({ property, reason: `${property} is ${show(value)}: ${wrong}` });
        }
    }
    return failures;
}

function show(value: unknown): string {
    return JSON.stringify(value) ?? String(value);
}
