import type { CloudflareClient } from "../cloudflare/client";
import { CloudflareError } from "../cloudflare/cloudflareError";
import type { Facts, Probed } from "./facts";
import { answered, isAuth, refusalOf } from "./facts";

/** One line of what was tried. */
export interface Probe {
    readonly name: string;
    readonly status: "ok" | "refused" | "failed" | "skipped";
    readonly detail: string;
}

/** Requests that a diagnosis makes at most. */
export const MOST_PROBES = 6;

/** A path that no site has: a purge of it harms nothing. */
export const PROBE_PATH = "/.well-known/cache-purge-probe";

/**
 * Asks Cloudflare what the facts lack, one request after the other, none that changes anything. Stops when the rest
 * would tell nothing new.
 *
 * @param client quick and without retries.
 * @param enough whether the facts suffice already.
 */
export async function probe(
    client: CloudflareClient,
    start: Facts,
    enough: (facts: Facts) => boolean,
): Promise<{ facts: Facts; probes: Probe[] }> {
    let facts = start;
    const probes: Probe[] = [];
    const run = async <K extends keyof Facts>(
        name: string,
        fact: K,
        ask: () => Promise<unknown>,
        words: (v: never) => string,
    ) => {
        if (probes.length >= MOST_PROBES || enough(facts)) {
            return;
        }
        const probed = await attempt(ask);
        facts = {
            ...facts,
            [fact]: probed,
            ...(client.serverTime === undefined ? {} : { serverTime: client.serverTime }),
        };
        const refusal = refusalOf(probed);
        probes.push({
            name,
            status: refusal === undefined ? "ok" : isAuth(refusal) ? "refused" : "failed",
            detail: refusal === undefined ? words(answered(probed) as never) : refusalWords(refusal),
        });
    };
    const { zone, credential } = start;
    if (credential.scheme === "token") {
        const told = (token: { status: string }) => `the token is ${token.status}`;
        if (credential.owner !== "account") {
            await run("verify the token at the user", "user", () => client.verifyToken(), told);
        }
        if (zone.accountId !== undefined && credential.owner !== "user" && answered(facts.user) === undefined) {
            await run("verify the token at the account", "account", () => client.verifyToken(zone.accountId), told);
        }
    }
    await run(
        "harmless purge",
        "harmless",
        () => harmlessPurge(client, zone),
        () => "accepted",
    );
    if (zone.name !== undefined) {
        await run("zones of that name", "named", () => client.zones({ name: zone.name as string }), listed);
    }
    if (!(answered(facts.named) ?? []).some((z) => z.id === zone.id)) {
        await run(
            "zone of that ID",
            "identified",
            () => client.zone(zone.id),
            (z: { name: string }) => `it is ${z.name}`,
        );
    }
    if (answered(facts.identified) === undefined) {
        await run("zones of an account of that ID", "ofAccount", () => client.zones({ accountId: zone.id }), listed);
    }
    return { facts, probes };
}

/** Without a name, a URL of no zone: who may purge is told that it is outside the zone (1082), others are refused. */
async function harmlessPurge(client: CloudflareClient, zone: Facts["zone"]): Promise<"accepted"> {
    const host = zone.name ?? "cache-purge-probe.invalid";
    try {
        await client.purge(zone, { files: [`https://${host}${PROBE_PATH}`] }, "purge");
    } catch (error) {
        if (!(error instanceof CloudflareError && error.codes.includes(1082))) {
            throw error;
        }
    }
    return "accepted";
}

async function attempt<T>(ask: () => Promise<T>): Promise<Probed<T>> {
    try {
        return { value: await ask() };
    } catch (error) {
        return { refusal: CloudflareError.from(error, "probe") };
    }
}

function listed(zones: readonly { name: string; id: string }[]): string {
    const some = zones.slice(0, 3).map((z) => `${z.name} (${z.id})`);
    return zones.length === 0 ? "none can be read" : `${some.join(", ")}${zones.length > 3 ? ", …" : ""}`;
}

function refusalWords(refusal: { status?: number; codes: readonly number[]; cause: string }): string {
    return refusal.status === undefined
        ? refusal.cause
        : `answered ${refusal.status}${refusal.codes.length === 0 ? "" : ` (${refusal.codes.join(", ")})`}`;
}
