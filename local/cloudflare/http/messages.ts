/** Headers with lower-case names; a name that came twice is joined with ", ". */
export type Headers = Record<string, string>;

/** A request as the in-process parts take it, without a socket. */
export interface HttpRequest {
    method: string;
    /** Path and query exactly as sent, percent-encoding untouched. */
    target: string;
    headers: Headers;
    body?: Buffer | undefined;
    /** Address of the caller; default 127.0.0.1. */
    address?: string | undefined;
}

/** What a fault does to a connection instead of a whole answer. */
export type Wire = "reset" | "stall" | "cut" | "drip";

/** An answer. With `wire` set, the HTTP shell does that to the connection: in process, the caller looks at it. */
export interface HttpResponse {
    status: number;
    headers: Headers;
    body: Buffer;
    wire?: Wire;
}

/** Takes a request, gives an answer: what the API, the edge and the origin are. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse>;

/** Splits a request target at its first question mark; the query keeps the mark, and is "" without one. */
export function splitTarget(target: string): { path: string; query: string } {
    const mark = target.indexOf("?");
    return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark) };
}

/** A short answer of plain text. */
export function text(status: number, body: string, headers: Headers = {}): HttpResponse {
    return { status, headers: { "content-type": "text/plain;charset=utf-8", ...headers }, body: Buffer.from(body) };
}
