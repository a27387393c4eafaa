import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../errors/problem";
import { ProblemError } from "../errors/problem";

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
