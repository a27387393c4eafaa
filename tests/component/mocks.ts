import * as pulumi from "@pulumi/pulumi";

export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

/** A zone as the provider's functions answer it. */
export interface MockZone {
    readonly id: string;
    readonly name: string;
    readonly status?: string;
    readonly account: { readonly id: string };
    readonly plan?: { readonly legacyId: string };
}

export const ZONE: MockZone = {
    id: "023e105f4ecef8ad9ca31a8372d0c353",
    name: "example.com",
    status: "active",
    account: { id: "a".repeat(32) },
    plan: { legacyId: "pro" },
};

const GROUPS = [
    { id: "1".repeat(32), name: "Cache Purge", scopes: ["com.cloudflare.api.account"] },
    { id: "2".repeat(32), name: "Cache Purge", scopes: ["com.cloudflare.api.account.zone"] },
];

/** In place of groups: the provider's token may not list them. */
export const REFUSED: readonly object[] = [];

/**
 * Mocks the engine: what was registered and called is listed, the provider knows `zones`, and lists the permission groups of
 * new tokens.
 */
export async function mockEngine(zones: readonly MockZone[] = [ZONE], groups: readonly object[] = GROUPS) {
    const registered: Registered[] = [];
    const calls: { token: string; inputs: Record<string, unknown> }[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                registered.push({ type, name, inputs });
                const made: Record<string, unknown> = { ...inputs };
                if (type.endsWith("Token")) {
                    made.value = `cfut_${name}`;
                } else if (type.endsWith("cloudflareCachePurge:Journal")) {
                    made.record = "the record";
                } else if (type.endsWith(":Purge")) {
                    made.receipt = { urls: 3 };
                }
                return { id: `${name}-id`, state: made };
            },
            call: ({ token, inputs }) => {
                calls.push({ token, inputs });
                const name = (inputs.filter?.name ?? inputs.name) as string | undefined;
                const account = (inputs.filter?.account ?? inputs.account)?.id as string | undefined;
                const found = zones.filter(
                    (zone) =>
                        (inputs.zoneId === undefined || zone.id === inputs.zoneId) &&
                        (name === undefined || zone.name === name) &&
                        (account === undefined || zone.account.id === account),
                );
                if (token.endsWith("getZones")) {
                    return { results: found };
                }
                if (token.endsWith("getZone")) {
                    if (found.length !== 1) {
                        throw new Error("failed to find exactly one result");
                    }
                    return { ...found[0] };
                }
                if (token.includes("PermissionGroups")) {
                    if (groups === REFUSED) {
                        throw new Error("403 Forbidden");
                    }
                    return { results: groups };
                }
                throw new Error(`no such function: ${token}`);
            },
        },
        "site",
        "dev",
    );
    return {
        registered,
        calls,
        only: (suffix: string): Registered => {
            const found = registered.filter(({ type }) => type.endsWith(suffix));
            if (found.length !== 1) {
                throw new Error(`${found.length} resources of type ${suffix}`);
            }
            return found[0] as Registered;
        },
    };
}

/** What the suite's programs warn of, from a test to the next. */
export function warnings(): string[] {
    const { warn } = pulumi.log;
    const seen: string[] = [];
    before(() => {
        pulumi.log.warn = async (message) => void seen.push(message);
    });
    beforeEach(() => {
        seen.length = 0;
    });
    after(() => {
        pulumi.log.warn = warn;
    });
    return seen;
}

/** The value of an output. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        const inner = output as unknown as { promise(): Promise<T> };
        inner.promise().then(resolve, reject);
    });
}
