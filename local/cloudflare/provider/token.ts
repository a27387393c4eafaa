/** An API token, between its Pulumi inputs and outputs and the API's JSON. */
import type { Bag } from "../../engine/values";
import { secret } from "../../engine/values";
import { camel } from "./naming";

interface PolicyInput {
    effect?: string;
    permissionGroups?: { id?: string }[];
    /** A JSON object in a string, since 6.12 of the Pulumi provider. */
    resources?: string;
}

/** The body of a create or an update. */
export function bodyOf(inputs: Bag): Bag {
    const { requestIp } = (inputs.condition ?? {}) as { requestIp?: { ins?: string[]; notIns?: string[] } };
    const ip = requestIp && {
        ...(requestIp.ins ? { in: requestIp.ins } : {}),
        ...(requestIp.notIns ? { not_in: requestIp.notIns } : {}),
    };
    return {
        name: inputs.name,
        policies: (inputs.policies as PolicyInput[]).map(({ effect, permissionGroups = [], resources = "{}" }) => ({
            effect,
            permission_groups: permissionGroups.map(({ id }) => ({ id })),
            resources: JSON.parse(resources),
        })),
        ...(inputs.expiresOn ? { expires_on: inputs.expiresOn } : {}),
        ...(inputs.notBefore ? { not_before: inputs.notBefore } : {}),
        ...(inputs.status ? { status: inputs.status } : {}),
        ...(ip ? { condition: { request_ip: ip } } : {}),
    };
}

/** What the inputs of a token have wrong, by property. */
export function problems(inputs: Bag, known: (value: unknown) => boolean): { property: string; reason: string }[] {
    const found: { property: string; reason: string }[] = [];
    const required = (bag: Bag, key: string, property: string) => {
        if (bag[key] === undefined || bag[key] === null) {
            found.push({ property, reason: `Missing required property '${key}'` });
        }
    };
    required(inputs, "name", "name");
    required(inputs, "policies", "policies");
    for (const key of ["expiresOn", "notBefore"]) {
        const value = inputs[key];
        if (typeof value === "string" && known(value) && !isRfc3339(value)) {
            found.push({
                property: key,
                reason:
                    "Invalid RFC3339 String Value. A string value was provided that is not valid RFC3339 string format. " +
                    `Given Value: ${value}`,
            });
        }
    }
    if (!Array.isArray(inputs.policies)) {
        return found;
    }
    inputs.policies.forEach((policy: Bag, at) => {
        if (!known(policy)) {
            return;
        }
        for (const key of ["effect", "permissionGroups", "resources"]) {
            required(policy, key, `policies[${at}].${key}`);
        }
        if (typeof policy.resources === "string" && known(policy.resources) && parsed(policy.resources) === undefined) {
            found.push({
                property: `policies[${at}].resources`,
                reason: "Invalid JSON String Value: expected a JSON object",
            });
        }
    });
    return found;
}

const isRfc3339 = (text: string): boolean =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

const computed = ["creatorEmailAtCreation", "issuedOn", "lastUsedOn", "modifiedOn", "provisionerId", "provisionerType"];

/** Outputs that only the API knows; `unknown` stands for each of them in a preview. */
export const foreseen = (inputs: Bag, unknown: string): Bag => ({
    ...inputs,
    ...Object.fromEntries(computed.map((key) => [key, unknown])),
    status: inputs.status ?? unknown,
    value: secret(unknown),
});

/**
 * Outputs from an answer. `value` comes once, with the create; afterwards it is the old state's. Policies stay as the
 * program wrote them as long as they mean the same.
 */
export function outputsOf(answer: Bag, inputs: Bag, oldValue: unknown): Bag {
    const { condition, policies, value, id: _id, ...rest } = answer;
    const { requestIp } = camel(condition ?? {}) as { requestIp?: Bag };
    const described = policiesAsWritten(policies, inputs.policies);
    return {
        ...(camel(rest) as Bag),
        policies: described,
        ...(requestIp
            ? { condition: { requestIp: { ...listed("ins", requestIp.in), ...listed("notIns", requestIp.notIn) } } }
            : {}),
        value: secret(value ?? oldValue ?? ""),
    };
}

/** The inputs that would give the outputs: what a refresh puts into the state. */
export function inputsFrom(outputs: Bag, old: Bag): Bag {
    const keys = ["name", "policies", "condition", "expiresOn", "notBefore"].filter(
        (key) => outputs[key] !== undefined,
    );
    const known = Object.fromEntries(keys.map((key) => [key, outputs[key]]));
    return {
        ...known,
        ...(old.status !== undefined ? { status: outputs.status } : {}),
        ...(old.accountId !== undefined ? { accountId: old.accountId } : {}),
    };
}

const listed = (key: string, value: unknown): Bag => (Array.isArray(value) && value.length > 0 ? { [key]: value } : {});

function policiesAsWritten(policies: unknown, given: unknown): unknown {
    if (!Array.isArray(policies)) {
        return given;
    }
    const written = Array.isArray(given) ? (given as PolicyInput[]) : [];
    return policies.map((policy: Bag, at) => {
        const resources = sorted(policy.resources ?? {});
        const own = written[at]?.resources;
        return {
            effect: policy.effect,
            permissionGroups: ((policy.permission_groups ?? []) as Bag[]).map(({ id }) => ({ id })),
            resources: own !== undefined && sorted(parsed(own) ?? null) === resources ? own : resources,
        };
    });
}

function parsed(text: string): unknown {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null ? value : undefined;
    } catch {
        return undefined;
    }
}

/** JSON with sorted keys, so that the order in which the API answers makes no difference. */
export function sorted(value: unknown): string {
    return JSON.stringify(value, (_, member: unknown) =>
        typeof member === "object" && member !== null && !Array.isArray(member)
            ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
            : member,
    );
}

/** The inputs with their JSON strings opened, for comparing what they mean. */
export function meaning(inputs: Bag): Bag {
    if (!Array.isArray(inputs.policies)) {
        return inputs;
    }
    const policies = inputs.policies.map((policy: Bag) =>
        typeof policy?.resources === "string"
            ? { ...policy, resources: sorted(parsed(policy.resources) ?? policy.resources) }
            : policy,
    );
    return { ...inputs, policies };
}
