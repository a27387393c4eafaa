import { CloudflareError } from "../cloudflare/cloudflareError";
import { redactor } from "../cloudflare/redact";
import { OptionError, optionText, ProblemError, UsageError } from "../errors/problem";
import { COMPONENT } from "../settings/componentOptions";
import type { Options } from "../settings/option";
import { REPORT_IT } from "../settings/project";
import { SITE } from "../settings/siteOptions";

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
    return new ProblemError({ key: "internal", cause, remedy: REPORT_IT });
}

/** What the library calls otherwise and no option's flag is; the folder is an argument. */
const NAMES: Readonly<Record<string, string>> = {
    dir: "",
    "targets.prefixes": "--prefix",
    "targets.urls": "--url",
    "targets.hosts": "--host",
    "targets.tags": "--tag",
};

const TABLE: Options = { ...COMPONENT, ...SITE };

/** An option by the name that it has here: that of a field, or of what it is a field of. */
function flagOf(option: string): string {
    const name = option.replace(/\[\d+\]$/, "");
    let table: Options | undefined = TABLE;
    let flag = NAMES[name];
    for (const part of flag === undefined ? name.split(".") : []) {
        const row: Options[string] | undefined =
            table !== undefined && Object.hasOwn(table, part) ? table[part] : undefined;
        flag = row?.flags?.[0]?.flags.split(" ")[0] ?? flag;
        table = row?.rule.fields;
    }
    return flag ?? option;
}
