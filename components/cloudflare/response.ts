import type { Problem } from "../errors/problem";
import { printable } from "../errors/text";
import type { ApiMessage, RefusalKind } from "./cloudflareError";
import { CloudflareError } from "./cloudflareError";
import { TOKENS_PAGE } from "./credential";
import { entryFor } from "./errorCodes";
import { parseRetryAfter } from "./retry";

/** What came back over HTTP. Header names are in lower case. */
export interface ApiResponse {
    readonly url: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
}

/** What {@link parseResponse} needs beside the response. */
export interface Circumstances {
    /** `purge of zone example.com (023e…)`. */
    readonly operation: string;
    /** Takes secrets out of a text that came from outside. */
    readonly redact: (text: string) => string;
    /** Milliseconds since the epoch, for a Retry-After that is a date. */
    readonly now: number;
}

/** Cloudflare's envelope (developers.cloudflare.com/fundamentals/api/how-to/make-api-calls). */
export interface Envelope {
    readonly success: boolean;
    readonly errors: readonly ApiMessage[];
    readonly messages: readonly ApiMessage[];
    readonly result: unknown;
    readonly resultInfo: Readonly<Record<string, unknown>>;
}

/** @returns the envelope of a response, every text in it cleaned; `undefined`: the body is not one. */
export function parseEnvelope(text: string, clean: (text: string) => string): Envelope | undefined {
    let body: unknown;
    try {
        body = JSON.parse(text, (_, value) => (typeof value === "string" ? clean(value) : value));
    } catch {
        return undefined;
    }
    if (typeof body !== "object" || body === null || !("success" in body) || typeof body.success !== "boolean") {
        return undefined;
    }
    const {
        success,
        errors,
        messages,
        result,
        result_info: info,
    } = body as Record<string, unknown> & { success: boolean };
    return {
        success,
        errors: messageList(errors),
        messages: messageList(messages),
        result,
        resultInfo: typeof info === "object" && info !== null ? (info as Record<string, unknown>) : {},
    };
}

/** Long enough for every sentence of Cloudflare's, short enough for a line. */
const LONGEST_MESSAGE = 300;
/** Of a response that lists an error for each of a hundred URLs, the first few are enough. */
const MOST_MESSAGES = 10;

/** Errors with their chains, outermost first. */
function messageList(list: unknown): ApiMessage[] {
    if (!Array.isArray(list)) {
        return [];
    }
    const flat = list.flatMap((item: unknown): ApiMessage[] => {
        if (typeof item !== "object" || item === null) {
            return [];
        }
        const { code, message, error_chain: chain } = item as Record<string, unknown>;
        const own = Number.isSafeInteger(Number(code)) ? [{ code: Number(code), message: words(message) }] : [];
        return [...own, ...messageList(chain)];
    });
    return flat.slice(0, MOST_MESSAGES);
}

function words(message: unknown): string {
    const text = typeof message === "string" ? message : "";
    return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}

/** The envelope of a success. @throws CloudflareError for everything else. */
export function parseResponse(raw: ApiResponse, around: Circumstances): Envelope {
    const clean = (text: string): string => printable(around.redact(text));
    const headers = Object.fromEntries(Object.entries(raw.headers).map(([name, value]) => [name, clean(value)]));
    const answer = { ...raw, url: around.redact(raw.url), headers };
    const envelope = parseEnvelope(answer.text, clean);
    if (envelope === undefined) {
        throw notTheApi(answer, around);
    }
    if (answer.status >= 200 && answer.status < 300 && envelope.success) {
        return envelope;
    }
    throw refusal(answer, envelope, around);
}

function refusal(answer: ApiResponse, { errors }: Envelope, { operation, now }: Circumstances): CloudflareError {
    const { status } = answer;
    const entry = entryFor(errors.map((e) => e.code));
    const kind = status === 429 ? "rate-limit" : status >= 500 ? "server" : (entry?.kind ?? kindOfStatus(status));
    const useful = entry?.kind === kind ? entry : undefined;
    const retryAfter =
        status === 429 || status >= 500 ? parseRetryAfter(answer.headers["retry-after"], now) : undefined;
    const only = useful?.causes.length === 1 ? useful.causes[0] : undefined;
    const general = BY_KIND[kind];
    return new CloudflareError({
        operation,
        kind,
        status,
        said: errors,
        retryable: kind === "rate-limit" || kind === "server",
        ...given("retryAfter", retryAfter),
        ...given("ray", ray(answer)),
        ...(addressRefused(errors) ?? {
            cause: useful?.meaning ?? general.cause,
            remedy: (kind === "rate-limit" ? waitRemedy(retryAfter) : undefined) ?? useful?.remedy ?? general.remedy,
            ...given("key", only ?? ("key" in general ? general.key : undefined)),
        }),
    });
}

/** Where Cloudflare asks for a wait that a person notices, how long it is. */
function waitRemedy(retryAfter = 0): string | undefined {
    const minutes = Math.ceil(retryAfter / 60);
    return retryAfter < 60
        ? undefined
        : `Wait ${minutes} min, as Cloudflare asks, then run it again, one run at a time.`;
}

/** 9109 has two meanings; only the words tell them apart ("Cannot use the access token from location: 192.0.2.1"). */
function addressRefused(errors: readonly ApiMessage[]): Problem | undefined {
    const said = errors.find(({ code, message }) => code === 9109 && /location/i.test(message));
    if (said === undefined) {
        return undefined;
    }
    const address = /location:?\s*([0-9a-f.:]+)/i.exec(said.message)?.[1];
    return {
        key: "address-not-allowed",
        cause: `The token may not be used from ${address === undefined ? "this address" : `the address ${address}`}.`,
        remedy: `Add that address to the token's client IP filter (Edit at ${TOKENS_PAGE}), or remove the filter.`,
    };
}

function kindOfStatus(status: number): RefusalKind {
    return status === 401 ? "authentication" : status === 403 ? "permission" : status === 404 ? "not-found" : "request";
}

/** For answers whose code is not in the catalogue. */
const BY_KIND = {
    authentication: {
        cause: "Cloudflare does not accept the credential.",
        remedy: "Copy the token's value again, or make a new token.",
    },
    permission: {
        cause: "The credential may not do this.",
        remedy: "Give it Zone, Cache Purge for this zone.",
    },
    "not-found": {
        cause: "It does not exist.",
        remedy: "Check the ID, and that the base URL ends in /client/v4.",
    },
    "rate-limit": {
        key: "rate-limited",
        cause: "Cloudflare asks for fewer requests.",
        remedy: "Wait, then run it again, one run at a time.",
    },
    request: { cause: "Cloudflare refuses this request.", remedy: "Correct what its answer names." },
    server: {
        key: "server-error",
        cause: "Cloudflare could not do it.",
        remedy: "Run it again; if it stays, see www.cloudflarestatus.com.",
    },
} as const satisfies Record<RefusalKind, Omit<Problem, "key"> & Partial<Problem>>;

/** An answer without Cloudflare's envelope: a proxy's page, another server, or Cloudflare's own page for 5xx. */
function notTheApi(answer: ApiResponse, { operation, now }: Circumstances): CloudflareError {
    const { url, status, headers } = answer;
    const retryAfter = parseRetryAfter(headers["retry-after"], now);
    const common = { operation, status, ...given("ray", ray(answer)), ...given("retryAfter", retryAfter) };
    if (status === 429) {
        const limited = BY_KIND["rate-limit"];
        const remedy = waitRemedy(retryAfter) ?? limited.remedy;
        return new CloudflareError({ ...common, kind: "rate-limit", retryable: true, ...limited, remedy });
    }
    if (isBlocked(answer)) {
        const isServer = status >= 500;
        return new CloudflareError({
            ...common,
            kind: isServer ? "server" : "not-the-api",
            retryable: isServer,
            key: "blocked",
            cause: `Cloudflare blocks requests from this machine's address before they reach its API (Ray ID ${ray(answer) ?? "not given"}).`,
            remedy: "Run it from another address, or later; if it stays, give the Ray ID to Cloudflare's support.",
        });
    }
    if (status >= 500 && headers["cf-ray"] !== undefined) {
        return new CloudflareError({ ...common, kind: "server", retryable: true, ...BY_KIND.server });
    }
    if (status === 407) {
        return new CloudflareError({
            ...common,
            kind: "not-the-api",
            key: "not-the-api",
            cause: "A proxy between here and Cloudflare asks for a user name and a password.",
            remedy: "Put them into HTTPS_PROXY (http://user:password@host:port), or add the host to NO_PROXY.",
        });
    }
    const isEmpty = answer.text.trim() === "";
    const type = (headers["content-type"] ?? "no content type").split(";")[0]?.slice(0, 100) ?? "";
    const what = isEmpty ? "with an empty body" : `${type} that is not Cloudflare's API`;
    const isRedirect = status >= 300 && status < 400 && headers.location !== undefined;
    const location = isRedirect ? ` It redirects to ${headers.location?.slice(0, 200)}.` : "";
    return new CloudflareError({
        ...common,
        kind: "not-the-api",
        key: "not-the-api",
        retryable: status >= 500 || (status >= 200 && status < 300 && (isEmpty || type === "application/json")),
        cause: `${url} answered ${what}.${location}`,
        remedy: "Check the base URL (it ends in /client/v4) and whether a proxy or a login page stands between.",
    });
}

/** What Cloudflare's own pages hold, whatever stands between takes out of the headers. */
const ITS_PAGES = /challenge-platform|cf-chl|cf-error-details|Attention Required! \| Cloudflare|^error code: 10\d\d/im;

/** Cloudflare's own page before the API: a challenge names itself, a block is a page where the API answers JSON. */
function isBlocked(answer: ApiResponse): boolean {
    const { status, headers, text } = answer;
    if (headers["cf-mitigated"] !== undefined) {
        return true;
    }
    return (
        (status === 403 && ray(answer) !== undefined) || ((status === 403 || status === 503) && ITS_PAGES.test(text))
    );
}

/** The ID by which Cloudflare finds a request in its logs: a header, else what its page shows. */
function ray({ headers, text }: ApiResponse): string | undefined {
    const value = headers["cf-ray"] ?? /\bRay ID:?\s*(?:<[^>]*>\s*)*([0-9a-f]{16})\b/i.exec(text)?.[1];
    return value !== undefined && /^[0-9a-zA-Z-]{1,40}$/.test(value) ? value : undefined;
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
    return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}
