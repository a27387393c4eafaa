import { DEFAULT_BASE_URL } from "../../cloudflare/baseUrl";
import type { Credential } from "../../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../../cloudflare/credential";
import { zoneIdProblem } from "../../cloudflare/zone";
import { accountTokenAtUser } from "../../diagnosis/rules";
import { checkUrl } from "../../diagnosis/zoneProblems";
import type { Problem } from "../../errors/problem";
import { OptionError } from "../../errors/problem";
import { parseTargets } from "../../plan/targets";
import { planLimits } from "../../settings/limits";
import { nearest } from "../../settings/option";
import type { WrittenRequest } from "./curl";

/** What a request holds. */
interface RequestReading {
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

/** What the body of a purge holds. */
interface BodyReading {
    readonly problems: readonly Problem[];
    /** URLs in `files`. */
    readonly urls: readonly string[];
    /** Hosts, and prefixes, as URLs. */
    readonly places: readonly string[];
}

const LISTS = ["files", "prefixes", "hosts", "tags"] as const;
const SELECTORS = [...LISTS, "purge_everything"];

/** Of a list in which everything is wrong, the first few are enough. */
const MOST = 3;

/** Reads the body of a purge, and says everything that is wrong with it. */
function readBody(text: string | undefined): BodyReading {
    const wrong = (cause: string, remedy: string, key = "malformed-body"): Problem => ({ key, cause, remedy });
    const only = (problem: Problem): BodyReading => ({ problems: [problem], urls: [], places: [] });
    const example = `Send --data '{"files":["https://www.example.com/"]}'.`;
    if (text === undefined || text.trim() === "") {
        return only(wrong("The request has no body.", example));
    }
    let body: unknown;
    try {
        body = JSON.parse(text);
    } catch {
        return only(
            /[“”„]/.test(text)
                ? wrong("The body is not JSON: its quotation marks are typographic ones.", `Write " by hand.`)
                : wrong("The body is not JSON.", example),
        );
    }
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
        return only(wrong("The body is not a JSON object.", example));
    }
    const given = new Map<string, unknown>(Object.entries(body));
    const problems: Problem[] = [];
    for (const name of given.keys()) {
        if (!SELECTORS.includes(name)) {
            const near = nearest(name, SELECTORS) ?? (/^urls?$/i.test(name) ? "files" : undefined);
            const remedy = near === undefined ? `Write one of ${SELECTORS.join(", ")}.` : `Write "${near}".`;
            problems.push(wrong(`Cloudflare does not know "${name.slice(0, 40)}" in the body of a purge.`, remedy));
        }
    }
    const named = SELECTORS.filter((name) => given.has(name));
    if (named.length > 1) {
        problems.push(
            wrong(`The body has ${named.join(" and ")}: a request takes one of them.`, "Send a request for each."),
        );
    }
    if (given.size === 0) {
        problems.push(wrong("The body names nothing to purge.", `Write one of ${SELECTORS.join(", ")}.`));
    }
    if (given.has("purge_everything") && given.get("purge_everything") !== true) {
        problems.push(
            wrong("`purge_everything` can only be true, without quotation marks.", 'Write {"purge_everything":true}.'),
        );
    }
    const urls: string[] = [];
    const places: string[] = [];
    for (const name of LISTS) {
        const list = given.get(name);
        if (!given.has(name)) {
            continue;
        }
        if (!Array.isArray(list)) {
            const remedy = `Write an array, also for one ${name === "files" ? "URL" : "item"}: {"${name}":["${exampleOf(name, list)}"]}.`;
            problems.push(wrong(`\`${name}\` is not an array.`, remedy, "files-not-array"));
            continue;
        }
        if (list.length === 0) {
            problems.push(
                wrong(
                    `\`${name}\` is empty: the body names nothing to purge.`,
                    `Name something, or leave ${name} out.`,
                ),
            );
        }
        problems.push(...countProblems(name, list.length));
        const items = (list as readonly unknown[]).map((item) =>
            name === "files" && typeof item === "object" && item !== null && "url" in item ? item.url : item,
        );
        const found = items.map((item, i) => itemProblem(name, item, i)).filter((problem) => problem !== undefined);
        problems.push(...found.slice(0, MOST));
        if (name === "files") {
            urls.push(...items.map(String));
        } else if (name !== "tags") {
            places.push(...items.map((item) => `https://${String(item)}`));
        }
    }
    return { problems, urls, places };
}

const EXAMPLES = {
    files: "https://www.example.com/",
    prefixes: "www.example.com/blog/",
    hosts: "www.example.com",
    tags: "news",
};

/** What one item would be, out of what was written where a list has to be. */
function exampleOf(name: (typeof LISTS)[number], written: unknown): string {
    if (name !== "files" || typeof written !== "string") {
        return EXAMPLES[name];
    }
    return written.startsWith("/")
        ? `https://www.example.com${written}`
        : checkUrl(written) === undefined
          ? written
          : EXAMPLES.files;
}

function countProblems(name: string, count: number): Problem[] {
    const most = planLimits("free").urlsPerRequest;
    const enterprise = planLimits("enterprise").urlsPerRequest;
    return count <= (name === "files" ? enterprise : most)
        ? []
        : [
              {
                  key: "too-many-items",
                  cause: `The request has ${count} items.`,
                  remedy: `Send at most ${most} items per request (${enterprise} URLs on Enterprise).`,
              },
          ];
}

function itemProblem(name: (typeof LISTS)[number], item: unknown, i: number): Problem | undefined {
    if (typeof item !== "string") {
        const cause = `\`${name}\` holds something that is not a string (item ${i + 1}).`;
        return { key: "malformed-body", cause, remedy: `Write strings: {"${name}":["${EXAMPLES[name]}"]}.` };
    }
    const wrongUrl = name === "files" ? checkUrl(item) : undefined;
    if (wrongUrl !== undefined) {
        return wrongUrl;
    }
    try {
        parseTargets({ [name === "files" ? "urls" : name]: [item] }, [], "");
        return undefined;
    } catch (error) {
        if (!(error instanceof OptionError)) {
            throw error;
        }
        const { value, what, remedy } = error;
        return { key: "malformed-body", cause: `In \`${name}\`, "${value}": ${what}.`, remedy };
    }
}
