import type { PermissionGroup } from "./permissionGroups";
import type { Policy, Resources } from "./token";

/** What a request wants to touch. */
export type Target =
    | { kind: "zone"; id: string; accountId: string }
    | { kind: "account"; id: string }
    | { kind: "user"; id: string };

/**
 * Evaluates policies: some policy must allow it, and none deny it.
 * @param groups any of these permission groups suffices
 */
export function allows(policies: readonly Policy[], groups: readonly PermissionGroup[], target: Target): boolean {
    const about = policies.filter(
        (policy) =>
            policy.permission_groups.some((held) => groups.some((group) => group.id === held.id)) &&
            covers(policy.resources, target),
    );
    return about.some((policy) => policy.effect === "allow") && !about.some((policy) => policy.effect === "deny");
}

/** Whether a policy's resources have the target among them. An account does not bring its zones by itself. */
export function covers(resources: Resources, target: Target): boolean {
    const account = "com.cloudflare.api.account";
    const has = (map: Resources | Record<string, string>, name: string, id: string) =>
        map[`${name}.${id}`] === "*" || map[`${name}.*`] === "*";
    if (target.kind === "user") {
        return has(resources, "com.cloudflare.api.user", target.id);
    }
    if (target.kind === "account") {
        return has(resources, account, target.id);
    }
    if (has(resources, `${account}.zone`, target.id)) {
        return true;
    }
    return [resources[`${account}.${target.accountId}`], resources[`${account}.*`]].some(
        (inside) => typeof inside === "object" && has(inside, `${account}.zone`, target.id),
    );
}
