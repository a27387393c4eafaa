/** Collects what a run tells into lines for a person and into its {@link Result}. */
import { changedInputs, shown } from "./diffText";
import type { Diagnostic, Report, Severity } from "./report";
import type { Result, StepResult, Summary } from "./result";
import type { Step } from "./steps";
import { isLogical, stateOfStep } from "./steps";
import { isProviderType, nameOf, typeOf } from "./urn";
import type { Bag } from "./values";
import { same, withoutSecrets } from "./values";

/** What listens while a run goes on. */
export interface Listener {
    /** One line of what a person reads, without its line end. */
    line(line: string): void;
    /** A step ended. */
    step(step: StepResult): void;
}

const marks: Partial<Record<Step["op"], string>> = {
    create: "+",
    update: "~",
    delete: "-",
    replace: "+-",
    "create-replacement": "++",
    "delete-replaced": "--",
    read: ">",
    refresh: "~",
};

const done: Partial<Record<Step["op"], string>> = {
    create: "created",
    update: "updated",
    delete: "deleted",
    replace: "replaced",
    "create-replacement": "created replacement",
    "delete-replaced": "deleted original",
    read: "read",
    "read-replacement": "read",
    refresh: "refreshed",
    discard: "discarded",
    "discard-replaced": "discarded original",
};

/** Providers that the engine made by itself are not shown. */
export const isInternal = (urn: string): boolean => isProviderType(typeOf(urn)) && nameOf(urn).startsWith("default");

export class Display implements Report {
    readonly #lines: string[] = [];
    readonly #steps: StepResult[] = [];
    readonly #byStep = new Map<Step, StepResult>();
    readonly #diagnostics: Diagnostic[] = [];
    readonly #summary: Summary = { created: 0, updated: 0, replaced: 0, unchanged: 0, deleted: 0 };
    readonly #start = performance.now();

    constructor(
        readonly preview: boolean,
        readonly listener: Listener,
    ) {}

    line(text: string): void {
        for (const line of text.split("\n")) {
            this.#lines.push(line);
            this.listener.line(line);
        }
    }

    diagnostic(severity: Severity, message: string, urn?: string): void {
        this.#diagnostics.push({ severity, message, ...(urn ? { urn } : {}) });
        const where = urn ? `${typeOf(urn)} (${nameOf(urn)}): ` : "";
        const label = severity === "info" || severity === "info#err" ? "" : `${severity}: `;
        this.line(`    ${where}${label}${message.trimEnd()}`);
    }

    begins(step: Step): void {
        if (isInternal(step.urn)) {
            return;
        }
        const { op, urn, replaceKeys, detailed } = step;
        const diffText = textOf(step);
        const result: StepResult = {
            op,
            urn,
            type: typeOf(urn),
            name: nameOf(urn),
            ...(replaceKeys?.length ? { replaceKeys } : {}),
            ...(detailed ? { detailedDiff: detailed } : {}),
            ...(diffText ? { diffText } : {}),
        };
        this.#steps.push(result);
        this.#byStep.set(step, result);
    }

    ended(step: Step, error?: Error): void {
        const result = this.#byStep.get(step);
        if (!result) {
            return;
        }
        if (error) {
            result.failed = true;
        } else {
            this.#count(step);
        }
        this.listener.step(result);
        const mark = marks[step.op];
        if (!mark || (step.op === "refresh" && !error && !step.refreshChanged)) {
            return;
        }
        const outcome = error ? "**failed**" : this.preview ? step.op : (done[step.op] ?? step.op);
        const keys = result.replaceKeys ? ` [diff: ${result.replaceKeys.join(", ")}]` : "";
        this.line(` ${mark.padEnd(2)} ${result.type} ${result.name} ${outcome}${keys}`);
        if (this.preview && result.diffText) {
            this.line(indent(result.diffText));
        }
    }

    outputs(): void {}

    #count(step: Step): void {
        const summary = this.#summary;
        if (step.op === "refresh") {
            if (!step.new) {
                summary.deleted++;
            } else if (step.refreshChanged) {
                summary.updated++;
            } else {
                summary.unchanged++;
            }
        }
        if (!isLogical(step)) {
            return;
        }
        if (step.op === "create") {
            summary.created++;
        }
        if (step.op === "update") {
            summary.updated++;
        }
        if (step.op === "replace") {
            summary.replaced++;
        }
        if (step.op === "same") {
            summary.unchanged++;
        }
        if (step.op === "delete") {
            summary.deleted++;
        }
    }

    /** The end of the run: outputs and summary, then everything as a {@link Result}. */
    finish(succeeded: boolean, outputs: Bag, before: Bag): Result {
        const visible = Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1));
        if (visible.length > 0) {
            this.line("Outputs:");
            for (const [key, value] of visible) {
                const mark = !(key in before) ? "+" : same(before[key], value) ? " " : "~";
                this.line(`  ${mark} ${key}: ${shown(value)}`);
            }
        }
        this.line("Resources:");
        const { created, updated, replaced, unchanged, deleted } = this.#summary;
        const verbs = this.preview
            ? (["to create", "to update", "to replace", "to delete"] as const)
            : (["created", "updated", "replaced", "deleted"] as const);
        const counts = [created, updated, replaced, deleted];
        counts.forEach((count, at) => {
            if (count > 0) {
                this.line(`    ${["+", "~", "+-", "-"][at]} ${count} ${verbs[at]}`);
            }
        });
        if (unchanged > 0) {
            this.line(`    ${unchanged} unchanged`);
        }
        const seconds = (performance.now() - this.#start) / 1000;
        this.line(`Duration: ${seconds.toFixed(1)}s`);
        return {
            succeeded,
            steps: this.#steps,
            summary: this.#summary,
            diagnostics: this.#diagnostics,
            outputs: this.preview ? {} : (withoutSecrets(outputs) as Bag),
            log: `${this.#lines.join("\n")}\n`,
            seconds,
        };
    }
}

const indent = (text: string): string => text.replace(/^/gm, "        ");

function textOf(step: Step): string {
    if (step.op !== "update" && step.op !== "replace" && step.op !== "create-replacement") {
        return "";
    }
    return changedInputs(step.old?.inputs ?? {}, stateOfStep(step).inputs);
}
