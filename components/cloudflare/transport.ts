import type { AxiosInstance, AxiosStatic } from "axios";
import type { Clock } from "./clock";
import { CloudflareError, noAnswer } from "./cloudflareError";
import type { Credential } from "./credential";
import { redactor } from "./redact";
import type { ApiResponse, Circumstances } from "./response";
import { parseEnvelope } from "./response";
import type { RetryEvent } from "./retry";
import { MAX_RETRY_AFTER, parseRetryAfter, retryDelay } from "./retry";

interface TransportOptions {
    readonly credential: Credential;
    readonly baseUrl: string;
    /** Seconds for one attempt, from connecting to the last byte. */
    readonly timeout: number;
    readonly retries: number;
    readonly clock: Clock;
    readonly random: () => number;
    readonly signal?: AbortSignal;
    readonly onRetry?: (event: RetryEvent) => void;
    /** Codes with which a request to this URL is to be tried again too, at this moment. */
    readonly passing?: (url: string) => readonly number[];
}

export interface ApiRequest {
    readonly method: "GET" | "POST" | "DELETE";
    /** Below the base URL, with a slash first. */
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly operation: string;
}

/** Every answer that we ask for is far smaller. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Sends requests until they are answered or the retries are used up. What is sent can be repeated without harm. */
export class Transport {
    readonly redact: (text: string) => string;
    /** The Date header of the last answer, ms since the epoch. */
    serverTime: number | undefined;
    // True private fields: inspected, neither shows the credential.
    readonly #options: TransportOptions;
    readonly #http: AxiosInstance;

    constructor(options: TransportOptions) {
        this.#options = options;
        this.#http = instance(options);
        this.redact = redactor(options.credential);
    }

    /** @throws CloudflareError when there was no answer. Whether the answer is good is for `parseResponse`. */
    async send(request: ApiRequest): Promise<ApiResponse> {
        const { method, path, query, body, operation } = request;
        const { signal, baseUrl } = this.#options;
        if (signal?.aborted) {
            throw CloudflareError.aborted(operation);
        }
        const url = `${baseUrl}${path}${query === undefined ? "" : `?${new URLSearchParams(query)}`}`;
        try {
            const response = await this.#http.request<string>({
                method,
                url,
                ...(body === undefined
                    ? {}
                    : { data: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
            });
            return this.noted(answerOf(url, response));
        } catch (error) {
            if (signal?.aborted) {
                throw CloudflareError.aborted(operation);
            }
            if (axios().isAxiosError(error) && typeof error.response?.data === "string") {
                return this.noted(answerOf(url, error.response)); // the last of the retries
            }
            const broke = axios().isAxiosError(error) && error.response !== undefined && error.code !== "ERR_CANCELED";
            throw noAnswer(broke ? "ECONNRESET" : codeOf(error), url, operation, this.#options.timeout);
        }
    }

    private noted(answer: ApiResponse): ApiResponse {
        const time = Date.parse(answer.headers.date ?? "");
        this.serverTime = Number.isNaN(time) ? this.serverTime : time;
        return answer;
    }

    circumstances(operation: string): Circumstances {
        return { operation, redact: this.redact, now: this.#options.clock.now() };
    }
}

function instance(options: TransportOptions): AxiosInstance {
    const { clock, signal } = options;
    const http = axios().create({
        adapter: "http",
        headers: {
            ...authorization(options.credential),
            Accept: "application/json",
            "User-Agent": "pulumi-cloudflare-cache-purge",
        },
        responseType: "text",
        transformResponse: (body) => body,
        maxRedirects: 0, // a redirect would carry the credential along
        maxContentLength: MAX_BYTES,
        timeout: options.timeout * 1000,
    });
    // axios's timeout starts again with each byte; this one does not. A new one for each attempt.
    http.interceptors.request.use((config) => {
        const deadline = AbortSignal.timeout(Math.ceil(options.timeout * 1000));
        return Object.assign(config, { signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) });
    });
    axiosRetry(http, {
        retries: options.retries,
        shouldResetTimeout: true,
        // Every answer goes through here first; those that are worth another try count as errors.
        validateResponse: (response) => !worthAnotherTry(response, options),
        retryCondition: (error) =>
            signal?.aborted !== true && (error.response !== undefined || isPassing(codeOf(error))),
        // The library waits with timers of its own; we wait on the clock, before it.
        retryDelay: () => 0,
        onRetry: async (attempt, error) => {
            const status = error.response?.status;
            const retryAfter = error.response === undefined ? undefined : retryAfterOf(error.response, clock);
            const delay = retryDelay(attempt, retryAfter, options.random);
            options.onRetry?.({
                attempt,
                delay,
                reason: status === undefined ? codeOf(error) : `status ${status}`,
                ...(status === undefined ? {} : { status }),
                ...(retryAfter === undefined ? {} : { retryAfter }),
            });
            await clock.sleep(delay, signal);
        },
    });
    return http;
}

type Response = {
    readonly status: number;
    readonly headers: object;
    readonly data: unknown;
    readonly config?: { readonly url?: string };
};

function worthAnotherTry(response: Response, options: TransportOptions): boolean {
    const { status } = response;
    if (status === 429 || status >= 500) {
        return (retryAfterOf(response, options.clock) ?? 0) <= MAX_RETRY_AFTER;
    }
    const { data } = response;
    if (typeof data !== "string") {
        return true; // the connection broke before the body was complete
    }
    const envelope = /^\s*\{/.test(data) ? parseEnvelope(data, (text) => text) : undefined;
    if (status >= 200 && status < 300) {
        const isEmpty = status === 200 && data.trim() === "";
        return isEmpty || (envelope === undefined && data.trimStart().startsWith("{"));
    }
    const passing = options.passing?.(response.config?.url ?? "") ?? [];
    return (envelope?.errors ?? []).some((e) => passing.includes(e.code));
}

function retryAfterOf(response: Response, clock: Clock): number | undefined {
    return parseRetryAfter(plainHeaders(response.headers)["retry-after"], clock.now());
}

/** Failures that say nothing of the next attempt. Wrong names, certificates and refusals of a URL stay what they are. */
const PASSING = new Set([
    "ECONNABORTED",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETDOWN",
    "ENETUNREACH",
    "EPIPE",
    "ERR_CANCELED",
    "ERR_NETWORK",
    "ERR_STREAM_PREMATURE_CLOSE",
    "ETIMEDOUT",
]);

function isPassing(code: string): boolean {
    return PASSING.has(code);
}

/** The only thing that is kept of a library's error; its other properties hold headers. */
function codeOf(error: unknown): string {
    const { code: outer, cause } = error as { code?: unknown; cause?: { code?: unknown } };
    const code = outer ?? cause?.code;
    return typeof code === "string" && /^[A-Z0-9_]{2,60}$/.test(code) ? code : "no answer";
}

function authorization(credential: Credential): Record<string, string> {
    return "token" in credential
        ? { Authorization: `Bearer ${credential.token}` }
        : { "X-Auth-Key": credential.key, "X-Auth-Email": credential.email };
}

function answerOf(url: string, response: Response): ApiResponse {
    return {
        url,
        status: response.status,
        headers: plainHeaders(response.headers),
        text: typeof response.data === "string" ? response.data : "",
    };
}

function plainHeaders(headers: object): Record<string, string> {
    const entries = Object.entries(headers).filter(([, value]) => typeof value === "string" || Array.isArray(value));
    return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** axios, loaded for the first request: it takes longer than all else that a process loads which makes none. */
export function axios(): AxiosStatic {
    return (require("axios") as { default: AxiosStatic }).default;
}

/** Makes an instance of axios try again, see axios-retry. */
function axiosRetry(...args: Parameters<typeof import("axios-retry")["default"]>): void {
    (require("axios-retry") as typeof import("axios-retry")).default(...args);
}
