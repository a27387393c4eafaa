import type { Clock } from "../clock";
import { inZone } from "../edge/zoneCache";
import { digest, isId, newId, newSecret } from "./ids";
import type { Condition, Policy, Token } from "./token";
import type { Plan, Zone, ZoneOptions } from "./zone";
import { makeZone } from "./zone";

export interface Account {
    id: string;
    name: string;
    createdAt: number;
}

/** Who everything belongs to: one user, member of every account. */
export interface User {
    id: string;
    email: string;
}

export interface NewToken {
    owner: Token["owner"];
    name: string;
    policies: Policy[];
    condition?: Condition | undefined;
    notBefore?: string | undefined;
    expiresOn?: string | undefined;
}

export interface DirectoryOptions {
    clock: Clock;
    plan: Plan;
    accounts?: { id?: string; name: string }[] | undefined;
    zones: ZoneOptions[];
    /** ms until a new token's value works */
    tokenDelay: number;
}

/** Accounts, zones and tokens of one pretend Cloudflare. */
export class Directory {
    readonly user: User = { id: newId(), email: "owner@example.com" };
    readonly accounts: Account[];
    readonly zones: Zone[] = [];
    tokens: Token[] = [];
    tokenDelay: number;
    /** The user's Global API Key, by digest. */
    private globalKey: string | undefined;

    constructor(private readonly options: DirectoryOptions) {
        const now = options.clock.now();
        this.tokenDelay = options.tokenDelay;
        const named = options.accounts?.length ? options.accounts : [{ name: "Example account" }];
        this.accounts = named.map(({ id, name }) => ({ id: id ?? newId(), name, createdAt: now }));
        const bad = this.accounts.find(({ id }) => !isId(id));
        if (bad) {
            throw new Error(`local Cloudflare: account ID ${JSON.stringify(bad.id)} is not 32 hex digits`);
        }
        for (const zone of options.zones) {
            this.addZone(zone);
        }
    }

    /**
     * Adds a zone, and its account when the ID is a new one.
     * @throws naming what is wrong with the options
     */
    addZone(options: ZoneOptions): Zone {
        const now = this.options.clock.now();
        const accountId = options.accountId ?? (this.accounts[0] as Account).id;
        if (!isId(accountId)) {
            throw new Error(`local Cloudflare: account ID ${JSON.stringify(accountId)} is not 32 hex digits`);
        }
        const zone = makeZone(options, { accountId, plan: this.options.plan, now });
        if (this.zones.some(({ id }) => id === zone.id)) {
            throw new Error(`local Cloudflare: zone ID ${zone.id} is given twice`);
        }
        if (!this.accounts.some(({ id }) => id === accountId)) {
            this.accounts.push({ id: accountId, name: `Account ${this.accounts.length + 1}`, createdAt: now });
        }
        this.zones.push(zone);
        return zone;
    }

    zone(id: string): Zone | undefined {
        return this.zones.find((zone) => zone.id === id);
    }

    account(id: string): Account | undefined {
        return this.accounts.find((account) => account.id === id);
    }

    /** The zone that visitors of a host reach: the active one with the longest name. */
    zoneOfHost(host: string): Zone | undefined {
        return this.zones
            .filter((zone) => zone.status === "active" && inZone(host, zone))
            .sort((a, b) => b.name.length - a.name.length)[0];
    }

    /** Makes a token. Its value is in the answer and nowhere else. */
    createToken(token: NewToken): { token: Token; value: string } {
        const now = this.options.clock.now();
        const value = newSecret(token.owner.kind === "user" ? "cfut_" : "cfat_");
        const made: Token = {
            ...token,
            id: newId(),
            status: "active",
            issuedOn: now,
            modifiedOn: now,
            digest: digest(value),
            worksFrom: now + this.tokenDelay,
        };
        this.tokens.push(made);
        return { token: made, value };
    }

    /** Gives a token another value; the old one no longer works. */
    rollToken(token: Token): string {
        const value = newSecret(token.owner.kind === "user" ? "cfut_" : "cfat_");
        token.digest = digest(value);
        token.modifiedOn = this.options.clock.now();
        token.worksFrom = token.modifiedOn + this.tokenDelay;
        return value;
    }

    /** The token that a value belongs to, as soon as it works. */
    tokenOf(value: string): Token | undefined {
        const hashed = digest(value);
        return this.tokens.find((one) => one.digest === hashed && one.worksFrom <= this.options.clock.now());
    }

    /** Makes the user's Global API Key anew and shows it. */
    createGlobalKey(): string {
        const key = newSecret("cfk_");
        this.globalKey = digest(key);
        return key;
    }

    isGlobalKey(email: string, key: string): boolean {
        return email === this.user.email && this.globalKey === digest(key);
    }
}
