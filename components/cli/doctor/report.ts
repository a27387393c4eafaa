import type { Problem } from "../../errors/problem";
import type { Terminal } from "../terminal";

export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** One line of what was looked at. */
export interface Check {
    readonly name: string;
    readonly status: CheckStatus;
    readonly detail: string;
}

/** What `doctor --json` prints. */
export interface Report {
    /** No check failed. */
    readonly healthy: boolean;
    readonly checks: readonly Check[];
    /** A row of docs/errors.md: of the first check that failed, else of the first warning; `null`: nothing to say. */
    readonly cause: string | null;
    readonly remedy: string | null;
}

/** Collects checks in order. */
export class Checks {
    private readonly done: Check[] = [];
    private readonly verdicts: { readonly name: string; readonly status: CheckStatus; readonly problem: Problem }[] =
        [];

    /** Whether any check failed so far. */
    get failed(): boolean {
        return this.verdicts.some(({ status }) => status === "failed");
    }

    has(name: string): boolean {
        return this.done.some((check) => check.name === name);
    }

    ok(name: string, detail: string): void {
        this.done.push({ name, status: "ok", detail });
    }

    skipped(name: string, why: string): void {
        this.done.push({ name, status: "skipped", detail: `because ${why}` });
    }

    /** Something without a row of its own, which does not change the verdict. */
    mentioned(name: string, detail: string): void {
        this.done.push({ name, status: "warning", detail });
    }

    told(name: string, status: "warning" | "failed", problem: Problem): void {
        this.done.push({ name, status, detail: problem.cause });
        this.verdicts.push({ name, status, problem });
    }

    /**
     * @param names of all checks, in the order in which they are shown.
     * @param why those were skipped that nobody came to.
     */
    report(names: readonly string[], why: string): Report {
        const place = ({ name }: { name: string }): number => names.indexOf(name);
        const rest = names.filter((name) => !this.has(name));
        const skipped = rest.map((name): Check => ({ name, status: "skipped", detail: `because ${why}` }));
        const verdicts = [...this.verdicts].sort((a, b) => place(a) - place(b));
        const first = verdicts.find(({ status }) => status === "failed") ?? verdicts[0];
        return {
            healthy: !this.failed,
            checks: [...this.done, ...skipped].sort((a, b) => place(a) - place(b)),
            cause: first?.problem.key ?? null,
            remedy: first?.problem.remedy ?? null,
        };
    }
}

/** The report for a person: a line a check, the verdict, the remedy. */
export function renderReport({ healthy, checks, cause, remedy }: Report, { paint }: Terminal): string {
    const styles = { ok: paint.ok, warning: paint.warn, failed: paint.bad, skipped: paint.dim };
    const width = checks.reduce((most, { name }) => Math.max(most, name.length), 0);
    const lines = checks.map(
        ({ name, status, detail }) => `${styles[status](status.padEnd(7))}  ${name.padEnd(width)}  ${detail}`,
    );
    const verdict = healthy ? paint.ok("healthy") : paint.bad("unhealthy");
    const key = cause === null ? "" : ` (${cause})`;
    return [...lines, "", `${verdict}${key}`, ...(remedy === null ? [] : [`remedy: ${remedy}`]), ""].join("\n");
}
