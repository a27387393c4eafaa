import type { CloudflareError } from "../cloudflare/cloudflareError";
import type { Credential, TokenOwner } from "../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../cloudflare/credential";
import type { TokenStatus } from "../cloudflare/tokenStatus";
import type { Zone } from "../cloudflare/zone";
import type { Problem } from "../errors/problem";

/** What a probe brought: its value, or how it was refused. */
export type Probed<T> = { readonly value: T } | { readonly refusal: CloudflareError };

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

export interface CredentialFacts {
    readonly scheme: "token" | "key";
    readonly owner: TokenOwner;
    /** What its form says against it. */
    readonly problem?: Problem;
    /** Names of other credentials that were set too and are not used. */
    readonly ignored: readonly string[];
}

/** A problem that fits the facts. */
export interface Hypothesis extends Problem {
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
