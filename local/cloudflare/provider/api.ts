/** Requests of the provider to the API: the same ones, in the same order, as the real provider makes. */
import type { Settings } from "./settings";

/** Waits for some milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** A refusal, worded like the real provider's. It holds the answer's body, never a request header. */
export class ApiError extends Error {
    override name = "ApiError";
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** 429 and 5xx are tried again for about three minutes, as the real provider does; everything else fails at once. */
const delays = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000];

interface Attempt {
    answer?: unknown;
    error?: ApiError;
    /** Milliseconds that the API asks to wait. */
    retryAfter?: number;
}

export class Api {
    readonly #settings: Settings;
    readonly #sleep: Sleep;

    constructor(settings: Settings, sleep: Sleep) {
        this.#settings = settings;
        this.#sleep = sleep;
    }

    /** The `result` of an answer; {@link ApiError} for a refusal. */
    async request(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<unknown> {
        for (let attempt = 0; ; attempt++) {
            const { answer, retryAfter, error } = await this.#once(method, path, body);
            if (!error) {
                return answer;
            }
            const wait = delays[attempt];
            if (wait === undefined || !isTransient(error)) {
                throw error;
            }
            await this.#sleep(retryAfter ?? wait);
        }
    }

    async #once(method: string, path: string, body: unknown): Promise<Attempt> {
        const url = this.#settings.baseUrl + path;
        let response: Response;
        let text: string;
        try {
            response = await fetch(url, {
                method,
                headers: {
                    Authorization: `Bearer ${this.#settings.apiToken}`,
                    Accept: "application/json",
                    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
                },
                ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            });
            text = await response.text();
        } catch (thrown) {
            const cause = (thrown as Error).cause as Error | undefined;
            return {
                error: new ApiError(0, `failed to make http request: ${method} "${url}": ${cause?.message ?? thrown}`),
            };
        }
        if (response.ok) {
            return { answer: resultOf(text) };
        }
        const seconds = Number(response.headers.get("retry-after"));
        const message = `failed to make http request: ${method} "${url}": ${response.status} ${response.statusText} ${text}`;
        return {
            error: new ApiError(response.status, message),
            ...(seconds > 0 ? { retryAfter: seconds * 1000 } : {}),
        };
    }
}

const isTransient = ({ status }: ApiError): boolean =>
    status === 0 || status === 408 || status === 429 || status >= 500;

function resultOf(text: string): unknown {
    if (text === "") {
        return undefined;
    }
    return (JSON.parse(text) as { result?: unknown }).result;
}
