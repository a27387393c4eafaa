import { splitUrl } from "./edge/cacheKey";
import { DATA_CENTRE_HEADER } from "./edge/edge";
import type { CacheStatus } from "./edge/tier";
import type { Headers, HttpRequest, HttpResponse } from "./http/messages";

export interface VisitOptions {
    headers?: Headers;
    /** Which data centre the visitor reaches, from 0; default 0. */
    dataCentre?: number;
    /** default GET */
    method?: string;
}

/** What a visitor got. */
export interface Visit {
    status: number;
    headers: Headers;
    body: Buffer;
    /** `CF-Cache-Status`; undefined when no cache was in between. */
    cacheStatus: CacheStatus;
}

/**
 * The request that a browser makes for a URL, spelling untouched.
 * @throws when the URL is not an absolute http(s) URL
 */
export function visitRequest(url: string, options: VisitOptions = {}): HttpRequest {
    const parts = splitUrl(url);
    if (parts === undefined) {
        throw new Error(`visit: ${JSON.stringify(url)} is not an absolute http or https URL`);
    }
    const headers: Headers = { host: parts.host, "x-forwarded-proto": parts.scheme };
    headers[DATA_CENTRE_HEADER] = `${options.dataCentre ?? 0}`;
    for (const [name, value] of Object.entries(options.headers ?? {})) {
        headers[name.toLowerCase()] = value;
    }
    return { method: options.method ?? "GET", target: parts.target, headers };
}

/** What the visitor makes of an answer. */
export function visited(response: HttpResponse): Visit {
    const { status, headers, body } = response;
    return { status, headers, body, cacheStatus: headers["cf-cache-status"] as CacheStatus };
}
