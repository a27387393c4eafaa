import * as pulumi from "@pulumi/pulumi";
import { wrongOptions } from "../settings/check";
import type { Options } from "../settings/option";
import { refusal } from "./programError";

/**
 * Refuses options that do not exist, and values that break their rule, as far as they stand in the program.
 *
 * @throws pulumi.ResourceError naming the option, its value, and what it must be.
 */
export function checkOptions(table: Options, values: object, self: pulumi.Resource): void {
    const [wrong] = wrongOptions(table, values, isOpen);
    if (wrong !== undefined) {
        throw refusal(wrong.reason, self);
    }
}

/** Whether a value is known only when the program runs, such as another resource's output. */
export function isOpen(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}
