import type { Clock } from "../clock";
import type { PurgeOrder } from "../edge/selector";
import type { HttpRequest } from "../http/messages";
import type { Target } from "../state/authorise";
import { allows } from "../state/authorise";
import type { Directory } from "../state/directory";
import type { PermissionGroup } from "../state/permissionGroups";
import type { Caller } from "./authenticate";
import type { ApiResult } from "./envelope";
import { refuse } from "./errors";
import type { RateLimits } from "./rateLimits";

/** What the API stands on. */
export interface ApiParts {
    clock: Clock;
    directory: Directory;
    limits: RateLimits;
    /** Takes a purge that was accepted. */
    purge(order: PurgeOrder): void;
}

/** One call, once it is known who calls. */
export interface ApiCall {
    parts: ApiParts;
    caller: Caller;
    params: Record<string, string>;
    query: URLSearchParams;
    request: HttpRequest;
}

export type Endpoint = (call: ApiCall) => ApiResult;

/** Whether the caller may do what any of some permission groups allows on a target. */
export function may(call: ApiCall, groups: readonly PermissionGroup[], target: Target): boolean {
    return call.caller.kind === "user" || allows(call.caller.token.policies, groups, target);
}

/** The body as JSON. @throws 6007 */
export function bodyOf(call: ApiCall): unknown {
    try {
        return JSON.parse(call.request.body?.toString("utf8") || "{}");
    } catch {
        throw refuse.malformedJson();
    }
}
