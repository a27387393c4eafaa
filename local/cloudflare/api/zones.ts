import { domainToUnicode } from "node:url";
import type { Directory } from "../state/directory";
import { permissionGroup, ZONE_READ } from "../state/permissionGroups";
import type { Plan, Zone } from "../state/zone";
import type { ApiCall, Endpoint } from "./context";
import { may } from "./context";
import { refuse } from "./errors";
import { paged, ZONE_PAGES } from "./pages";
import { timestamp } from "./timestamp";

/** Cloudflare's plan IDs and names. */
const PLAN_SHOWN: Record<Plan, { id: string; name: string; price: number }> = {
    free: { id: "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", name: "Free Website", price: 0 },
    pro: { id: "1bc72ac45a4b4d81a8f5b6a4c5d3f3f1", name: "Pro Website", price: 20 },
    business: { id: "2c9c5b6f9b2f4e6e9c8d7a6b5c4d3e2f", name: "Business Website", price: 200 },
    enterprise: { id: "94f3b7b768b0458b56d2cac4fe5ec0f9", name: "Enterprise Website", price: 0 },
};

/** GET /zones. https://developers.cloudflare.com/api/resources/zones/methods/list/ */
export const listZones: Endpoint = (call) => {
    const { query } = call;
    const either = query.get("match") === "any";
    const tests = FILTERS.filter(([name]) => query.has(name)).map(
        ([name, field]) =>
            (zone: Zone) =>
                meets(field(zone, call.parts.directory), query.get(name) as string),
    );
    const found = call.parts.directory.zones
        .filter((zone) => readable(call, zone))
        .filter((zone) => tests.length === 0 || (either ? tests.some((t) => t(zone)) : tests.every((t) => t(zone))))
        .sort((a, b) => (a.name === b.name ? a.createdAt - b.createdAt : a.name < b.name ? -1 : 1));
    if (query.get("direction") === "desc") {
        found.reverse();
    }
    const page = paged(found, query, ZONE_PAGES);
    return { ...page, result: (page.result as Zone[]).map((zone) => show(call, zone)) };
};

/** GET /zones/:zone */
export const getZone: Endpoint = (call) => {
    const zone = call.parts.directory.zone(call.params.zone ?? "");
    if (!zone || !readable(call, zone)) {
        throw refuse.unauthorized();
    }
    return { result: show(call, zone) };
};

type Field = (zone: Zone, directory: Directory) => string;

const FILTERS: [string, Field][] = [
    ["name", ({ name }) => domainToUnicode(name)],
    ["status", (zone) => zone.status],
    ["account.id", (zone) => zone.accountId],
    ["account.name", (zone, directory) => directory.account(zone.accountId)?.name ?? ""],
];

/** A filter is a value, or `operator:value`. */
function meets(value: string, filter: string): boolean {
    const [, operator = "equal", wanted = filter] = /^([a-z_]+):(.*)$/s.exec(filter) ?? [];
    const [held, asked] = operator.endsWith("_case_sensitive")
        ? [value, wanted]
        : [value.toLowerCase(), wanted.toLowerCase()];
    switch (operator.replace(/_case_sensitive$/, "")) {
        case "equal":
            return held === asked;
        case "not_equal":
            return held !== asked;
        case "starts_with":
            return held.startsWith(asked);
        case "ends_with":
            return held.endsWith(asked);
        case "contains":
            return held.includes(asked);
        default:
            return false;
    }
}

const ZONE_WRITE = permissionGroup("e6d2666161e84845a636613608cee8d5") ?? ZONE_READ;

function readable(call: ApiCall, zone: Zone): boolean {
    return may(call, [ZONE_READ, ZONE_WRITE], { kind: "zone", id: zone.id, accountId: zone.accountId });
}

function show(call: ApiCall, zone: Zone): unknown {
    const account = call.parts.directory.account(zone.accountId);
    const plan = PLAN_SHOWN[zone.plan];
    const created = timestamp(zone.createdAt);
    return {
        id: zone.id,
        name: domainToUnicode(zone.name),
        status: zone.status,
        paused: zone.paused,
        type: "full",
        development_mode: 0,
        name_servers: ["ada.ns.example.net", "bob.ns.example.net"],
        original_name_servers: null,
        original_registrar: null,
        original_dnshost: null,
        modified_on: created,
        created_on: created,
        activated_on: zone.status === "active" ? created : null,
        vanity_name_servers: [],
        vanity_name_servers_ips: null,
        meta: {
            step: 2,
            custom_certificate_quota: 0,
            page_rule_quota: 3,
            phishing_detected: false,
            cdn_only: false,
            dns_only: false,
            foundation_dns: false,
        },
        owner: { id: null, type: "user", email: null },
        account: { id: zone.accountId, name: account?.name ?? "" },
        tenant: { id: null, name: null },
        tenant_unit: { id: null },
        permissions: ["#zone:read"],
        plan: {
            ...plan,
            currency: "USD",
            frequency: zone.plan === "free" ? "" : "monthly",
            is_subscribed: zone.plan !== "free",
            can_subscribe: false,
            legacy_id: zone.plan,
            legacy_discount: false,
            externally_managed: false,
        },
    };
}
