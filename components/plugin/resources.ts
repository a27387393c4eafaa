/** The custom resources of a plugin, as the engine asks for them. */
import { sweepsByEpoch } from "../resources/inProcess";
import { journal, purge, sweep } from "../resources/provider";
import type { PurgeInputs, SweepState } from "../resources/state";
import { isUnknown, UNKNOWN } from "../resources/state";
import { PARTS, PURGE } from "./names";
import { decodeTicket } from "./ticket";
import type { Bag } from "./wire";

/** The methods of one kind of resource, on plain values. */
export interface Served {
    check(
        olds: Bag,
        news: Bag,
    ): Promise<{ inputs?: object; failures?: readonly { property: string; reason: string }[] }>;
    diff(id: string, olds: Bag, news: Bag): Promise<{ changes?: boolean; replaces?: string[] }>;
    create(news: Bag): Promise<{ id: string; outs?: object }>;
    update(id: string, olds: Bag, news: Bag): Promise<{ outs?: object }>;
    delete(id: string, olds: Bag): Promise<void>;
}

const purgeByTicket = {
    ...purge,
    check: async (olds: Partial<PurgeInputs>, { ticket }: Bag) => {
        if (isUnknown(ticket)) {
            return { inputs: { ...olds, journal: UNKNOWN } };
        }
        const news = decodeTicket(ticket);
        return news === undefined
            ? { failures: [{ property: "ticket", reason: "ticket is not the ticket of a Site: give it site.ticket" }] }
            : purge.check(news, news);
    },
};

const sweepWithDelete = {
    ...sweep,
    update: async () => {
        throw new Error("a Sweep is replaced, never updated");
    },
    delete: async (_id: string, olds: SweepState) => sweepsByEpoch.get(olds.epoch)?.(olds),
};

/** By type. Types of the resources' own inputs end here: the engine hands over plain data. */
export const SERVED = {
    [PURGE]: purgeByTicket,
    [`${PARTS}:Journal`]: journal,
    [`${PARTS}:Sweep`]: sweepWithDelete,
} as unknown as Readonly<Record<string, Served>>;
