import type { Headers, HttpResponse } from "../http/messages";
import type { Message } from "./errors";

/** What a call gives back before it is wrapped. */
export interface ApiResult {
    result: unknown;
    messages?: Message[];
    resultInfo?: ResultInfo;
}

/** Where a page of a list stands. */
export interface ResultInfo {
    page: number;
    per_page: number;
    count: number;
    total_count: number;
    total_pages: number;
}

/** A good answer in Cloudflare's envelope. */
export function success({ result, messages, resultInfo }: ApiResult, headers: Headers = {}): HttpResponse {
    const envelope = { result, success: true, errors: [], messages: messages ?? [] };
    return json(200, resultInfo ? { ...envelope, result_info: resultInfo } : envelope, headers);
}

/** A refusal in Cloudflare's envelope. */
export function failure(status: number, errors: Message[], headers: Headers = {}): HttpResponse {
    return json(status, { success: false, errors, messages: [], result: null }, headers);
}

function json(status: number, value: unknown, headers: Headers): HttpResponse {
    return {
        status,
        headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
        body: Buffer.from(JSON.stringify(value)),
    };
}
