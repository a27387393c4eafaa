import { redactor } from "./redact";

/** What sort of failure it is; decides who can mend it and whether the next request would meet it too. */
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

/** One entry of `errors` or `messages` in Cloudflare's envelope, with secrets taken out. */
export interface ApiMessage {
    readonly code: number;
    readonly message: string;
}

export interface ErrorDetails {
    /** What was being done and to what: `purge of zone example.com (023e…)`. */
    readonly operation: string;
    readonly kind: ErrorKind;
    /** What is wrong: a sentence. */
    readonly reason: string;
    /** What to do: a sentence with something to type or click. Empty: nothing to do. */
    readonly remedy: string;
    /** HTTP status, when there was an answer. */
    readonly status?: number;
    /** What Cloudflare said, chains included, outermost first. */
    readonly said?: readonly ApiMessage[];
    /** A row of docs/errors.md. */
    readonly key?: string;
    readonly retryable?: boolean;
    /** Seconds, when Cloudflare said how long. */
    readonly retryAfter?: number;
    /** Cloudflare's ray ID of the answer, for its support. */
    readonly ray?: string;
}

/**
 * The one error that leaves this folder. Plain data: no request, no header, no credential, and no `cause` that could
 * hold one. The message reads: what was being done, what Cloudflare said, what is wrong, what to do.
 */
export class CloudflareError extends Error {
    override readonly name = "CloudflareError";
    readonly operation: string;
    readonly kind: ErrorKind;
    declare readonly status?: number;
    /** Cloudflare's codes, outermost first, without repeats; empty when it gave none. */
    readonly codes: readonly number[];
    readonly said: readonly ApiMessage[];
    declare readonly key?: string;
    readonly reason: string;
    readonly remedy: string;
    /** Whether the same request may pass later with nothing changed. */
    readonly retryable: boolean;
    /** Seconds to wait, when Cloudflare said so. */
    declare readonly retryAfter?: number;
    declare readonly ray?: string;

    constructor(details: ErrorDetails) {
        super(messageOf(details));
        this.operation = details.operation;
        this.kind = details.kind;
        this.said = details.said ?? [];
        this.codes = [...new Set(this.said.map((m) => m.code))];
        this.reason = details.reason;
        this.remedy = details.remedy;
        this.retryable = details.retryable ?? false;
        if (details.status !== undefined) {
            this.status = details.status;
        }
        if (details.key !== undefined) {
            this.key = details.key;
        }
        if (details.retryAfter !== undefined) {
            this.retryAfter = details.retryAfter;
        }
        if (details.ray !== undefined) {
            this.ray = details.ray;
        }
    }

    /** The same failure, told with a better reason and remedy. */
    with(verdict: { readonly key?: string; readonly reason: string; readonly remedy: string }): CloudflareError {
        const { operation, kind, status, said, retryable, retryAfter, ray } = this;
        return new CloudflareError({
            ...defined({ operation, kind, status, said, retryable, retryAfter, ray }),
            ...verdict,
        } as ErrorDetails);
    }

    toJSON(): Record<string, unknown> {
        const { name, message, operation, kind, status, codes, said, key, reason, remedy, retryable, retryAfter, ray } =
            this;
        return { name, message, operation, kind, status, codes, said, key, reason, remedy, retryable, retryAfter, ray };
    }

    /** Somebody stopped `operation`. */
    static aborted(operation: string): CloudflareError {
        return new CloudflareError({
            operation,
            kind: "aborted",
            key: "aborted",
            reason: "It was stopped.",
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
        const what = redactor(undefined)(wordsOf(error));
        return new CloudflareError({
            operation,
            kind: "internal",
            key: "internal",
            reason: `An error that this package did not expect: ${what}.`,
            remedy: "Please report it.",
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

function messageOf(details: ErrorDetails): string {
    const parts = [answerWords(details), details.reason, details.remedy].filter((part) => part !== "");
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

function defined<T extends object>(object: T): Partial<T> {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
