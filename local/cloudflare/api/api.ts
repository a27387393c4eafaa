import type { Fault } from "../faults/fault";
import type { Faults } from "../faults/faults";
import { strike } from "../faults/strike";
import type { Handler, Headers, HttpRequest, HttpResponse } from "../http/messages";
import { splitTarget, text } from "../http/messages";
import { newRay } from "../state/ids";
import { authenticate, readCredentials } from "./authenticate";
import type { ApiParts } from "./context";
import { failure, success } from "./envelope";
import { Refusal } from "./errors";
import type { PurgeRecord, RequestRecord } from "./records";
import { findRoute } from "./routes";

/** Where the API begins. */
export const API_ROOT = "/client/v4";

/** Cloudflare's HTTP API. Works in process; the HTTP server is a shell around `handle`. */
export class Api {
    readonly purgeLog: PurgeRecord[] = [];
    readonly requestLog: RequestRecord[] = [];
    /** What callers' addresses are taken to be; default: where they call from. */
    callerAddress: string | undefined;

    constructor(private readonly parts: ApiParts & { faults: Faults }) {}

    /** Answers a request. */
    readonly handle: Handler = async (request) => {
        const record: RequestRecord = {
            at: this.parts.clock.now(),
            method: request.method,
            path: request.target,
            status: 0,
            codes: [],
        };
        this.requestLog.push(record);
        let done = false;
        const carryOut = async () => {
            done = true;
            return this.carryOut(request);
        };
        const answer = await strike(this.parts, "api", request, carryOut, (status, fault) => {
            record.fault = fault.kind;
            return worded(status, fault, request);
        });
        if (answer.wire !== undefined) {
            record.fault = answer.wire;
        }
        if (!done) {
            this.recordPurge(request, answer, undefined);
        }
        record.status = answer.wire === "reset" || answer.wire === "stall" ? 0 : answer.status;
        record.codes = codesOf(answer);
        return dress(answer, this.parts.clock.now());
    };

    private carryOut(request: HttpRequest): HttpResponse {
        const used: { tokenId?: string; limits?: Headers } = {};
        let answer: HttpResponse;
        try {
            answer = this.answer(request, used);
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            answer = failure(error.status, error.errors, { ...used.limits, ...error.headers });
        }
        this.recordPurge(request, answer, used.tokenId);
        return answer;
    }

    private answer(request: HttpRequest, used: { tokenId?: string; limits?: Headers }): HttpResponse {
        const { path, query } = splitTarget(request.target);
        if (!path.startsWith(`${API_ROOT}/`)) {
            return text(404, "<html><body><h1>404 Not Found</h1></body></html>", { "content-type": "text/html" });
        }
        const { directory, clock, limits } = this.parts;
        const credentials = readCredentials(request.headers);
        const route = findRoute(request.method, path.slice(API_ROOT.length));
        const address = this.callerAddress ?? request.address ?? "127.0.0.1";
        const caller = authenticate(directory, credentials, address, clock.now(), route.verifying);
        if (caller.kind === "token") {
            used.tokenId = caller.token.id;
        }
        const counted = caller.kind === "token" && caller.token.owner.kind === "account";
        used.limits = limits.call(counted ? caller.token.id : directory.user.id);
        const params = new URLSearchParams(query);
        return success(
            route.endpoint({ parts: this.parts, caller, params: route.params, query: params, request }),
            used.limits,
        );
    }

    private recordPurge(request: HttpRequest, answer: HttpResponse, tokenId: string | undefined): void {
        const { path } = splitTarget(request.target);
        const [, zoneId, environment, endpoint] =
            /\/zones\/([^/]*)\/(?:environments\/([^/]*)\/)?(purge_cache|invalidate_cache)$/.exec(path) ?? [];
        if (zoneId === undefined || request.method !== "POST") {
            return;
        }
        const accepted = (parsed(answer.body) as { success?: boolean }).success === true;
        this.purgeLog.push({
            at: this.parts.clock.now(),
            zoneId,
            ...(environment !== undefined && { environment }),
            endpoint: endpoint as PurgeRecord["endpoint"],
            body: parsed(request.body),
            status: answer.status,
            codes: codesOf(answer),
            accepted,
            ...(accepted && { id: (parsed(answer.body) as { result: { id: string } }).result.id }),
            ...(tokenId !== undefined && { tokenId }),
        });
    }
}

function worded(status: number, fault: Fault, request: HttpRequest): HttpResponse {
    if (fault.kind === "unsuccessful") {
        return failure(200, [{ code: fault.code ?? 1100, message: "Failed to process the request" }]);
    }
    const isPurge = /(purge|invalidate)_cache$/.test(splitTarget(request.target).path);
    const code = fault.code ?? (status === 429 ? (isPurge ? 1134 : 971) : 10001);
    const headers: Headers = fault.kind === "rate-limit" ? { "retry-after": `${fault.retryAfter ?? 1}` } : {};
    const message = status === 429 ? "Please wait and consider throttling your request speed" : "Service unavailable";
    return failure(status, [{ code, message }], headers);
}

function dress(answer: HttpResponse, now: number): HttpResponse {
    const own = {
        date: new Date(now).toUTCString(),
        server: "cloudflare",
        "cf-ray": `${newRay()}-AMS`,
        "cf-cache-status": "DYNAMIC",
    };
    return { ...answer, headers: { ...own, ...answer.headers } };
}

function codesOf(answer: HttpResponse): number[] {
    const { errors = [] } = parsed(answer.body) as { errors?: { code: number }[] };
    return errors.map(({ code }) => code);
}

function parsed(body: Buffer | undefined): unknown {
    const written = body?.toString("utf8") ?? "";
    try {
        return (JSON.parse(written || "{}") as unknown) ?? {};
    } catch {
        return written;
    }
}
