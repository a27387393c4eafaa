import type { CloudflareClient } from "../cloudflare/client";
import { CloudflareError } from "../cloudflare/cloudflareError";
import type { Credential, TokenOwner, TokenStatus } from "../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../cloudflare/credential";
import type { Zone, ZoneRef } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";

/** What a probe brought: its value, or how it was refused. */
type Probed<T> = { readonly value: T } | { readonly refusal: CloudflareError };

/** Everything that a diagnosis is made of. Plain data, no secret: rules are functions of it and of nothing else. */
export interface Facts {
    readonly credential: CredentialFacts;
    /** As it was given. An empty ID: only the credential is in question. */
    readonly zone: Zone;
    /** Verification at the user. */
    readonly user?: Probed<TokenStatus>;
    /** Verification at the account. */
    readonly account?: Probed<TokenStatus>;
    /** The zones of that name, as this credential can read them. */
    readonly named?: Probed<readonly Zone[]>;
    /** The zone of that ID. */
    readonly identified?: Probed<Zone>;
    /** The zones of an account whose ID is the zone ID that was given. */
    readonly ofAccount?: Probed<readonly Zone[]>;
    /** A purge of one URL that does not exist. */
    readonly harmless?: Probed<"accepted">;
    /** What was to be purged, when known: to find a path or a foreign URL in it. */
    readonly items?: readonly string[];
    /** ms since the epoch, here and by the API's own clock. */
    readonly now: number;
    readonly serverTime?: number;
}

interface CredentialFacts {
    readonly scheme: "token" | "key";
    readonly owner: TokenOwner;
    /** What its form says against it. */
    readonly problem?: Problem;
    /** Names of other credentials that were set too and are not used. */
    readonly ignored: readonly string[];
}

/** A problem that fits the facts. */
interface Hypothesis extends Problem {
    /** `false`: further probes may tell more. */
    readonly sure?: false;
}

/** One rule: what is wrong, when the facts bear it out. */
export type DiagnosisRule = (facts: Facts, refusal: CloudflareError) => Hypothesis | undefined;

/** What the first rule that fits says. `undefined`: none of them fits. */
export function firstFit(
    rules: readonly DiagnosisRule[],
    facts: Facts,
    refusal: CloudflareError,
): Hypothesis | undefined {
    for (const rule of rules) {
        const found = rule(facts, refusal);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** Facts of a credential, without the credential. */
export function credentialFacts(credential: Credential, ignored: readonly string[] = []): CredentialFacts {
    const problem = "token" in credential ? checkToken(credential.token) : checkKey(credential.key, credential.email);
    return {
        scheme: "token" in credential ? "token" : "key",
        owner: "token" in credential ? tokenOwner(credential.token) : "user",
        ignored,
        ...(problem === undefined ? {} : { problem }),
    };
}

/** The value of a probe that brought one. */
export function answered<T>(probed: Probed<T> | undefined): T | undefined {
    return probed !== undefined && "value" in probed ? probed.value : undefined;
}

/** The refusal of a probe that was refused. */
export function refusalOf(probed: Probed<unknown> | undefined): CloudflareError | undefined {
    return probed !== undefined && "refusal" in probed ? probed.refusal : undefined;
}

/** Whether a refusal is about who asks, rather than about what was asked or about the network. */
export function isAuth(refusal: CloudflareError | undefined): boolean {
    return refusal !== undefined && ["authentication", "permission", "not-found"].includes(refusal.kind);
}

/** One line of what was tried. */
export interface ProbeResult {
    readonly name: string;
    readonly status: "ok" | "refused" | "failed";
    readonly detail: string;
}

/** One question to Cloudflare. */
interface Probe {
    readonly name: string;
    /** Whether the answer would tell something. */
    readonly applies: (facts: Facts) => boolean;
    /** What is known then, and in words. */
    readonly run: (
        client: CloudflareClient,
        facts: Facts,
    ) => Promise<{ readonly known: Partial<Facts>; readonly result: Omit<ProbeResult, "name"> }>;
}

/** Requests that a diagnosis makes at most. */
export const MOST_PROBES = 6;

/** The URL of a purge that harms nothing, since it does not exist: of a zone, or where the name is not known of none. */
export function harmlessUrl(name: string): string {
    return `https://${name === "" ? "cache-purge-probe.invalid" : name}${PROBE_PATH}`;
}

export const PROBE_PATH = "/.well-known/cache-purge-probe";

const isActive = (token: TokenStatus): string => `the token is ${token.status}`;

/** Whether the token is known: where its prefix says that it belongs, else at the user and then at the account. */
export const VERIFICATION: readonly Probe[] = [
    probe(
        "verify the token at the user",
        "user",
        ({ credential }) => credential.scheme === "token" && credential.owner !== "account",
        (client) => client.verifyToken(),
        isActive,
    ),
    probe(
        "verify the token at the account",
        "account",
        ({ credential, zone, user }) =>
            credential.scheme === "token" &&
            credential.owner !== "user" &&
            zone.accountId !== "" &&
            answered(user) === undefined,
        (client, { accountId }) => client.verifyToken(accountId),
        isActive,
    ),
];

/** Every probe, in the order in which they are asked. None changes anything. */
export const PROBES: readonly Probe[] = [
    ...VERIFICATION,
    probe(
        "harmless purge",
        "harmless",
        ({ zone }) => zone.id !== "",
        (client, zone) => harmlessPurge(client, zone),
        () => "accepted",
    ),
    probe(
        "zones of that name",
        "named",
        ({ zone }) => zone.name !== "",
        (client, { name }) => client.zones({ name }),
        listed,
    ),
    probe(
        "zone of that ID",
        "identified",
        ({ zone, named }) => zone.id !== "" && !(answered(named) ?? []).some((z) => z.id === zone.id),
        (client, { id }) => client.zone(id),
        ({ name }) => `it is ${name}`,
    ),
    probe(
        "zones of an account of that ID",
        "ofAccount",
        ({ zone, identified }) => zone.id !== "" && answered(identified) === undefined,
        (client, { id }) => client.zones({ accountId: id }),
        listed,
    ),
];

/**
 * Asks Cloudflare what the facts lack, one request after the other. Stops when the rest would tell nothing new.
 *
 * @param client quick and without retries.
 * @param enough whether the facts suffice already.
 */
export async function ask(
    probes: readonly Probe[],
    client: CloudflareClient,
    start: Facts,
    enough: (facts: Facts) => boolean = () => false,
): Promise<{ facts: Facts; results: ProbeResult[] }> {
    let facts = start;
    const results: ProbeResult[] = [];
    for (const { name, applies, run } of probes) {
        if (applies(facts) && !enough(facts)) {
            const { known, result } = await run(client, facts);
            const time = client.serverTime === undefined ? {} : { serverTime: client.serverTime };
            facts = { ...facts, ...known, ...time };
            results.push({ name, ...result });
        }
    }
    return { facts, results };
}

function probe<K extends "user" | "account" | "named" | "identified" | "ofAccount" | "harmless", T>(
    name: string,
    fact: K,
    applies: Probe["applies"],
    question: (client: CloudflareClient, zone: Zone) => Promise<T>,
    words: (answer: T) => string,
): Probe {
    return {
        name,
        applies,
        run: async (client, { zone }) => {
            const probed = await attempt(() => question(client, zone));
            const refusal = refusalOf(probed);
            const result =
                "value" in probed
                    ? { status: "ok" as const, detail: words(probed.value) }
                    : {
                          status: isAuth(refusal) ? ("refused" as const) : ("failed" as const),
                          detail: answerOf(probed.refusal),
                      };
            return { known: { [fact]: probed }, result };
        },
    };
}

/** In production. Without a name, a URL of no zone: who may purge is told that it is outside the zone (1082), others are refused. */
async function harmlessPurge(client: CloudflareClient, { environment: _, ...zone }: ZoneRef): Promise<"accepted"> {
    try {
        await client.purge(zone, { files: [harmlessUrl(zone.name ?? "")] }, "purge");
    } catch (error) {
        if (!(error instanceof CloudflareError && error.codes.includes(1082))) {
            throw error;
        }
    }
    return "accepted";
}

async function attempt<T>(question: () => Promise<T>): Promise<Probed<T>> {
    try {
        return { value: await question() };
    } catch (error) {
        return { refusal: CloudflareError.from(error, "probe") };
    }
}

function listed(zones: readonly Zone[]): string {
    const some = zones.slice(0, 3).map(({ name, id }) => `${name} (${id})`);
    return zones.length === 0 ? "none can be read" : `${some.join(", ")}${zones.length > 3 ? ", …" : ""}`;
}

function answerOf({ status, codes, cause }: CloudflareError): string {
    return status === undefined ? cause : `answered ${status}${codes.length === 0 ? "" : ` (${codes.join(", ")})`}`;
}
