/** What a run tells: diagnostics, steps as they begin and end, and lines for the person at the terminal. */
import type { Step } from "./steps";

export type Severity = "debug" | "info" | "info#err" | "warning" | "error";

export interface Diagnostic {
    severity: Severity;
    message: string;
    /** The resource that it is about. */
    urn?: string;
}

export interface Report {
    diagnostic(severity: Severity, message: string, urn?: string): void;
    /** A step begins; a preview "applies" it without a provider. */
    begins(step: Step): void;
    /** A step ended; with an error when it failed. */
    ended(step: Step, error?: Error): void;
    /** Outputs of a component or of the stack arrived. */
    outputs(step: Step): void;
}
