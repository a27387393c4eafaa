/** One call of purge_cache or invalidate_cache: accepted, refused, or struck by a fault before it was carried out. */
export interface PurgeRecord {
    /** ms since 1970, by the clock */
    at: number;
    zoneId: string;
    /** Left out: production. */
    environment?: string;
    endpoint: "purge_cache" | "invalidate_cache";
    /** The body as sent, parsed; its text when it is not JSON. */
    body: unknown;
    status: number;
    /** Codes of the errors. */
    codes: number[];
    /** Whether the edge was told, also when the caller did not learn of it. */
    accepted: boolean;
    /** The purge's ID, when accepted. */
    id?: string;
    /** ID of the token that was used, when one was. */
    tokenId?: string;
}

/** One request to the API. Never holds a credential. */
export interface RequestRecord {
    at: number;
    method: string;
    /** Path and query. */
    path: string;
    status: number;
    codes: number[];
    /** What a fault did to it. */
    fault?: string;
}
