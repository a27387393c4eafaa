/** One row of the contract: a request, and what Cloudflare answers. */
export interface Row {
    title: string;
    /** Whose credentials: a name of `accounts.ts`, or headers as they are. */
    as: string | Record<string, string>;
    method?: string;
    /** Below /client/v4. `{zone}`, `{account}` and other names of `accounts.ts` stand for IDs, here and in the body. */
    path: string;
    /** JSON, or a string sent as it is. */
    body?: unknown;
    status: number;
    /** Codes of the errors, in order; default none. */
    codes?: number[];
    /** Codes below the first error. */
    chain?: number[];
    /** Headers that must be there and match. */
    headers?: Record<string, RegExp>;
    /** What the result must contain. */
    result?: unknown;
    /** How many entries a result list has. */
    count?: number | undefined;
}

/** Every answer to somebody who is known carries these. */
export const RATE_HEADERS = {
    ratelimit: /^"default";r=\d+;t=\d+$/,
    "ratelimit-policy": /^"default";q=1200;w=300$/,
};

/** `n` items of a request. */
export const many = (n: number, make: (index: number) => unknown) =>
    Array.from({ length: n }, (_, index) => make(index));
