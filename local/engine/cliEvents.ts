/** Engine events of the CLI as steps, diagnostics and a summary. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { ChangeKind } from "./difference";
import { changedInputs } from "./diffText";
import { isInternal } from "./display";
import type { Diagnostic, Severity } from "./report";
import type { Result, StepResult } from "./result";
import type { Op } from "./steps";
import { nameOf, typeOf } from "./urn";
import type { Bag } from "./values";

/** The part of an event's metadata that is used. */
interface Metadata {
    op: string;
    urn: string;
    keys?: string[] | null;
    old?: { inputs?: Bag } | null;
    new?: { inputs?: Bag } | null;
    detailedDiff?: Record<string, { diffKind?: string; kind?: string }> | null;
}

export class CliEvents {
    readonly #steps: StepResult[] = [];
    readonly #diagnostics: Diagnostic[] = [];
    #changes: Record<string, number> = {};

    constructor(
        readonly preview: boolean,
        readonly onStep: (step: StepResult) => void,
    ) {}

    take(event: EngineEvent): void {
        if (event.resourcePreEvent) {
            this.#begins(event.resourcePreEvent.metadata as unknown as Metadata);
        }
        if (event.resOutputsEvent) {
            this.#ended(event.resOutputsEvent.metadata as unknown as Metadata, false);
        }
        if (event.resOpFailedEvent) {
            this.#ended(event.resOpFailedEvent.metadata as unknown as Metadata, true);
        }
        if (event.summaryEvent) {
            this.#changes = event.summaryEvent.resourceChanges as Record<string, number>;
        }
        const told = event.diagnosticEvent;
        if (told && (told.severity as string) !== "debug" && !(told as { ephemeral?: boolean }).ephemeral) {
            const message = told.message.replace(/<\{%[^%]*%\}>/g, "").trimEnd();
            this.#diagnostics.push({
                severity: told.severity as Severity,
                message,
                ...(told.urn ? { urn: told.urn } : {}),
            });
        }
    }

    #begins({ op, urn, keys, old, new: next, detailedDiff }: Metadata): void {
        if (isInternal(urn)) {
            return;
        }
        const diffText = ["update", "replace", "create-replacement"].includes(op)
            ? changedInputs(old?.inputs ?? {}, next?.inputs ?? {})
            : "";
        const detailed = Object.entries(detailedDiff ?? {}).map(([path, { diffKind, kind }]) => [
            path,
            diffKind ?? kind,
        ]);
        this.#steps.push({
            op: op as Op,
            urn,
            type: typeOf(urn),
            name: nameOf(urn),
            ...(keys?.length ? { replaceKeys: keys } : {}),
            ...(detailed.length > 0
                ? { detailedDiff: Object.fromEntries(detailed) as Record<string, ChangeKind> }
                : {}),
            ...(diffText ? { diffText } : {}),
        });
    }

    #ended({ op, urn }: Metadata, failed: boolean): void {
        const step = this.#steps.findLast((one) => one.urn === urn && one.op === op);
        if (!step) {
            return;
        }
        if (failed) {
            step.failed = true;
        }
        this.onStep(step);
    }

    /** Everything that was collected. `problem` is what the CLI said when it failed before the engine ran. */
    result(of: {
        succeeded: boolean;
        outputs: Record<string, unknown>;
        log: string;
        seconds: number;
        problem: string;
    }): Result {
        const { problem, ...rest } = of;
        const count = (op: string) => this.#changes[op] ?? 0;
        if (!of.succeeded && !this.#diagnostics.some(({ severity }) => severity === "error")) {
            this.#diagnostics.push({ severity: "error", message: problem });
        }
        return {
            ...rest,
            steps: this.#steps,
            diagnostics: this.#diagnostics,
            summary: {
                created: count("create"),
                updated: count("update"),
                replaced: count("replace"),
                unchanged: count("same"),
                deleted: count("delete"),
            },
        };
    }
}
