import { DEFAULT_BASE_URL } from "../../cloudflare/baseUrl";
import type { Credential } from "../../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../../cloudflare/credential";
import { zoneIdProblem } from "../../cloudflare/zone";
import { accountTokenAtUser } from "../../diagnosis/credentialRules";
import { checkUrl } from "../../diagnosis/url";
import type { Problem } from "../../errors/problem";
import { planLimits } from "../../settings/limits";
import type { WrittenRequest } from "./curl";

/** What a request holds. */
export interface RequestReading {
    /** Everything that is wrong with it, whoever sends it. */
    readonly problems: readonly Problem[];
    readonly credential?: Credential;
    /** Of a purge. */
    readonly zoneId?: string;
    /** URLs in `files`. */
    readonly urls: readonly string[];
}

/** Reads a request to the purge API: its URL, its credential, its body. */
export function readRequest(request: WrittenRequest, baseUrl: string): RequestReading {
    const credential = credentialOf(request.headers);
    const path = pathOf(request.url, baseUrl);
    if (typeof path !== "string") {
        return { problems: [path], urls: [] };
    }
    const wrongCredential = "cause" in credential ? [credential] : [];
    if (path === "/user/tokens/verify" && "token" in credential && tokenOwner(credential.token) === "account") {
        return { problems: [accountTokenAtUser("")], urls: [] };
    }
    const [, zoneId] = /^\/zones\/([^/]*)\/(?:environments\/[^/]+\/)?(?:purge|invalidate)_cache$/.exec(path) ?? [];
    const wrongId = zoneId === undefined ? undefined : zoneIdProblem(zoneId);
    const urls = zoneId === undefined || request.bodyFile !== undefined ? [] : urlsOf(request.body);
    return {
        problems: [...(wrongId === undefined ? [] : [wrongId]), ...wrongCredential, ...("cause" in urls ? [urls] : [])],
        ...("cause" in credential ? {} : { credential }),
        ...(zoneId === undefined ? {} : { zoneId }),
        urls: "cause" in urls ? [] : urls,
    };
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
        return checkKey(key ?? "", email ?? "") ?? { key: key ?? "", email: email ?? "" };
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
              : /^bearer\s/i.test(authorization)
                ? "The Authorization header does not write the word as Cloudflare wants it: Bearer, with a capital B and one space."
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

function urlsOf(text: string | undefined): readonly string[] | Problem {
    let body: unknown;
    try {
        body = JSON.parse(text ?? "");
    } catch {
        return {
            key: "malformed-body",
            cause: text === undefined ? "The request has no body." : "The body is not JSON.",
            remedy: `Send --data '{"files":["https://www.example.com/"]}'.`,
        };
    }
    const { files, ...others } = (body ?? {}) as Record<string, unknown>;
    if (files !== undefined && !Array.isArray(files)) {
        const one = typeof files === "string" && checkUrl(files) === undefined ? files : "https://www.example.com/";
        return {
            key: "files-not-array",
            cause: "`files` is not an array.",
            remedy: `Write an array, also for one URL: {"files":["${one}"]}.`,
        };
    }
    const counts = [files, ...Object.values(others)].map((list) => (Array.isArray(list) ? list.length : 0));
    const count = Math.max(0, ...counts);
    const most = planLimits("free").urlsPerRequest;
    const enterprise = planLimits("enterprise").urlsPerRequest;
    if (count > (files === undefined ? most : enterprise)) {
        return {
            key: "too-many-items",
            cause: `The request has ${count} items.`,
            remedy: `Send at most ${most} items per request (${enterprise} URLs on Enterprise).`,
        };
    }
    const urls = ((files ?? []) as readonly unknown[]).map((item) =>
        String(typeof item === "object" && item !== null && "url" in item ? item.url : item),
    );
    return urls.map((url) => checkUrl(url)).find((problem) => problem !== undefined) ?? urls;
}
