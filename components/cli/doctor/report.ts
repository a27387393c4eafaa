import type { Problem } from "../../errors/problem";
import type { Terminal } from "../terminal";

type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** One line of what was looked at. */
interface CheckResult {
    readonly name: string;
    readonly status: CheckStatus;
    readonly detail: string;
}

/** What `doctor --json` prints. */
export interface Report {
    /** No check failed, and what the credential is for was examined. */
    readonly healthy: boolean;
    /** Whether it was done rather than concluded: a purge was accepted; with --deploy, a token was made. */
    readonly proven: boolean;
    readonly checks: readonly CheckResult[];
    /** The key of the first check that failed, else of the first warning; `null`: nothing to say. */
    readonly cause: string | null;
    /** Of all that failed. */
    readonly remedy: string | null;
}

/** The checks that do what the credential is for. */
const PROOFS = ["purge", "tokens"];

/** Collects the results of checks. */
export class CheckList {
    readonly #done: (CheckResult & { readonly problem?: Problem })[] = [];

    /** @param names Of all checks, in the order in which they are shown. */
    constructor(private readonly names: readonly string[]) {}

    ok(name: string, detail: string): void {
        this.#done.push({ name, status: "ok", detail });
    }

    skipped(name: string, detail: string): void {
        this.#done.push({ name, status: "skipped", detail });
    }

    /** Something that has no key, and does not change the verdict. */
    note(name: string, detail: string): void {
        this.#done.push({ name, status: "warning", detail });
    }

    /** @param status `skipped`: it could not be examined. */
    problem(name: string, status: "warning" | "failed" | "skipped", problem: Problem): void {
        this.#done.push({ name, status, detail: problem.cause, problem });
    }

    /** @param why The remaining checks were not reached; empty: nothing stopped them. */
    report(why = ""): Report {
        const notReached = why === "" ? "not reached" : `not reached: ${why}`;
        const checks = this.names.flatMap((name) => {
            const done = this.#done.filter((check) => check.name === name);
            return done.length > 0 ? done : [{ name, status: "skipped" as const, detail: notReached }];
        });
        const problems = checks.flatMap((check) => ("problem" in check && check.problem !== undefined ? [check] : []));
        const failed = problems.filter(({ status }) => status === "failed");
        const told = failed.length > 0 ? failed : problems.slice(0, 1);
        const remedies = new Set(told.flatMap(({ problem }) => problem?.remedy ?? []));
        const proven = this.#done.some(({ name, status }) => PROOFS.includes(name) && status === "ok");
        const examined = proven || !this.names.includes("purge");
        return {
            healthy: examined && !checks.some(({ status }) => status === "failed"),
            proven,
            checks: checks.map(({ name, status, detail }) => ({ name, status, detail })),
            cause: told[0]?.problem?.key ?? null,
            remedy: remedies.size === 0 ? null : [...remedies].join(" "),
        };
    }
}

/** The report for a person: one line per check, the verdict, the remedy. */
export function renderReport({ healthy, checks, cause, remedy }: Report, { paint }: Terminal): string {
    const styles = { ok: paint.ok, warning: paint.warn, failed: paint.bad, skipped: paint.dim };
    const width = Math.max(...checks.map(({ name }) => name.length));
    const lines = checks.map(
        ({ name, status, detail }) => `${styles[status](status.padEnd(7))}  ${name.padEnd(width)}  ${detail}`,
    );
    const isUnhealthy = checks.some(({ status }) => status === "failed");
    const verdict = healthy ? paint.ok("healthy") : isUnhealthy ? paint.bad("unhealthy") : paint.warn("not examined");
    const key = cause === null ? "" : ` (${cause})`;
    return [...lines, "", `${verdict}${key}`, ...(remedy === null ? [] : [`remedy: ${remedy}`])].join("\n");
}
