import * as pulumi from "@pulumi/pulumi";
import { cancel } from "../resources/abortWithEngine";
import { sweepsByEpoch } from "../resources/inProcess";
import * as journal from "../resources/journal";
import "../resources/provider"; // ends the process with its engine
import * as purge from "../resources/purge";
import { sayBy } from "../resources/say";
import type { PurgeInputs, SweepState } from "../resources/state";
import { isUnknown, PROVIDER_KEY, UNKNOWN } from "../resources/state";
import * as sweep from "../resources/sweep";
import type { ProgramVoice } from "../resources/words";
import { PROGRAM_VOICE } from "../resources/words";
import { construct } from "./construct";
import { decodeTicket, PARTS, PURGE_TYPE, VERSION } from "./parts";
import { schema } from "./schema";

/** Inputs that are secrets whatever they were given as. */
const SECRETS = ["token", "checkHeaders"];

/** The provider that the SDK serves. */
export const provider: pulumi.provider.Provider = {
    version: VERSION,
    schema: JSON.stringify(schema),
    construct,

    async check(urn, olds: Bag, news: Bag) {
        const checked = quietly(() => served(urn).check(revealed(olds), revealed(news), secretKeys(olds)));
        const { inputs = {}, failures = [], secrets = [] } = await checked;
        const hidden = new Set([...secretKeys(news), ...SECRETS, ...secrets]);
        return { inputs: reply(inputs, hidden), failures: [...failures] };
    },

    async diff(id, urn, olds: Bag, news: Bag) {
        return quietly(() => served(urn).diff(id, revealed(olds), revealed(news)));
    },

    async create(urn, inputs: Bag) {
        const { id, outs = {} } = await stored(inputs, () => served(urn).create(revealed(inputs)));
        return { id, outs: reply(outs, secretKeys(inputs)) };
    },

    async update(id, urn, olds: Bag, news: Bag) {
        const { outs = {} } = await stored(news, () => served(urn).update(id, revealed(olds), revealed(news)));
        return { outs: reply(outs, secretKeys(news)) };
    },

    async delete(id, urn, olds: Bag) {
        await quietly(() => served(urn).delete(id, revealed(olds)));
    },

    // Comes at every end of a run, and when somebody interrupts one: a purge under way then becomes owed.
    async cancel() {
        cancel();
    },
};

/** Settles when the engine has all that was said: lines go to it one after the other. */
let said: Promise<unknown> = Promise.resolve();

/** From now on, what the resources say goes to the engine: it shows nothing of what a plugin prints. */
export function sayToEngine(): void {
    sayBy((line) => {
        said = pulumi.log.info(line);
    });
}

/**
 * Runs a method, and replies when the engine has what it said: after the last reply the run may end.
 * The SDK prints the stack trace of what these methods throw, besides answering with its message.
 */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
    try {
        return await run();
    } catch (error) {
        throw Object.assign(error as Error, { stack: "" });
    } finally {
        await said;
    }
}

/** What stands for a resource's URN. */
function served(urn: string): Served {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const found = SERVED[type];
    if (found === undefined) {
        throw new Error(`unknown resource type ${type}`);
    }
    return found;
}

/** Runs a create or an update. The properties of a partial failure are stored as they are. */
async function stored<T>(inputs: Bag, run: () => Promise<T>): Promise<T> {
    try {
        return await run();
    } catch (error) {
        const { properties } = error as { properties?: Bag };
        if (properties !== undefined) {
            const { [PROVIDER_KEY]: _, ...kept } = properties;
            Object.assign(error as Error, { properties: reply(kept, secretKeys(inputs)) });
        }
        throw error;
    } finally {
        await said;
    }
}

/* The custom resources of a plugin, as the engine asks for them. */

/** What programs of any language call things: by the names in the schema. */
const VOICE: ProgramVoice = {
    ...PROGRAM_VOICE,
    checks: "`checkHeaders`, `connectTo`; originReady.enabled: false and verify.enabled: false switch the checks off",
    after: "`dependsOn`",
    tokenOptions: "tokenOptions",
};

/** The methods of one kind of resource, on plain values. */
interface Served {
    /**
     * @param secretOlds the names of the old inputs that are secrets.
     * @returns with the names of further inputs that are secrets.
     */
    check(
        olds: Bag,
        news: Bag,
        secretOlds: ReadonlySet<string>,
    ): Promise<{
        inputs?: object;
        failures?: readonly { property: string; reason: string }[];
        secrets?: readonly string[];
    }>;
    diff(id: string, olds: Bag, news: Bag): Promise<{ changes?: boolean; replaces?: string[] }>;
    create(news: Bag): Promise<{ id: string; outs?: object }>;
    update(id: string, olds: Bag, news: Bag): Promise<{ outs?: object }>;
    delete(id: string, olds: Bag): Promise<void>;
}

const purgeByTicket = {
    ...purge,
    ...purge.purgeIn(VOICE),
    check: async (olds: Partial<PurgeInputs>, { ticket }: Bag, secretOlds: ReadonlySet<string>) => {
        if (isUnknown(ticket)) {
            return { inputs: { ...olds, journal: UNKNOWN }, secrets: [...secretOlds] };
        }
        const decoded = decodeTicket(ticket);
        if (decoded === undefined) {
            const reason = "ticket is not the ticket of a Site: give it the output `ticket` of one";
            return { failures: [{ property: "ticket", reason }] };
        }
        const { secrets = [], ...news } = decoded;
        return { ...(await purge.check(news, news)), secrets };
    },
};

const sweepWithDelete = {
    ...sweep,
    check: sweep.checkIn(VOICE),
    update: async () => {
        throw new Error("a Sweep is replaced, never updated");
    },
    delete: async (_id: string, olds: SweepState) => sweepsByEpoch.get(olds.epoch)?.(olds),
};

/** By type. Types of the resources' own inputs end here: the engine hands over plain data. */
const SERVED = {
    [PURGE_TYPE]: purgeByTicket,
    [`${PARTS}:Journal`]: journal,
    [`${PARTS}:Sweep`]: sweepWithDelete,
} as unknown as Readonly<Record<string, Served>>;

/**
 * Values as the engine sends them to a provider: a secret is an object with a mark and the value, and so are its kin
 * (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go).
 */

const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

type Bag = Record<string, unknown>;

export function isSecret(value: unknown): value is { readonly value: unknown } {
    return typeof value === "object" && value !== null && (value as Bag)[MARK] === SECRET;
}

/** A value as a secret; one that is a secret already stays what it is. */
export function secret(value: unknown): unknown {
    return isSecret(value) ? value : { [MARK]: SECRET, value };
}

/** Without the marks of secrets, at any depth. */
export function revealed<T>(value: T): T {
    if (isSecret(value)) {
        return revealed(value.value) as T;
    }
    if (Array.isArray(value)) {
        return value.map(revealed) as T;
    }
    return typeof value === "object" && value !== null
        ? (Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)])) as T)
        : value;
}

/** The keys whose values are secrets, or hold one. */
export function secretKeys(bag: Bag): Set<string> {
    return new Set(Object.keys(bag).filter((key) => holdsSecret(bag[key])));
}

function holdsSecret(value: unknown): boolean {
    return isSecret(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));
}

/** A reply: the values under some keys as secrets, and nothing undefined, for which the SDK would never answer. */
export function reply(values: object, secrets: ReadonlySet<string>): Bag {
    const entries = Object.entries(defined(values) as Bag);
    return Object.fromEntries(entries.map(([key, value]) => [key, secrets.has(key) ? secret(value) : value]));
}

function defined(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((inner) => (inner === undefined ? null : defined(inner)));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries.map(([key, inner]) => [key, defined(inner)]));
}
