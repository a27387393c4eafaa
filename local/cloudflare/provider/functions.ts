/** The functions (data sources) that the component calls. */
import type { Bag } from "../../engine/values";
import type { Api } from "./api";
import { camel } from "./naming";

/** Answers a function by its token, or says that there is none. */
export async function invoke(api: Api, token: string, args: Bag): Promise<Bag> {
    const found = functions[token];
    if (!found) {
        throw new Error(`the local Cloudflare provider has no function ${token}`);
    }
    return found(api, args);
}

const functions: Record<string, (api: Api, args: Bag) => Promise<Bag>> = {
    "cloudflare:index/getZone:getZone": getZone,
    "cloudflare:index/getZones:getZones": getZones,
    "cloudflare:index/getApiTokenPermissionGroupsList:getApiTokenPermissionGroupsList": (api, args) =>
        permissionGroups(api, args, "/user/tokens/permission_groups"),
    "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList": (api, args) => {
        if (typeof args.accountId !== "string") {
            throw new Error("missing required argument: accountId");
        }
        return permissionGroups(api, args, `/accounts/${encodeURIComponent(args.accountId)}/tokens/permission_groups`);
    },
};

/** By id: one request. By filter: the list, which has to hold exactly one zone, then that zone. */
async function getZone(api: Api, args: Bag): Promise<Bag> {
    const { zoneId, filter } = args as { zoneId?: string; filter?: Bag };
    if ((zoneId === undefined) === (filter === undefined)) {
        throw new Error(
            "Invalid Attribute Combination: exactly one of these attributes must be configured: [zoneId,filter]",
        );
    }
    const id = zoneId ?? (await oneZone(api, filter as Bag));
    const zone = camel(await api.request("GET", `/zones/${encodeURIComponent(id)}`)) as Bag;
    return { ...zone, ...(filter ? { filter: { match: "all", ...filter } } : {}), id, zoneId: id };
}

async function oneZone(api: Api, filter: Bag): Promise<string> {
    const zones = (await api.request("GET", `/zones${queryOf(filter)}`)) as { id: string }[];
    const [zone] = zones;
    if (zones.length !== 1 || !zone) {
        throw new Error(`failed to find exactly one result: found ${zones.length}`);
    }
    return zone.id;
}

const defaultMaxItems = 1000;

/** Page after page until one is empty: an API that ignores `page` would be asked for ever, so `maxItems` ends it. */
async function getZones(api: Api, args: Bag): Promise<Bag> {
    const { maxItems, ...filter } = args;
    const limit = typeof maxItems === "number" ? maxItems : defaultMaxItems;
    const zones: unknown[] = [];
    for (let page = 1; zones.length < limit; page++) {
        const found = (await api.request("GET", `/zones${queryOf(filter, page)}`)) as unknown[];
        if (found.length === 0) {
            break;
        }
        zones.push(...found);
    }
    return { match: "all", ...args, results: camel(zones.slice(0, limit)) };
}

async function permissionGroups(api: Api, args: Bag, path: string): Promise<Bag> {
    const { accountId: _accountId, maxItems, ...filter } = args;
    const groups = (await api.request("GET", `${path}${queryOf(filter)}`)) as unknown[];
    return { ...args, results: camel(typeof maxItems === "number" ? groups.slice(0, maxItems) : groups) };
}

/** The query of a list: what was given and nothing else; `account` becomes `account.id` and `account.name`. */
function queryOf(filter: Bag, page = 1): string {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(filter)) {
        if (key === "account") {
            for (const [part, text] of Object.entries(value as Bag)) {
                query.set(`account.${part}`, String(text));
            }
        } else if (Array.isArray(value)) {
            query.set(key === "types" ? "type" : key, value.join(","));
        } else if (value !== undefined && value !== null) {
            query.set(key, String(value));
        }
    }
    if (page > 1) {
        query.set("page", String(page));
    }
    // In the order of the real provider, whose query encoder sorts by key.
    query.sort();
    const text = query.toString();
    return text === "" ? "" : `?${text}`;
}
