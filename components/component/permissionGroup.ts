import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { CACHE_PURGE, ZONE_SCOPE } from "../cloudflare/tokenPolicy";
import { ProgramError } from "./programError";

/**
 * The ID of the permission group to grant.
 *
 * The list is read in any case: a credential that may not read it may not make tokens either, and the provider would
 * then only say `9109`. That is a warning here, with the remedy, since the provider's own error follows.
 *
 * @param id the group's ID, or `"lookup"`.
 */
export async function groupId(
    id: string,
    owner: "user" | "account",
    accountId: string,
    opts: pulumi.InvokeOptions,
): Promise<string> {
    try {
        const groups = await list(owner, accountId, opts);
        return id === "lookup" ? chosen(groups) : id;
    } catch (error) {
        if (error instanceof ProgramError) {
            throw error;
        }
        if (id === "lookup") {
            const cause = "The permission groups cannot be listed, so none can be looked up.";
            throw new ProgramError({ key: "cannot-create-tokens", cause, remedy: remedy(owner) });
        }
        await pulumi.log.warn(`the provider's token may not be able to make a token. ${remedy(owner)}`, opts.parent);
        return id;
    }
}

type Group = { readonly id?: string; readonly name?: string; readonly scopes?: readonly string[] };

async function list(
    owner: "user" | "account",
    accountId: string,
    opts: pulumi.InvokeOptions,
): Promise<readonly Group[]> {
    const { name } = CACHE_PURGE;
    const answer =
        owner === "user"
            ? await cloudflare.getApiTokenPermissionGroupsList({ name }, opts)
            : await cloudflare.getAccountApiTokenPermissionGroupsList({ accountId, name }, opts);
    return answer.results;
}

/** Names repeat in the list: name and scope together choose one. */
function chosen(groups: readonly Group[]): string {
    const group = groups.find((g) => g.name === CACHE_PURGE.name && g.scopes?.includes(ZONE_SCOPE));
    if (group?.id === undefined) {
        throw new ProgramError({
            key: "cannot-create-tokens",
            cause: `Cloudflare lists no permission group "${CACHE_PURGE.name}" for zones.`,
            remedy: `Leave permissionGroup out to use ${CACHE_PURGE.id}.`,
        });
    }
    return group.id;
}

function remedy(owner: "user" | "account"): string {
    const where =
        owner === "user"
            ? "User → API Tokens → Edit (https://dash.cloudflare.com/profile/api-tokens)"
            : "Account → Account API Tokens → Edit, made by a Super Administrator";
    return `Give it ${where}, or give CachePurge an existing token: token: config.requireSecret("purgeToken").`;
}
