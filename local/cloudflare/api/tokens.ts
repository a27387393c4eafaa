import {
    ACCOUNT_TOKENS_READ,
    ACCOUNT_TOKENS_WRITE,
    PERMISSION_GROUPS,
    USER_TOKENS_READ,
    USER_TOKENS_WRITE,
} from "../state/permissionGroups";
import type { Token } from "../state/token";
import { statusOf } from "../state/token";
import type { ApiCall, Endpoint } from "./context";
import { bodyOf, may } from "./context";
import { refuse } from "./errors";
import { paged, TOKEN_PAGES } from "./pages";
import { timestamp } from "./timestamp";
import { makePolicies, readTokenBody } from "./tokenBody";

/** How many tokens there may be. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
const QUOTA = { user: 50, account: 500 };

/** GET …/tokens */
export const listTokens: Endpoint = (call) => {
    const owner = ownerFor(call, "read");
    const now = call.parts.clock.now();
    const expired = call.query.get("include_expired") === "true";
    const found = call.parts.directory.tokens
        .filter((token) => same(token.owner, owner) && (expired || statusOf(token, now) !== "expired"))
        .sort((a, b) => a.issuedOn - b.issuedOn);
    if (call.query.get("direction") === "desc") {
        found.reverse();
    }
    const page = paged(found, call.query, TOKEN_PAGES);
    return { ...page, result: (page.result as Token[]).map((token) => show(token, now)) };
};

/** POST …/tokens: the one answer that holds the value. */
export const createToken: Endpoint = (call) => {
    const owner = ownerFor(call, "write");
    const { directory, clock } = call.parts;
    const body = readTokenBody(bodyOf(call), false);
    const policies = makePolicies(directory, owner, body);
    if (directory.tokens.filter((one) => same(one.owner, owner)).length >= QUOTA[owner.kind]) {
        throw refuse.badToken(`No more than ${QUOTA[owner.kind]} tokens are allowed`);
    }
    const { token, value } = directory.createToken({
        owner,
        name: body.name,
        policies,
        condition: body.condition,
        notBefore: body.not_before,
        expiresOn: body.expires_on,
    });
    return { result: { ...show(token, clock.now()), value } };
};

/** GET …/tokens/:token */
export const getToken: Endpoint = (call) => ({ result: show(find(call, "read"), call.parts.clock.now()) });

/** PUT …/tokens/:token replaces everything but the value. */
export const updateToken: Endpoint = (call) => {
    const token = find(call, "write");
    const body = readTokenBody(bodyOf(call), true);
    token.policies = makePolicies(call.parts.directory, token.owner, body);
    token.name = body.name;
    token.condition = body.condition;
    token.notBefore = body.not_before;
    token.expiresOn = body.expires_on;
    token.status = body.status ?? token.status;
    token.modifiedOn = call.parts.clock.now();
    return { result: show(token, token.modifiedOn) };
};

/** DELETE …/tokens/:token */
export const deleteToken: Endpoint = (call) => {
    const token = find(call, "write");
    call.parts.directory.tokens = call.parts.directory.tokens.filter((other) => other !== token);
    return { result: { id: token.id } };
};

/** PUT …/tokens/:token/value gives it another value. */
export const rollToken: Endpoint = (call) => ({ result: call.parts.directory.rollToken(find(call, "write")) });

/** GET …/tokens/verify: about the caller's own token, where it belongs. */
export const verifyToken: Endpoint = (call) => {
    const { caller, params, parts } = call;
    const owner = params.account === undefined ? { kind: "user" } : { kind: "account", accountId: params.account };
    if (caller.kind !== "token" || !same(caller.token.owner, owner as Token["owner"])) {
        throw refuse.invalidToken();
    }
    const { id, expires_on, not_before, status } = show(caller.token, parts.clock.now());
    const good = { code: 10000, message: "This API Token is valid and active", type: null };
    return { result: { id, status, not_before, expires_on }, messages: status === "active" ? [good] : [] };
};

/** GET …/tokens/permission_groups, by name and scope. */
export const listPermissionGroups: Endpoint = (call) => {
    ownerFor(call, "read");
    const name = call.query.get("name");
    const scope = call.query.get("scope");
    return {
        result: PERMISSION_GROUPS.filter(
            (group) =>
                (name === null || group.name.toLowerCase() === name.toLowerCase()) &&
                (scope === null || group.scopes.some((one) => one === scope)) &&
                (call.params.account === undefined || !group.scopes.includes("com.cloudflare.api.user")),
        ),
    };
};

/** Whose tokens the path is about, if the caller may. @throws 9109 */
function ownerFor(call: ApiCall, access: "read" | "write"): Token["owner"] {
    const { account } = call.params;
    const { directory } = call.parts;
    const groups = account === undefined ? [USER_TOKENS_WRITE] : [ACCOUNT_TOKENS_WRITE];
    if (access === "read") {
        groups.push(account === undefined ? USER_TOKENS_READ : ACCOUNT_TOKENS_READ);
    }
    const allowed =
        account === undefined
            ? may(call, groups, { kind: "user", id: directory.user.id })
            : directory.account(account) !== undefined && may(call, groups, { kind: "account", id: account });
    if (!allowed) {
        throw refuse.unauthorized();
    }
    return account === undefined ? { kind: "user" } : { kind: "account", accountId: account };
}

function find(call: ApiCall, access: "read" | "write"): Token {
    const owner = ownerFor(call, access);
    const token = call.parts.directory.tokens.find(({ id }) => id === call.params.token);
    if (!token || !same(token.owner, owner)) {
        throw refuse.noToken();
    }
    return token;
}

function same(one: Token["owner"], other: Token["owner"]): boolean {
    if (one.kind === "user" || other.kind === "user") {
        return one.kind === other.kind;
    }
    return one.accountId === other.accountId;
}

function show(token: Token, now: number) {
    return {
        id: token.id,
        name: token.name,
        status: statusOf(token, now),
        issued_on: timestamp(token.issuedOn),
        modified_on: timestamp(token.modifiedOn),
        last_used_on: token.lastUsedOn === undefined ? undefined : timestamp(token.lastUsedOn),
        not_before: token.notBefore,
        expires_on: token.expiresOn,
        policies: token.policies,
        condition: token.condition,
    };
}
