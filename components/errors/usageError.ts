import { ProblemError } from "./problem";

/** What somebody wrote is wrong, and nothing was done because of it. */
export class UsageError extends ProblemError {
    override readonly name: string = "UsageError";

    constructor(cause: string, remedy: string, key = "usage") {
        super({ key, cause, remedy });
    }
}

/** One option is wrong. Each edge calls the option by the name that it has there: see {@link optionText}. */
export class OptionError extends UsageError {
    override readonly name: string = "OptionError";

    /**
     * @param option The option at fault, as programs write it: `dir`, `targets.prefixes[0]`.
     * @param value What was written, or the file that it led to.
     * @param what What is wrong with it, without a full stop.
     * @param remedy What to do about it, without a full stop.
     * @param key A row of the error catalogue.
     */
    constructor(
        readonly option: string,
        readonly value: string,
        readonly what: string,
        remedy: string,
        key?: string,
    ) {
        super(optionText(option, value, what), `${remedy}.`, key);
    }
}

/** What is wrong with an option, under the name that it has where somebody reads this. */
export function optionText(name: string, value: string, what: string): string {
    return `${name} ${JSON.stringify(value)}: ${what}.`.trimStart();
}

/** Something about the assets is wrong. */
export class AssetsError extends OptionError {
    /** The class, for programs that hold two copies of the package. */
    override readonly name = "AssetsError";

    /** @deprecated Use `remedy`. */
    get cure(): string {
        return this.remedy;
    }
}
