/** One policy of the `Ratelimit` and `Ratelimit-Policy` headers. */
export interface RateLimit {
    readonly policy: string;
    /** `r`: units left in the window. */
    readonly remaining: number;
    /** `t`: seconds until the window starts again. */
    readonly reset: number;
    /** `q`: units in a window, when known. */
    readonly quota?: number;
    /** `w`: seconds of a window, when known. */
    readonly window?: number;
}

/**
 * Reads `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "burst";q=100;w=60`
 * (developers.cloudflare.com/fundamentals/api/reference/limits; draft-ietf-httpapi-ratelimit-headers). A part that
 * makes no sense is left out: the headers are advice.
 */
export function parseRateLimit(ratelimit: string | undefined, policy: string | undefined): RateLimit[] {
    const policies = new Map(items(policy).map((item) => [item.name, item.values]));
    return items(ratelimit).flatMap(({ name, values }) => {
        const remaining = values.get("r");
        const reset = values.get("t");
        if (remaining === undefined || reset === undefined) {
            return [];
        }
        const about = policies.get(name) ?? (policies.size === 1 ? [...policies.values()][0] : undefined);
        const quota = about?.get("q");
        const window = about?.get("w");
        return [
            {
                policy: name,
                remaining,
                reset,
                ...(quota === undefined ? {} : { quota }),
                ...(window === undefined ? {} : { window }),
            },
        ];
    });
}

function items(header: string | undefined): { name: string; values: Map<string, number> }[] {
    return (header ?? "").split(",").flatMap((item) => {
        const [name, ...parameters] = item.split(";").map((part) => part.trim());
        if (name === undefined || name === "") {
            return [];
        }
        const values = new Map<string, number>();
        for (const parameter of parameters) {
            const match = /^([a-z]+)=(\d{1,12})$/i.exec(parameter);
            if (match !== null) {
                values.set((match[1] as string).toLowerCase(), Number(match[2]));
            }
        }
        return [{ name: name.replace(/^"|"$/g, ""), values }];
    });
}
