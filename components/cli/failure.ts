import { AssetsError } from "../assets/error";
import { ManifestError } from "../assets/manifest";
import { CloudflareError } from "../cloudflare/cloudflareError";
import { redactor } from "../cloudflare/redact";
import { TargetsError } from "../plan/error";

/** Exit codes, as wrangler and gh have them. */
export const EXIT = {
    /** Done; nothing is owed, stale or unhealthy. */
    ok: 0,
    /** It failed, or found what it looks for: something owed, stale or unhealthy. */
    failed: 1,
    /** The command line is wrong; nothing was done. */
    usage: 2,
} as const;

/** A failure in words for a person: what and where, then how to mend it. Holds no secret. */
export class Failure extends Error {
    override readonly name = "Failure";

    /**
     * @param key A row of docs/errors.md, or a word of the same kind.
     * @param cause A sentence or two.
     * @param remedy What to do, with something to type or click. Empty: the cause says it.
     */
    constructor(
        readonly key: string,
        override readonly cause: string,
        readonly remedy: string,
        readonly exitCode: number = EXIT.failed,
    ) {
        super([cause, remedy].filter((part) => part !== "").join(" "));
    }
}

/** The command line itself is wrong. */
export function usage(cause: string, remedy: string): Failure {
    return new Failure("usage", cause, remedy, EXIT.usage);
}

/** Anything that was thrown, in words. What nobody expected keeps its message and loses everything else. */
export function failureOf(error: unknown): Failure {
    if (error instanceof Failure) {
        return error;
    }
    if (error instanceof AssetsError || error instanceof TargetsError) {
        return wrongValue(error);
    }
    if (error instanceof ManifestError) {
        return new Failure("manifest", error.message, "", EXIT.usage);
    }
    if (error instanceof CloudflareError) {
        return new Failure(error.key ?? "unknown", causeOf(error), error.remedy);
    }
    const words = redactor(undefined)(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    return new Failure("internal", `An error that this program did not expect: ${words}.`, "Please report it.");
}

/** The library's options by the names that they have here. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
    [/^dir /, ""],
    [/^baseUrls /, "--base-url "],
    [/^htmlHandling /, "--html-handling "],
    [/^(fallback|include|exclude) /, "--$1 "],
    [/^(always|headers)\[\d+\] /, "--$1 "],
    [/^targets\.prefixes\[\d+\] /, "--prefix "],
    [/^targets\.(url|host|tag)s\[\d+\] /, "--$1 "],
];

/** A path where a URL belongs is a row of docs/errors.md by itself. */
function wrongValue({ message, cure }: AssetsError | TargetsError): Failure {
    const cause = message.endsWith(` ${cure}.`) ? message.slice(0, -cure.length - 2) : message;
    const key = /: a path, not a URL\.$/.test(cause) ? "path-not-url" : "usage";
    const named = OPTIONS.reduce((words, [option, name]) => words.replace(option, name), cause);
    return new Failure(key, named, `${cure}.`, EXIT.usage);
}

/** The error's message without its remedy at the end. */
export function causeOf({ message, remedy }: CloudflareError): string {
    const cause = remedy !== "" && message.endsWith(` ${remedy}`) ? message.slice(0, -remedy.length - 1) : message;
    return cause.replace(/ {2,}/g, " ");
}
