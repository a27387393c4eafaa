import { DEFAULT_BASE_URL } from "../../cloudflare/baseUrl";
import type { Credential } from "../../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../../cloudflare/credential";
import { checkUrl } from "../../diagnosis/url";
import type { Problem } from "../../errors/problem";
import type { WrittenRequest } from "./curl";

/** What a request holds, or the first thing that is wrong with it, whoever sends it. */
export type ReadRequest =
    | { readonly problem: Problem }
    | {
          readonly problem?: undefined;
          readonly credential: Credential;
          readonly zoneId?: string;
          /** URLs in `files`. */
          readonly urls: readonly string[];
      };

/** Items in one request (developers.cloudflare.com/cache/how-to/purge-cache; 500 URLs on Enterprise). */
const MOST = 100;
const MOST_ENTERPRISE = 500;

/** Reads a request to the purge API: its URL, its credential, its body. */
export function readRequest(request: WrittenRequest, baseUrl: string): ReadRequest {
    const who = credentialOf(request.headers);
    const where = target(request, baseUrl, who.credential);
    const what = bodyOf(request, where.zoneId);
    const problem = where.problem ?? who.problem ?? what.problem;
    if (problem !== undefined) {
        return { problem };
    }
    return {
        credential: who.credential as Credential,
        urls: what.urls,
        ...(where.zoneId === undefined ? {} : { zoneId: where.zoneId }),
    };
}

interface Read {
    readonly credential?: Credential;
    readonly zoneId?: string;
    readonly problem?: Problem;
}

function credentialOf(headers: WrittenRequest["headers"]): Read {
    const { authorization, "x-auth-key": key, "x-auth-email": email } = headers;
    if (authorization !== undefined && (key ?? email) !== undefined) {
        return {
            problem: {
                key: "several-credentials",
                cause: "The request carries Authorization and X-Auth-Key or X-Auth-Email together; Cloudflare reads the key and does not look at the token.",
                remedy: "Send one: take the X-Auth headers out and keep `Authorization: Bearer <token>`.",
            },
        };
    }
    if (key !== undefined || email !== undefined) {
        const problem = checkKey(key ?? "", email ?? "");
        return problem === undefined ? { credential: { key: key ?? "", email: email ?? "" } } : { problem };
    }
    const [, token] = /^Bearer (.*)$/s.exec(authorization ?? "") ?? [];
    if (token === undefined) {
        const cause =
            authorization === undefined
                ? "The request carries no credential."
                : /^bearer\s/i.test(authorization)
                  ? "The Authorization header does not write the word as Cloudflare wants it: Bearer, with a capital B and one space."
                  : "The Authorization header holds the token without the word Bearer before it.";
        return {
            problem: {
                key: "missing-bearer",
                cause: cause,
                remedy: "Send the header `Authorization: Bearer <token>`.",
            },
        };
    }
    const problem = checkToken(token);
    return problem === undefined ? { credential: { token } } : { problem };
}

function target({ url }: WrittenRequest, baseUrl: string, credential: Credential | undefined): Read {
    const base = [DEFAULT_BASE_URL, baseUrl].find((known) => url.startsWith(`${known}/`));
    if (base === undefined) {
        const shown = url.replace(/\/\/[^/@]*@/, "//").slice(0, 100);
        return {
            problem: {
                key: "not-the-api",
                cause: `${shown} is no URL of Cloudflare's API.`,
                remedy: `Write ${DEFAULT_BASE_URL}/zones/<zone ID>/purge_cache.`,
            },
        };
    }
    const path = url.slice(base.length).replace(/[?#].*$/s, "");
    if (path === "/user/tokens/verify" && credential !== undefined && "token" in credential) {
        return tokenOwner(credential.token) === "account" ? { problem: wrongVerify() } : {};
    }
    const [, zoneId] = /^\/zones\/([^/]*)\/(?:environments\/[^/]+\/)?(?:purge|invalidate)_cache$/.exec(path) ?? [];
    if (zoneId !== undefined && !/^[0-9a-f]{32}$/i.test(zoneId)) {
        return {
            zoneId,
            problem: {
                key: "wrong-zone-id",
                cause: `"${zoneId.slice(0, 64)}" is no zone ID: those have 32 hexadecimal digits.`,
                remedy: "Copy the Zone ID (not the Account ID) from the zone's overview page; or use `cache-purge purge --zone NAME`, which looks it up.",
            },
        };
    }
    return zoneId === undefined ? {} : { zoneId };
}

function wrongVerify(): Problem {
    return {
        key: "account-token-wrong-verify",
        cause: "The token belongs to an account (it begins with cfat_), and is looked for among the user's tokens.",
        remedy: "Verify it at the account: GET /accounts/<account ID>/tokens/verify. The token itself may be good.",
    };
}

function bodyOf(request: WrittenRequest, zoneId: string | undefined): { urls: string[]; problem?: Problem } {
    if (zoneId === undefined) {
        return { urls: [] };
    }
    const bad = (key: string, cause: string, remedy: string) => ({
        urls: [],
        problem: { key, cause, remedy },
    });
    let body: unknown;
    try {
        body = JSON.parse(request.body ?? "");
    } catch {
        return bad(
            "malformed-body",
            request.body === undefined ? "The request has no body." : "The body is not JSON.",
            `Send --data '{"files":["https://www.example.com/"]}'.`,
        );
    }
    const { files, ...others } = (body ?? {}) as Record<string, unknown>;
    const count = Math.max(
        0,
        ...[files, ...Object.values(others)].map((list) => (Array.isArray(list) ? list.length : 0)),
    );
    if (files !== undefined && !Array.isArray(files)) {
        const one = typeof files === "string" ? files : "https://www.example.com/";
        const whole = checkUrl(one, undefined) === undefined ? one : "https://www.example.com/";
        return bad(
            "files-not-array",
            "`files` is not an array.",
            `Write an array, also for one URL: {"files":["${whole}"]}.`,
        );
    }
    if (count > (files === undefined ? MOST : MOST_ENTERPRISE)) {
        return bad(
            "too-many-items",
            `The request has ${count} items.`,
            `Send at most ${MOST} items a request (500 URLs on Enterprise).`,
        );
    }
    const items = (files ?? []) as readonly unknown[];
    const urls = items.map((item) =>
        String(typeof item === "object" && item !== null && "url" in item ? item.url : item),
    );
    const problem = urls.map((url) => checkUrl(url, undefined)).find((finding) => finding !== undefined);
    return problem === undefined ? { urls } : { urls, problem };
}
