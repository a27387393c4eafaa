import type { Problem } from "../errors/problem";
import { ProblemError, problemText } from "../errors/problem";
import { REPORT_IT } from "../settings/project";
import { redactor } from "./redact";

/** What sort of failure it is; decides who can fix it, and whether the next request would meet it too. */
export type ErrorKind =
    /** Cloudflare does not know or accept the credential. The next request meets it too. */
    | "authentication"
    /** The credential may not do this, here or from this address. */
    | "permission"
    /** What was named (zone, account, token) is not there. */
    | "not-found"
    /** Too much at once; later it passes. */
    | "rate-limit"
    /** This request's body or parameters are wrong; another one may pass. */
    | "request"
    /** Cloudflare's own trouble. */
    | "server"
    /** No answer. */
    | "network"
    /** Something answered that is not Cloudflare's API. */
    | "not-the-api"
    /** Somebody stopped it. */
    | "aborted"
    /** A mistake in this package. */
    | "internal";

/** The kinds of what Cloudflare's API itself answers. */
export type RefusalKind = Exclude<ErrorKind, "network" | "not-the-api" | "aborted" | "internal">;

/** One entry of `errors` or `messages` in Cloudflare's envelope, with secrets taken out. */
export interface ApiMessage {
    readonly code: number;
    readonly message: string;
}

export interface ErrorDetails extends Omit<Problem, "key"> {
    /** Default: `unknown`. */
    readonly key?: string;
    /** What was being done and to what: `purge in zone example.com (023e…)`. */
    readonly operation: string;
    readonly kind: ErrorKind;
    /** HTTP status, when there was an answer. */
    readonly status?: number;
    /** What Cloudflare said, chains included, outermost first. */
    readonly said?: readonly ApiMessage[];
    readonly retryable?: boolean;
    /** Seconds, when Cloudflare said how long. */
    readonly retryAfter?: number;
    /** Cloudflare's ray ID of the answer, for its support. */
    readonly ray?: string;
}

/**
 * The one error that leaves this folder. Plain data: no request, no header, no credential, and no other error that could
 * hold one. The message reads: what was being done, what Cloudflare said, what is wrong, what to do.
 */
export class CloudflareError extends ProblemError {
    override readonly name = "CloudflareError";
    readonly operation: string;
    readonly kind: ErrorKind;
    declare readonly status?: number;
    /** Cloudflare's codes, outermost first, without repeats; empty when it gave none. */
    readonly codes: readonly number[];
    readonly said: readonly ApiMessage[];
    /** Whether the same request may pass later with nothing changed. */
    readonly retryable: boolean;
    /** Seconds to wait, when Cloudflare said so. */
    declare readonly retryAfter?: number;
    declare readonly ray?: string;

    constructor(details: ErrorDetails) {
        const { key = "unknown", cause, remedy, operation, kind, status, said = [], retryAfter, ray } = details;
        super({ key, cause, remedy }, problemText({ cause: summaryOf(details), remedy }));
        this.operation = operation;
        this.kind = kind;
        this.said = said;
        this.codes = [...new Set(said.map((m) => m.code))];
        this.retryable = details.retryable ?? false;
        if (status !== undefined) {
            this.status = status;
        }
        if (retryAfter !== undefined) {
            this.retryAfter = retryAfter;
        }
        if (ray !== undefined) {
            this.ray = ray;
        }
    }

    /** What was being done, what Cloudflare said, and what is wrong: the message without its remedy. */
    get summary(): string {
        return summaryOf(this);
    }

    /** The same failure, with a better cause and remedy. */
    with({ key, cause, remedy }: Problem): CloudflareError {
        return new CloudflareError({ ...this, key, cause, remedy });
    }

    toJSON(): Record<string, unknown> {
        const { name, message, operation, kind, status, codes, said, key, cause, remedy, retryable, retryAfter, ray } =
            this;
        return { name, message, operation, kind, status, codes, said, key, cause, remedy, retryable, retryAfter, ray };
    }

    /** Somebody stopped `operation`. */
    static aborted(operation: string): CloudflareError {
        return new CloudflareError({
            operation,
            kind: "aborted",
            key: "aborted",
            cause: "It was stopped.",
            remedy: "",
        });
    }

    /**
     * Anything that was thrown, as a CloudflareError. What is not one already is a mistake of this package: only its
     * class and message are kept, since its other properties may hold anything; of an HTTP library's error, its code.
     */
    static from(error: unknown, operation: string): CloudflareError {
        if (error instanceof CloudflareError) {
            return error;
        }
        const words = redactor(undefined)(wordsOf(error));
        return new CloudflareError({
            operation,
            kind: "internal",
            key: "internal",
            cause: `An error that this package did not expect: ${words}.`,
            remedy: REPORT_IT,
        });
    }
}

function wordsOf(error: unknown): string {
    if (!(error instanceof Error)) {
        return typeof error === "string" ? error : typeof error;
    }
    const { isAxiosError, code } = error as { isAxiosError?: unknown; code?: unknown };
    return isAxiosError === true ? `${error.name} ${String(code)}` : `${error.name}: ${error.message}`;
}

function summaryOf(details: ErrorDetails): string {
    const parts = [answerWords(details), details.cause].filter((part) => part !== "");
    return `${details.operation}: ${parts.join(" ")}`;
}

function answerWords({ status, said, kind }: ErrorDetails): string {
    if (status === undefined) {
        return "";
    }
    if (kind === "not-the-api" || said === undefined || said.length === 0) {
        return `answered with status ${status}.`;
    }
    const words = said.map((m) => (m.message === "" ? `${m.code}` : `${m.code} ${m.message}`)).join(" → ");
    return `Cloudflare answered ${status} (${words}).`;
}

/** What a connection's failure means for a person. */
interface Failure extends Problem {
    /** The codes of Node and axios that mean it. */
    readonly codes: readonly string[];
    /** Default: `network`. */
    readonly kind?: ErrorKind;
    readonly retryable?: true;
}

/** @param host Where the request went. @param seconds Its time limit. */
function failures(host: string, seconds: number): readonly Failure[] {
    return [
        {
            codes: ["ENOTFOUND"],
            key: "dns",
            cause: `The name ${host} is not known here (DNS).`,
            remedy: "Check the spelling of the base URL, the network and the DNS server; behind a proxy set HTTPS_PROXY.",
        },
        {
            codes: ["EAI_AGAIN"],
            key: "dns",
            cause: `The DNS server does not answer for ${host}.`,
            remedy: "Check the network connection and the DNS server; behind a proxy set HTTPS_PROXY.",
            retryable: true,
        },
        {
            codes: ["ECONNREFUSED"],
            key: "network",
            cause: `Nothing accepts connections at ${host}, or at the proxy before it.`,
            remedy: "Check the base URL and HTTPS_PROXY, and that a firewall lets the connection out.",
            retryable: true,
        },
        {
            codes: ["ETIMEDOUT", "ECONNABORTED", "ERR_CANCELED"],
            key: "network",
            cause: `${host} did not answer within ${seconds} s.`,
            remedy: "Check the network, or raise `timeout`.",
            retryable: true,
        },
        {
            codes: ["CERT_NOT_YET_VALID", "CERT_HAS_EXPIRED"],
            key: "clock",
            cause: `The certificate of ${host} is not valid at the date that this machine has.`,
            remedy: "Check the machine's date (`date -u`); if it is right, something between here and Cloudflare presents an old certificate.",
        },
        {
            codes: ["ERR_INVALID_URL", "ERR_UNSUPPORTED_PROTOCOL"],
            key: "not-the-api",
            kind: "not-the-api",
            cause: "The base URL or the proxy's URL is not a URL.",
            remedy: "Check the base URL and HTTPS_PROXY.",
        },
        {
            codes: ["ERR_INVALID_CHAR"],
            key: "malformed-token",
            kind: "authentication",
            cause: "The credential has a character that no header may carry, such as a line end.",
            remedy: "Paste the bare value again, without line ends or quotes.",
        },
        {
            codes: ["ERR_BAD_RESPONSE"],
            key: "not-the-api",
            kind: "not-the-api",
            cause: `${host} sent far more than Cloudflare's API ever does.`,
            remedy: "Check the base URL and whether a proxy stands between.",
        },
    ];
}

/** The error for a request that got no answer. Nothing of the library's own error is kept but its code. */
export function noAnswer(code: string, url: string, operation: string, timeout: number): CloudflareError {
    const host = URL.canParse(url) ? new URL(url).host : "the base URL";
    const known = failures(host, timeout).find(({ codes }) => codes.includes(code));
    if (known !== undefined) {
        const { codes: _, kind = "network", ...rest } = known;
        return new CloudflareError({ operation, kind, ...rest });
    }
    if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER|ALTNAME|EPROTO|UNABLE_TO_VERIFY/.test(code)) {
        return new CloudflareError({
            operation,
            kind: "network",
            key: "tls",
            cause: `The TLS connection to ${host} failed (${code}).`,
            remedy: "If a proxy of your network inspects TLS, give its certificate in NODE_EXTRA_CA_CERTS; else check the base URL and the machine's date.",
        });
    }
    return new CloudflareError({
        operation,
        kind: "network",
        key: "network",
        cause: `The connection to ${host} broke (${code}).`,
        remedy: "Check the network, then run it again.",
        retryable: true,
    });
}
