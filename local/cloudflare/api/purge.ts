import type { PurgeOrder } from "../edge/selector";
import { newId } from "../state/ids";
import { CACHE_PURGE } from "../state/permissionGroups";
import type { ApiCall, Endpoint } from "./context";
import { bodyOf, may } from "./context";
import { refuse } from "./errors";
import { readPurgeBody } from "./purgeBody";

/** POST /zones/:zone/purge_cache, and invalidate_cache; the same below /environments/:environment. */
export function purge(mode: PurgeOrder["mode"]): Endpoint {
    return (call) => {
        const { directory, limits } = call.parts;
        const zone = directory.zone(call.params.zone ?? "");
        // A zone that does not exist, an account's ID, and a zone of somebody else look the same: seen.
        if (!zone || !may(call, [CACHE_PURGE], { kind: "zone", id: zone.id, accountId: zone.accountId })) {
            throw refuse.authentication();
        }
        if (zone.status !== "active") {
            throw refuse.noPurgeAccess();
        }
        const { environment } = call.params;
        if (environment !== undefined && !zone.environments.includes(environment)) {
            throw refuse.badIdentifier(pathOf(call));
        }
        const { selector, count } = readPurgeBody(bodyOf(call), zone);
        if (selector.kind === "files" && zone.selectedByVisitor.includes(environment ?? "")) {
            throw refuse.selectedByVisitor();
        }
        if (selector.kind === "files") {
            limits.purgeUrls(zone.accountId, zone.plan, count);
        } else {
            limits.purgeRequest(zone.accountId, zone.plan);
        }
        // An environment's content is apart from production's, and no visitor here reaches it.
        if (environment === undefined) {
            call.parts.purge({ zoneId: zone.id, selector, mode });
        }
        return { result: { id: newId() } };
    };
}

function pathOf(call: ApiCall): string {
    return call.request.target.replace(/^\/client\/v4/, "").replace(/\?.*$/, "");
}
