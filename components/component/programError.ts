import * as pulumi from "@pulumi/pulumi";

/**
 * Ends the program with its message and no stack trace. The SDK writes `error serializing property "…":` before the
 * message of an error that passes through an output; this one keeps its words.
 */
export class ProgramError extends pulumi.RunError {
    constructor(text: string) {
        super(text);
        Object.defineProperty(this, "message", { get: () => text, set: () => {}, enumerable: false });
    }
}

/** Ends the program when there is a problem. */
export function refuse(problem: string | undefined): void {
    if (problem !== undefined) {
        throw new ProgramError(problem);
    }
}
