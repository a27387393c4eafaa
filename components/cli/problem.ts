import { CloudflareError } from "../cloudflare/cloudflareError";
import { redactor } from "../cloudflare/redact";
import { ProblemError } from "../errors/problem";
import { OptionError, optionText, UsageError } from "../errors/usageError";

/** Exit codes, as wrangler and gh have them. */
export const EXIT = {
    /** Done; nothing is owed, stale or unhealthy. */
    ok: 0,
    /** It failed, or found what it looks for: something owed, stale or unhealthy. */
    failed: 1,
    /** The command line is wrong; nothing was done. */
    usage: 2,
} as const;

export function exitCodeOf(error: ProblemError): number {
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

/** Anything that was thrown, as this command words it. What nobody expected keeps its message and loses everything else. */
export function problemOf(error: unknown): ProblemError {
    if (error instanceof CloudflareError) {
        return new ProblemError({ key: error.key, cause: error.summary, remedy: error.remedy });
    }
    if (error instanceof OptionError) {
        const { option, value, what, remedy, key } = error;
        return new UsageError(optionText(flagOf(option), value, what), remedy, key);
    }
    if (error instanceof ProblemError) {
        return error;
    }
    const words = redactor(undefined)(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    const cause = `An error that this program did not expect: ${words}.`;
    return new ProblemError({ key: "internal", cause, remedy: "Please report it." });
}

/** The library's options by the names that they have here; the folder is an argument. */
const FLAGS: Readonly<Record<string, string>> = {
    dir: "",
    baseUrls: "--base-url",
    htmlHandling: "--html-handling",
    fallback: "--fallback",
    include: "--include",
    exclude: "--exclude",
    always: "--always",
    headers: "--headers",
    "targets.prefixes": "--prefix",
    "targets.urls": "--url",
    "targets.hosts": "--host",
    "targets.tags": "--tag",
};

function flagOf(option: string): string {
    return FLAGS[option.replace(/\[\d+\]$/, "")] ?? option;
}
