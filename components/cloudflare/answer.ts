import type { ApiMessage, ErrorDetails, ErrorKind } from "./cloudflareError";
import { CloudflareError } from "./cloudflareError";
import { entryFor } from "./errorCodes";
import { parseRetryAfter } from "./rateLimitHeaders";

/** What came back over HTTP, before anybody has judged it. Header names are in lower case. */
export interface Answer {
    readonly url: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
}

/** What judging needs beside the answer. */
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

/** @returns the envelope of an answer, every text in it redacted; `undefined`: the body is none. */
export function parseEnvelope(text: string, redact: (text: string) => string): Envelope | undefined {
    let body: unknown;
    try {
        body = JSON.parse(text, (_, value) => (typeof value === "string" ? redact(value) : value));
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
/** An answer that lists an error for each of a hundred URLs is told by its first few. */
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
    const clean = (typeof message === "string" ? message : "").replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
    return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean;
}

/** The envelope of a success. @throws CloudflareError for everything else. */
export function judge(raw: Answer, around: Circumstances): Envelope {
    const headers = Object.fromEntries(
        Object.entries(raw.headers).map(([name, value]) => [name, around.redact(value)]),
    );
    const answer = { ...raw, url: around.redact(raw.url), headers };
    const envelope = parseEnvelope(answer.text, around.redact);
    if (envelope === undefined) {
        throw notTheApi(answer, around);
    }
    if (answer.status >= 200 && answer.status < 300 && envelope.success) {
        return envelope;
    }
    throw refusal(answer, envelope, around);
}

function refusal(answer: Answer, { errors }: Envelope, { operation, now }: Circumstances): CloudflareError {
    const { status } = answer;
    const entry = entryFor(errors.map((e) => e.code));
    const kind = status === 429 ? "rate-limit" : status >= 500 ? "server" : (entry?.kind ?? kindOfStatus(status));
    const useful = entry?.kind === kind ? entry : undefined;
    const retryAfter =
        status === 429 || status >= 500 ? parseRetryAfter(answer.headers["retry-after"], now) : undefined;
    const only = useful?.causes.length === 1 ? useful.causes[0] : undefined;
    const details: ErrorDetails = {
        operation,
        kind,
        status,
        said: errors,
        cause: useful?.meaning ?? REASONS[kind].cause,
        remedy: useful?.remedy ?? REASONS[kind].remedy,
        retryable: kind === "rate-limit" || kind === "server",
        ...given("key", only ?? REASONS[kind].key),
        ...given("retryAfter", retryAfter),
        ...given("ray", ray(answer)),
    };
    return new CloudflareError(addressRefused(details) ?? details);
}

/** 9109 is said for two things; only the words tell them apart ("Cannot use the access token from location: 192.0.2.1"). */
function addressRefused(details: ErrorDetails): ErrorDetails | undefined {
    const said = details.said?.find((m) => m.code === 9109 && /location/i.test(m.message));
    if (said === undefined) {
        return undefined;
    }
    const address = /location:?\s*([0-9a-f.:]+)/i.exec(said.message)?.[1];
    return {
        ...details,
        key: "address-not-allowed",
        cause: `The token may not be used from ${address === undefined ? "this address" : `the address ${address}`}.`,
        remedy: "Add that address to the token's client IP filter (dash.cloudflare.com/profile/api-tokens, Edit), or remove the filter.",
    };
}

function kindOfStatus(status: number): ErrorKind {
    return status === 401 ? "authentication" : status === 403 ? "permission" : status === 404 ? "not-found" : "request";
}

type Told = { readonly cause: string; readonly remedy: string; readonly key?: string };

/** For answers whose code is not in the catalogue. */
const REASONS: Readonly<Record<ErrorKind, Told>> = {
    authentication: {
        cause: "Cloudflare does not accept the credential.",
        remedy: "Copy the token's value again, or make a new token.",
    },
    permission: { cause: "The credential may not do this.", remedy: "Give it Zone, Cache Purge for this zone." },
    "not-found": {
        cause: "There is no such thing.",
        remedy: "Check the ID, and that the base URL ends in /client/v4.",
    },
    "rate-limit": {
        cause: "Cloudflare asks for fewer requests.",
        remedy: "Wait, then run it again, one run at a time.",
        key: "rate-limited",
    },
    request: { cause: "Cloudflare refuses this request.", remedy: "See what it said, and docs/errors.md." },
    server: {
        cause: "Cloudflare could not do it.",
        remedy: "Run it again; if it stays, see www.cloudflarestatus.com.",
        key: "server-error",
    },
    network: { cause: "There was no answer.", remedy: "Check the connection." },
    "not-the-api": { cause: "This is not Cloudflare's API.", remedy: "Check the base URL." },
    aborted: { cause: "It was stopped.", remedy: "" },
    internal: { cause: "This package made a mistake.", remedy: "Please report it." },
};

/** An answer without Cloudflare's envelope: a proxy's page, another server, or Cloudflare's own page for 5xx. */
function notTheApi(answer: Answer, { operation, now }: Circumstances): CloudflareError {
    const { url, status, headers } = answer;
    const type = (headers["content-type"] ?? "no content type").split(";")[0]?.slice(0, 100) ?? "";
    const retryAfter = parseRetryAfter(headers["retry-after"], now);
    const common = { operation, status, ...given("ray", ray(answer)), ...given("retryAfter", retryAfter) };
    if (status === 429) {
        return new CloudflareError({
            ...common,
            kind: "rate-limit",
            retryable: true,
            ...(REASONS["rate-limit"] as Required<Told>),
        });
    }
    if (status >= 500 && headers["cf-ray"] !== undefined) {
        return new CloudflareError({
            ...common,
            kind: "server",
            retryable: true,
            ...(REASONS.server as Required<Told>),
        });
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
    const location =
        status >= 300 && status < 400 && headers.location !== undefined
            ? ` It redirects to ${headers.location.slice(0, 200)}.`
            : "";
    return new CloudflareError({
        ...common,
        kind: "not-the-api",
        key: "not-the-api",
        retryable: status >= 500 || (status >= 200 && status < 300 && type === "application/json"),
        cause: `${url} answered ${type} that is not Cloudflare's API.${location}`,
        remedy: "Check the base URL (it ends in /client/v4) and whether a proxy or a login page stands between.",
    });
}

function ray(answer: Answer): string | undefined {
    const value = answer.headers["cf-ray"];
    return value !== undefined && /^[0-9a-zA-Z-]{1,40}$/.test(value) ? value : undefined;
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
    return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}
