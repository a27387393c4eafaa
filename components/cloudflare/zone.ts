/** Which zone a request is for. Name and account are for messages and diagnosis; only the ID is sent. */
export interface ZoneRef {
    /** 32 hexadecimal digits. */
    readonly id: string;
    readonly name?: string;
    readonly accountId?: string;
}

/** What the API tells of a zone (GET /zones). */
export interface Zone {
    readonly id: string;
    readonly name: string;
    /** `active`, `pending`, `initializing`, `moved`, … */
    readonly status: string;
    readonly accountId: string;
    readonly accountName: string;
    /** `free`, `pro`, `business`, `enterprise`, or another product's name; empty when not told. */
    readonly plan: string;
    readonly paused: boolean;
}

/** Which zones to list. Everything left out matches. */
export interface ZoneFilter {
    readonly name?: string;
    readonly accountId?: string;
    readonly status?: string;
}

/** `example.com (023e…)`, or the ID alone. */
export function zoneWords(zone: ZoneRef): string {
    return zone.name === undefined || zone.name === "" ? zone.id : `${zone.name} (${zone.id})`;
}

/** @returns `undefined` when the record is not a zone. */
export function parseZone(record: unknown): Zone | undefined {
    const zone = record as {
        id?: unknown;
        name?: unknown;
        status?: unknown;
        paused?: unknown;
        account?: { id?: unknown; name?: unknown };
        plan?: { legacy_id?: unknown };
    } | null;
    if (typeof zone?.id !== "string" || typeof zone.name !== "string") {
        return undefined;
    }
    return {
        id: zone.id,
        name: zone.name,
        status: text(zone.status),
        accountId: text(zone.account?.id),
        accountName: text(zone.account?.name),
        plan: text(zone.plan?.legacy_id),
        paused: zone.paused === true,
    };
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}
