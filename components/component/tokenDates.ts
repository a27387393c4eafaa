import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../errors/problem";
import { wrongOptions } from "../settings/check";
import { TOKEN } from "../settings/tokenOptions";
import { isOpen } from "./checkOptions";
import { refuse } from "./programError";

interface Dates {
    readonly expiresOn?: pulumi.Input<string>;
    readonly notBefore?: pulumi.Input<string>;
}

/**
 * A token's dates, each checked when it is known, and at once where it stands in the program: Cloudflare makes a token that has expired already without a word, and
 * only the next purge would fail.
 *
 * @param path What the options are under in the program: `token.`.
 * @param inUse Whether this very program purges with the token, so that it has to be valid now.
 */
export function tokenDates({ expiresOn, notBefore }: Dates, path: string, inUse: boolean): Dates {
    const check = (name: keyof Dates, given: pulumi.Input<string>): pulumi.Input<string> => {
        const checked = (value: string): string => {
            refuse(dateProblem(name, value, path, inUse, Date.now()));
            return value;
        };
        return isOpen(given) ? pulumi.output(given).apply(checked) : checked(given as string);
    };
    return {
        ...(expiresOn === undefined ? {} : { expiresOn: check("expiresOn", expiresOn) }),
        ...(notBefore === undefined ? {} : { notBefore: check("notBefore", notBefore) }),
    };
}

/** @param now ms since the epoch. */
export function dateProblem(
    name: keyof Dates,
    value: string,
    path: string,
    inUse: boolean,
    now: number,
): Problem | undefined {
    const [wrong] = wrongOptions(TOKEN, { [name]: value }, undefined, path);
    if (wrong !== undefined) {
        return { key: "usage", cause: `${wrong.reason}.`, remedy: "" };
    }
    const at = Date.parse(value);
    if (name === "expiresOn" && at <= now) {
        return {
            key: "token-not-active",
            cause: `${path}expiresOn is "${value}", which is in the past: the token could purge nothing.`,
            remedy: "Give a later date, or leave it out: the token then never expires.",
        };
    }
    return name === "notBefore" && inUse && at > now
        ? {
              key: "token-not-active",
              cause: `${path}notBefore is "${value}", which is in the future: this deploy could not purge with the token.`,
              remedy: "Give an earlier date, or leave it out.",
          }
        : undefined;
}
