import type { Headers, HttpResponse } from "../http/messages";

/** Whether a request's If-None-Match or If-Modified-Since says that it has this very thing (RFC 9110 §13.2.2). */
export function isNotModified(request: Headers, response: Headers): boolean {
    const wanted = request["if-none-match"];
    if (wanted !== undefined) {
        const etag = response.etag;
        if (etag === undefined) {
            return false;
        }
        return wanted.trim() === "*" || wanted.split(",").some((one) => strip(one) === strip(etag));
    }
    const since = Date.parse(request["if-modified-since"] ?? "");
    const modified = Date.parse(response["last-modified"] ?? "");
    return since >= modified;
}

/** The headers that a 304 keeps (RFC 9110 §15.4.5): everything but those that describe the body. */
export function notModified(response: HttpResponse): HttpResponse {
    const { "content-length": _length, "content-type": _type, ...headers } = response.headers;
    return { status: 304, headers, body: Buffer.alloc(0) };
}

/**
 * Cuts a single byte range out of a whole answer (RFC 9110 §14). Several ranges, a malformed one, or an If-Range
 * that does not match give the whole answer.
 */
export function ranged(request: Headers, whole: HttpResponse): HttpResponse {
    const range = /^bytes=(\d*)-(\d*)$/.exec((request.range ?? "").trim());
    if (!range || whole.status !== 200 || (range[1] === "" && range[2] === "")) {
        return whole;
    }
    if (request["if-range"] !== undefined && request["if-range"] !== whole.headers.etag) {
        return whole;
    }
    const size = whole.body.length;
    const suffix = range[1] === "";
    const first = suffix ? Math.max(0, size - Number(range[2])) : Number(range[1]);
    const last = suffix || range[2] === "" ? size - 1 : Math.min(Number(range[2]), size - 1);
    const { "content-length": _length, ...headers } = whole.headers;
    if (first >= size || first > last) {
        return { status: 416, headers: { ...headers, "content-range": `bytes */${size}` }, body: Buffer.alloc(0) };
    }
    headers["content-range"] = `bytes ${first}-${last}/${size}`;
    return { status: 206, headers, body: whole.body.subarray(first, last + 1) };
}

function strip(etag: string): string {
    return etag.trim().replace(/^W\//, "");
}
