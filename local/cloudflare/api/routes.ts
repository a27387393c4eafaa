import { isId } from "../state/ids";
import type { Endpoint } from "./context";
import { refuse } from "./errors";
import { purge } from "./purge";
import * as tokens from "./tokens";
import { getZone, listZones } from "./zones";

/** An endpoint, and whether it is one that only looks at the caller's token. */
export interface Route {
    endpoint: Endpoint;
    params: Record<string, string>;
    verifying: boolean;
}

type Methods = Partial<Record<string, Endpoint>>;

const tokenRoutes = (prefix: string): [string, Methods][] => [
    [`${prefix}/tokens`, { GET: tokens.listTokens, POST: tokens.createToken }],
    [`${prefix}/tokens/verify`, { GET: tokens.verifyToken }],
    [`${prefix}/tokens/permission_groups`, { GET: tokens.listPermissionGroups }],
    [`${prefix}/tokens/:token`, { GET: tokens.getToken, PUT: tokens.updateToken, DELETE: tokens.deleteToken }],
    [`${prefix}/tokens/:token/value`, { PUT: tokens.rollToken }],
];

const ROUTES: [string, Methods][] = [
    ["/zones", { GET: listZones }],
    ["/zones/:zone", { GET: getZone }],
    ["/zones/:zone/purge_cache", { POST: purge("purge") }],
    ["/zones/:zone/invalidate_cache", { POST: purge("invalidate") }],
    ["/zones/:zone/environments/:environment/purge_cache", { POST: purge("purge") }],
    ["/zones/:zone/environments/:environment/invalidate_cache", { POST: purge("invalidate") }],
    ...tokenRoutes("/user"),
    ...tokenRoutes("/accounts/:account"),
];

/**
 * Finds the endpoint of a path below /client/v4.
 * @throws 7000 for a path that is none, 7003 for an identifier that is not 32 hex digits, 405 for another method
 */
export function findRoute(method: string, path: string): Route {
    const given = path.split("/");
    for (const [pattern, methods] of ROUTES) {
        const wanted = pattern.split("/");
        if (wanted.length !== given.length) {
            continue;
        }
        if (!wanted.every((part, index) => part.startsWith(":") || part === given[index])) {
            continue;
        }
        const params: Record<string, string> = {};
        wanted.forEach((part, index) => {
            if (part.startsWith(":")) {
                params[part.slice(1)] = given[index] ?? "";
            }
        });
        if (Object.values(params).some((id) => !isId(id))) {
            throw refuse.badIdentifier(path);
        }
        const endpoint = methods[method];
        if (endpoint === undefined) {
            throw refuse.method(method);
        }
        return { endpoint, params, verifying: endpoint === tokens.verifyToken };
    }
    throw refuse.noRoute();
}
