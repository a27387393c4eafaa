import type { Headers } from "../http/messages";
import { allowsAddress } from "../state/addresses";
import type { Directory } from "../state/directory";
import type { Token } from "../state/token";
import { isUsable } from "../state/token";
import { refuse } from "./errors";

/** Who calls: somebody with a token, or the user with the Global API Key, who may do everything. */
export type Caller = { kind: "token"; token: Token } | { kind: "user" };

/** What a request shows of itself, checked for its form only. */
export type Credentials = { kind: "token"; value: string } | { kind: "key"; email: string; key: string };

/**
 * Reads the credentials. Both schemes at once: the key and its e-mail address are used, and the token is not looked at.
 * @throws 6003 for a header of the wrong form, 9106 when there is none
 */
export function readCredentials(headers: Headers): Credentials {
    const { "x-auth-email": email, "x-auth-key": key, authorization } = headers;
    if (email !== undefined || key !== undefined) {
        if (email === undefined || key === undefined) {
            throw refuse.noCredentials();
        }
        const badEmail = !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
        const badKey = !/^([0-9a-f]{37,45}|cfk_[0-9A-Za-z]{40,60})$/.test(key);
        if (badEmail || badKey) {
            throw refuse.badAuthKey(badEmail, badKey);
        }
        return { kind: "key", email, key };
    }
    if (authorization === undefined) {
        throw refuse.noCredentials();
    }
    const [, scheme, value] = /^(bearer) ([0-9A-Za-z_.-]{20,200})$/i.exec(authorization) ?? [];
    if (scheme === undefined || value === undefined) {
        throw refuse.badAuthorization();
    }
    // A scheme in lower case passes the check of the form and then fails: seen.
    if (scheme !== "Bearer") {
        throw refuse.authentication();
    }
    return { kind: "token", value };
}

/**
 * Finds out who calls.
 * @param verifying at the verify endpoints an unknown token is told so (1000), and one that is not active gets through
 */
export function authenticate(
    directory: Directory,
    credentials: Credentials,
    address: string,
    now: number,
    verifying: boolean,
): Caller {
    if (credentials.kind === "key") {
        if (!directory.isGlobalKey(credentials.email, credentials.key)) {
            throw refuse.unknownKey();
        }
        return { kind: "user" };
    }
    const token = directory.tokenOf(credentials.value);
    if (token === undefined) {
        throw verifying ? refuse.invalidToken() : refuse.authentication();
    }
    if (!verifying && !isUsable(token, now)) {
        throw refuse.authentication();
    }
    if (!allowsAddress(token.condition, address)) {
        throw refuse.location(address);
    }
    token.lastUsedOn = now;
    return { kind: "token", token };
}
