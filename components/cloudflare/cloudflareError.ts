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
