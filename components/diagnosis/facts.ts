import type { ErrorKind } from "../cloudflare/cloudflareError";
import type { Credential, Problem, TokenOwner } from "../cloudflare/credential";
import { checkKey, checkToken, tokenOwner } from "../cloudflare/credential";
import type { TokenStatus } from "../cloudflare/tokenStatus";
import type { Zone } from "../cloudflare/zone";

/** What is known of a refused request. A CloudflareError is one. */
export interface Refusal {
    readonly operation: string;
    readonly kind: ErrorKind;
    readonly status?: number;
    readonly codes: readonly number[];
    readonly said: readonly { readonly code: number; readonly message: string }[];
    readonly key?: string;
    readonly cause: string;
    readonly remedy: string;
}

/** What a probe brought: its value, or how it was refused. */
export type Probed<T> = { readonly value: T } | { readonly refusal: Refusal };

/** Everything that a verdict is made of. Plain data, no secret: rules are functions of it and of nothing else. */
export interface Facts {
    readonly refusal: Refusal;
    readonly credential: {
        readonly scheme: "token" | "key";
        readonly owner: TokenOwner;
        /** What its form says against it. */
        readonly problem?: Problem;
        /** Names of other credentials that were set too and are not used. */
        readonly ignored: readonly string[];
    };
    readonly zone: {
        /** As it was given. */
        readonly id: string;
        readonly name?: string;
        readonly accountId?: string;
        readonly status?: string;
        readonly plan?: string;
        /** Whether name and ID come from one look-up, with whatever credential, so that they belong together. */
        readonly lookedUp: boolean;
    };
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
    /** A purge of one URL that cannot exist. */
    readonly harmless?: Probed<"accepted">;
    /** What was to be purged, when known: to find a path or a foreign URL in it. */
    readonly items?: readonly string[];
    /** ms since the epoch, here and by the API's own clock. */
    readonly now: number;
    readonly serverTime?: number;
}

/** What is wrong, and what to do. */
export interface Finding {
    /** A row of docs/errors.md. */
    readonly key: string;
    /** A sentence or two. */
    readonly cause: string;
    /** A sentence or two, with something to type or click. */
    readonly remedy: string;
    /** `false`: it fits, and further probes may tell more. */
    readonly sure?: false;
}

/** One rule: a finding when the facts bear it out. */
export type Rule = (facts: Facts) => Finding | undefined;

/** Facts of a credential, without the credential. */
export function credentialFacts(credential: Credential, ignored: readonly string[] = []): Facts["credential"] {
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
export function refusalOf(probed: Probed<unknown> | undefined): Refusal | undefined {
    return probed !== undefined && "refusal" in probed ? probed.refusal : undefined;
}

/** Whether a refusal is about who asks, rather than about what was asked or about the network. */
export function isAuth(refusal: Refusal | undefined): boolean {
    return refusal !== undefined && ["authentication", "permission", "not-found"].includes(refusal.kind);
}
