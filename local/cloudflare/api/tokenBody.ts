import Ajv from "ajv";
import { isNetwork } from "../state/addresses";
import type { Directory } from "../state/directory";
import { isId, newId } from "../state/ids";
import { permissionGroup } from "../state/permissionGroups";
import type { Condition, Policy, Resources, Token } from "../state/token";
import { refuse } from "./errors";

/** What a token is created or replaced with. */
export interface TokenBody {
    name: string;
    policies: {
        id?: string;
        effect: "allow" | "deny";
        permission_groups: { id: string }[];
        resources: Resources;
    }[];
    condition?: Condition;
    not_before?: string;
    expires_on?: string;
    status?: "active" | "disabled";
}

const ajv = new Ajv({ allowUnionTypes: true });
ajv.addFormat("network", isNetwork);
// https://developers.cloudflare.com/fundamentals/api/how-to/create-via-api/ writes 2020-04-01T05:20:00Z
ajv.addFormat("instant", (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text)));

const networks = { type: "array", items: { type: "string", format: "network" } };

/** Stricter than the published OpenAPI: written by hand. Fields that are not known at the top are ignored. */
const matches = ajv.compile<TokenBody>({
    type: "object",
    required: ["name", "policies"],
    properties: {
        name: { type: "string", minLength: 1, maxLength: 120 },
        policies: {
            type: "array",
            minItems: 1,
            items: {
                type: "object",
                required: ["effect", "permission_groups", "resources"],
                additionalProperties: false,
                properties: {
                    id: { type: "string" },
                    effect: { enum: ["allow", "deny"] },
                    permission_groups: {
                        type: "array",
                        minItems: 1,
                        items: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
                    },
                    resources: {
                        type: "object",
                        minProperties: 1,
                        additionalProperties: {
                            type: ["string", "object"],
                            minProperties: 1,
                            additionalProperties: { const: "*" },
                        },
                    },
                },
            },
        },
        condition: {
            type: "object",
            additionalProperties: false,
            properties: {
                request_ip: {
                    type: "object",
                    additionalProperties: false,
                    properties: { in: networks, not_in: networks },
                },
            },
        },
        not_before: { type: "string", format: "instant" },
        expires_on: { type: "string", format: "instant" },
        status: { enum: ["active", "disabled"] },
    },
});

/**
 * Reads a token's body.
 * @param replacing policies may then keep their IDs
 * @throws 1001 with what is wrong
 */
export function readTokenBody(body: unknown, replacing: boolean): TokenBody {
    if (!matches(body)) {
        const [error] = matches.errors ?? [];
        throw refuse.badToken(`Invalid token: ${error?.instancePath || "body"} ${error?.message}`);
    }
    if (!replacing && body.policies.some((policy) => policy.id !== undefined)) {
        throw refuse.badToken("Reusing existing policies is not supported by token creation");
    }
    if (body.expires_on !== undefined && Date.parse(body.expires_on) <= Date.parse(body.not_before ?? "")) {
        throw refuse.badToken("Invalid token: expires_on is not after not_before");
    }
    return body;
}

/**
 * Makes policies of a body's: known groups, on resources that exist and are of the groups' kind.
 * @throws 1001
 */
export function makePolicies(directory: Directory, owner: Token["owner"], body: TokenBody): Policy[] {
    return body.policies.map((policy) => {
        const kinds = new Set(scopesOf(directory, owner, policy.resources));
        const groups = policy.permission_groups.map(({ id }) => {
            const group = permissionGroup(id);
            if (!group) {
                throw refuse.badToken(`Permission group ${id} does not exist`);
            }
            if (!group.scopes.some((scope) => kinds.has(scope))) {
                throw refuse.badToken(`Permission group ${group.name} cannot be given on these resources`);
            }
            return { id, name: group.name };
        });
        return {
            id: policy.id ?? newId(),
            effect: policy.effect,
            permission_groups: groups,
            resources: policy.resources,
        };
    });
}

function scopesOf(directory: Directory, owner: Token["owner"], resources: Resources): string[] {
    return Object.entries(resources).flatMap(([name, value]) => {
        const scope = checkResource(directory, owner, name);
        if (typeof value === "string") {
            if (value !== "*") {
                throw refuse.badToken(`Resource ${name} must be "*"`);
            }
            return [scope];
        }
        if (scope !== "com.cloudflare.api.account") {
            throw refuse.badToken(`Resource ${name} must be "*"`);
        }
        return Object.keys(value).map((inner) => checkResource(directory, owner, inner));
    });
}

function checkResource(directory: Directory, owner: Token["owner"], name: string): string {
    const [, scope = "", id = ""] =
        /^(com\.cloudflare\.api\.(?:account|user|account\.zone))\.([^.]+)$/.exec(name) ?? [];
    const own = (accountId: string) => owner.kind === "user" || owner.accountId === accountId;
    const exists = {
        "com.cloudflare.api.user": () => owner.kind === "user" && id === directory.user.id,
        "com.cloudflare.api.account": () => directory.account(id) !== undefined && own(id),
        "com.cloudflare.api.account.zone": () => own(directory.zone(id)?.accountId ?? "") && !!directory.zone(id),
    }[scope];
    const known = id === "*" ? scope !== "com.cloudflare.api.user" : isId(id) && exists?.();
    if (scope === "" || !known) {
        throw refuse.badToken(`Resource ${name} does not exist`);
    }
    return scope;
}
