import type { PurgeInputs } from "../resources/state";

/** What a Site hands to its Purge: all that this takes, as one secret text. */
export type Ticket = Omit<PurgeInputs, "isSwept">;

export function encodeTicket(ticket: Ticket): string {
    return JSON.stringify(ticket);
}

/** `undefined`: the text is not a ticket. */
export function decodeTicket(text: unknown): Ticket | undefined {
    try {
        const ticket = JSON.parse(String(text)) as Partial<Ticket> | null;
        const { journal, zoneId, token } = ticket ?? {};
        const isTicket = [journal, zoneId, token].every((part) => typeof part === "string");
        return isTicket ? (ticket as Ticket) : undefined;
    } catch {
        return undefined;
    }
}
