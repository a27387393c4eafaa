import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../errors/problem";
import { ProblemError } from "../errors/problem";
import type { Options } from "../settings/option";
import { wrongOptions } from "../settings/option";

/**
 * Ends the program with its message and no stack trace. The SDK writes `error serializing property "…":` before the
 * message of an error that passes through an output; this one keeps its words.
 */
export class ProgramError extends ProblemError {
    constructor(problem: Problem) {
        super(problem);
        const { message } = this;
        Object.defineProperty(this, "message", { get: () => message, set: () => {}, enumerable: false });
    }
}

/** The result of what runs once an output is known; a problem there keeps its words. */
export function inOwnWords<T>(run: () => T): T {
    try {
        return run();
    } catch (error) {
        throw error instanceof ProblemError ? new ProgramError(error) : error;
    }
}

/** Ends the program when there is a problem. */
export function refuse(problem: Problem | undefined): void {
    if (problem !== undefined) {
        throw new ProgramError(problem);
    }
}

/**
 * A wrong option: its message, and the resource that it was given to. The SDK prints any other error with a stack trace
 * and everything that it holds, which buries the message under the whole component.
 */
export function refusal(message: string, self: pulumi.Resource): pulumi.ResourceError {
    return new pulumi.ResourceError(message, self, true);
}

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

/**
 * What a program may export, which the SDK comes to only when the program has run. An output that fails before that is a
 * warning of Node's besides the error, unless something waits for it from the start; the error is told all the same.
 */
export function exported<T extends Readonly<Record<string, pulumi.Output<unknown>>>>(outputs: T): T {
    for (const output of Object.values(outputs)) {
        output.apply(() => undefined);
    }
    return outputs;
}

/** Whether a value is known only when the program runs, such as another resource's output. */
export function isOpen(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}
