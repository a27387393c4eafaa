import type * as pulumi from "@pulumi/pulumi";
import { cancel } from "../resources/abortWithEngine";
import { PROVIDER_KEY } from "../resources/state";
import { construct } from "./construct";
import { VERSION } from "./parts";
import type { Bag, Served } from "./resources";
import { reply, revealed, SERVED, secretKeys } from "./resources";
import { schema } from "./schema";

/** Inputs that are secrets whatever they were given as. */
const SECRETS = ["token", "checkHeaders"];

/** The provider that the SDK serves. */
export const provider: pulumi.provider.Provider = {
    version: VERSION,
    schema: JSON.stringify(schema),
    construct,

    async check(urn, olds: Bag, news: Bag) {
        const checked = quietly(() => served(urn).check(revealed(olds), revealed(news)));
        const { inputs = {}, failures = [] } = await checked;
        return { inputs: reply(inputs, new Set([...secretKeys(news), ...SECRETS])), failures: [...failures] };
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

/** The SDK prints the stack trace of what these methods throw, besides answering with its message. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
    try {
        return await run();
    } catch (error) {
        throw Object.assign(error as Error, { stack: "" });
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
    }
}
