/** What a run gives back, the same for both engines. */
import type { Changes } from "./difference";
import type { Diagnostic } from "./report";
import type { Op } from "./steps";

export interface StepResult {
    op: Op;
    urn: string;
    type: string;
    name: string;
    /** The step was begun and did not succeed. */
    failed?: boolean;
    /** Keys whose change needs the replacement. */
    replaceKeys?: string[];
    /** Changed property paths, where they are known. */
    detailedDiff?: Changes;
    /** The changed inputs as text: of a string of several lines, the changed lines and two around them. */
    diffText?: string;
}

export interface Summary {
    created: number;
    updated: number;
    replaced: number;
    unchanged: number;
    deleted: number;
}

export interface Result {
    succeeded: boolean;
    /** Steps in the order in which they began; default providers are left out. */
    steps: StepResult[];
    /** Of whole resources: a replacement counts once. In a preview, what would be. */
    summary: Summary;
    diagnostics: Diagnostic[];
    /** Outputs of the stack after the run, secrets in plaintext. Empty after a preview. */
    outputs: Record<string, unknown>;
    /** Everything that a person at a terminal reads. */
    log: string;
    /** Wall-clock time of the run. */
    seconds: number;
}
