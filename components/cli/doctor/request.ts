import { DEFAULT_BASE_URL } from "../../cloudflare/baseUrl";
import type { Credential } from "../../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../../cloudflare/credential";
import { zoneIdProblem } from "../../cloudflare/zone";
import { accountTokenAtUser } from "../../diagnosis/rules";
import type { Problem } from "../../errors/problem";
import { readBody } from "./body";
import type { WrittenRequest } from "./curl";

/** What a request holds. */
export interface RequestReading {
    /** Everything that is wrong with it, whoever sends it. */
    readonly problems: readonly Problem[];
    readonly credential?: Credential;
    /** Of a purge. */
    readonly zoneId?: string;
    /** The first URL in `files`. */
    readonly url?: string;
    /** Everything that the zone has to hold, as URLs. */
    readonly items: readonly string[];
}

/** Reads a request to the purge API: its URL, its method, its credential, its body. */
export function readRequest(request: WrittenRequest, baseUrl: string): RequestReading {
    const credential = credentialOf(request.headers);
    const path = pathOf(request.url, baseUrl);
    const wrongUrl = typeof path === "string" ? [] : [path];
    if (path === "/user/tokens/verify" && "token" in credential && tokenOwner(credential.token) === "account") {
        return { problems: [accountTokenAtUser("")], items: [] };
    }
    const purge = purgeOf(typeof path === "string" ? path : request.url);
    const body = purge === undefined || request.bodyFile !== undefined ? undefined : readBody(request.body);
    const { method } = request;
    return {
        problems: [
            ...(request.retyped === true ? [RETYPED] : []),
            ...wrongUrl,
            ...(purge?.problem === undefined ? [] : [purge.problem]),
            ...("cause" in credential ? [credential] : []),
            // DELETE is what purges were once, and what old scripts still send.
            ...(purge === undefined || method === "POST" || method === "DELETE" ? [] : [wrongMethod(method)]),
            ...(body?.problems ?? []),
        ],
        ...("cause" in credential ? {} : { credential }),
        ...(purge?.zoneId === undefined ? {} : { zoneId: purge.zoneId }),
        ...(body?.urls[0] === undefined ? {} : { url: body.urls[0] }),
        items: body === undefined ? [] : [...body.urls, ...body.places],
    };
}

const RETYPED: Problem = {
    key: "typographic-quotes",
    cause: "The command has typographic quotation marks or dashes, as word processors and web pages make them: no shell takes them for quotes or options.",
    remedy: "Type \" and ' and - by hand.",
};

function wrongMethod(method: string): Problem {
    const cause = `The request is a ${method.slice(0, 20)}; a purge is a POST.`;
    return { key: "wrong-method", cause, remedy: "Send it with -X POST (PowerShell: -Method Post)." };
}

/** A request takes no names. */
const COPY_ID =
    "Copy the Zone ID (not the Account ID) from the zone's overview page, https://dash.cloudflare.com/?to=/:account/:zone, into the URL.";

/** What the path of a purge names. `undefined`: it is that of something else. */
function purgeOf(path: string): { readonly zoneId?: string; readonly problem?: Problem } | undefined {
    const [, zoneId] =
        /\/zones\/([^/]*)\/(?:environments\/[^/]+\/)?(?:purge|invalidate)_cache\/?(?:[?#]|$)/.exec(path) ?? [];
    if (zoneId !== undefined) {
        const problem = zoneIdProblem(zoneId);
        return problem === undefined ? { zoneId } : { zoneId, problem: { ...problem, remedy: COPY_ID } };
    }
    return /(?:purge|invalidate)_cache/.test(path)
        ? {
              problem: {
                  key: "wrong-zone-id",
                  cause: "The URL names no zone.",
                  remedy: `Write ${DEFAULT_BASE_URL}/zones/<zone ID>/purge_cache.`,
              },
          }
        : undefined;
}

function credentialOf(headers: WrittenRequest["headers"]): Credential | Problem {
    const { authorization, "x-auth-key": key, "x-auth-email": email } = headers;
    if (authorization !== undefined && (key ?? email) !== undefined) {
        return {
            key: "several-credentials",
            cause: "The request carries Authorization and X-Auth-Key or X-Auth-Email together; Cloudflare reads the key and does not look at the token.",
            remedy: "Send one: take the X-Auth headers out and keep `Authorization: Bearer <token>`.",
        };
    }
    if (key !== undefined || email !== undefined) {
        const problem = checkKey(key ?? "", email ?? "");
        const remedy =
            "Send the token in the header `Authorization: Bearer <token>`, without X-Auth-Key and X-Auth-Email.";
        return problem === undefined ? { key: key ?? "", email: email ?? "" } : { ...problem, remedy };
    }
    const [, token] = /^Bearer (.*)$/s.exec(authorization ?? "") ?? [];
    if (token !== undefined) {
        return checkToken(token) ?? { token };
    }
    const cause =
        authorization === undefined
            ? "The request carries no credential."
            : /^basic\s/i.test(authorization)
              ? "The request sends a name and a password (Basic), which Cloudflare's API does not read."
              : /^bearer$/i.test(authorization)
                ? "The Authorization header has the word Bearer and no token behind it."
                : /^bearer\W/i.test(authorization)
                  ? "The Authorization header does not write the word as Cloudflare wants it: Bearer, with a capital B and one space."
                  : /\s/.test(authorization)
                    ? "The Authorization header begins with another word than Bearer."
                    : "The Authorization header holds the token without the word Bearer before it.";
    return { key: "missing-bearer", cause, remedy: "Send the header `Authorization: Bearer <token>`." };
}

/** The path below the API's base URL. */
function pathOf(url: string, baseUrl: string): string | Problem {
    const base = [DEFAULT_BASE_URL, baseUrl].find((known) => url.startsWith(`${known}/`));
    if (base === undefined) {
        const shown = url.replace(/\/\/[^/@]*@/, "//").slice(0, 100);
        return {
            key: "not-the-api",
            cause: `${shown} is not a URL of Cloudflare's API.`,
            remedy: `Write ${DEFAULT_BASE_URL}/zones/<zone ID>/purge_cache.`,
        };
    }
    return url.slice(base.length).replace(/[?#].*$/s, "");
}
