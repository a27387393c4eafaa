/** The two kinds of tokens as resources: of a user (ApiToken), of an account (AccountToken). */

import type { Changes } from "../../engine/difference";
import { differences, rootKey } from "../../engine/difference";
import type { Bag } from "../../engine/values";
import { hasUnknown, unknownValue, withoutSecrets } from "../../engine/values";
import type { Api } from "./api";
import { ApiError } from "./api";

import { bodyOf, foreseen, inputsFrom, meaning, outputsOf, problems } from "./token";

export const tokenTypes = ["cloudflare:index/apiToken:ApiToken", "cloudflare:index/accountToken:AccountToken"];

/** Where the tokens of a resource live. */
function pathOf(type: string, inputs: Bag): string {
    if (type === tokenTypes[0]) {
        return "/user/tokens";
    }
    return `/accounts/${encodeURIComponent(String(inputs.accountId))}/tokens`;
}

const plain = (bag: Bag): Bag => withoutSecrets(bag) as Bag;

/** Refuses inputs that the API could not take. */
export function checkToken(type: string, news: Bag): { property: string; reason: string }[] {
    const inputs = plain(news);
    const account =
        type === tokenTypes[1] && inputs.accountId === undefined
            ? [{ property: "accountId", reason: "Missing required property 'accountId'" }]
            : [];
    return [...account, ...problems(inputs, (value) => !hasUnknown(value))];
}

/** Changed inputs by path. A token of another account is another token. */
export function diffToken(oldInputs: Bag, newInputs: Bag): { changes: Changes; replaces: string[] } {
    const changes = differences(meaning(plain(oldInputs)), meaning(plain(newInputs)));
    const replaces = Object.keys(changes).some((path) => rootKey(path) === "accountId") ? ["accountId"] : [];
    for (const key of replaces) {
        changes[key] = "update-replace";
    }
    return { changes, replaces };
}

export async function createToken(
    api: Api,
    type: string,
    given: Bag,
    preview: boolean,
): Promise<{ id: string; outputs: Bag }> {
    if (preview) {
        return { id: "", outputs: foreseen(given, unknownValue) };
    }
    const inputs = plain(given);
    const answer = (await api.request("POST", pathOf(type, inputs), bodyOf(inputs))) as Bag;
    return { id: String(answer.id), outputs: { ...account(inputs), ...outputsOf(answer, inputs, undefined) } };
}

/** The value stays what it was; a preview cannot know that, as with the real provider. */
export async function updateToken(
    api: Api,
    type: string,
    id: string,
    given: Bag,
    old: Bag,
    preview: boolean,
): Promise<Bag> {
    if (preview) {
        return foreseen(given, unknownValue);
    }
    const inputs = plain(given);
    const answer = (await api.request(
        "PUT",
        `${pathOf(type, inputs)}/${encodeURIComponent(id)}`,
        bodyOf(inputs),
    )) as Bag;
    return { ...account(inputs), ...outputsOf(answer, inputs, plain(old).value) };
}

/** What is there. Nothing: the token was deleted (404), or has expired. */
export async function readToken(api: Api, type: string, id: string, inputs: Bag, old: Bag) {
    const known = { ...plain(old), ...plain(inputs) };
    try {
        const answer = (await api.request("GET", `${pathOf(type, known)}/${encodeURIComponent(id)}`)) as Bag;
        if (answer.status === "expired") {
            return undefined;
        }
        const outputs = { ...account(known), ...outputsOf(answer, known, plain(old).value) };
        return { outputs, inputs: inputsFrom(outputs, plain(inputs)) };
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

/** A token that is gone already is deleted. */
export async function deleteToken(api: Api, type: string, id: string, old: Bag): Promise<void> {
    try {
        await api.request("DELETE", `${pathOf(type, plain(old))}/${encodeURIComponent(id)}`);
    } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) {
            throw error;
        }
    }
}

const account = (inputs: Bag): Bag => (inputs.accountId === undefined ? {} : { accountId: inputs.accountId });
