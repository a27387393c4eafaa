/** What is wrong, for a person: data that the edges put into words. No field holds a secret. */
export interface Problem {
    /** A row of the error catalogue, such as `token-id-as-token`; `explain KEY` prints it. */
    readonly key: string;
    /** What is wrong and where: a sentence or two. */
    readonly cause: string;
    /** What to do, with something to type or click. Empty: the cause says it. */
    readonly remedy: string;
}

/** A problem as one text: the cause, then the remedy. */
export function problemText({ cause, remedy }: Pick<Problem, "cause" | "remedy">): string {
    return remedy === "" ? cause : `${cause} ${remedy}`;
}

/** The one error that carries a problem to a user. Its message is {@link problemText}. */
export class ProblemError extends Error implements Problem {
    override readonly name: string = "ProblemError";
    readonly key: string;
    /** What is wrong and where: a sentence or two. */
    override readonly cause: string;
    readonly remedy: string;

    /** @param message The text in full, where it says more than cause and remedy. */
    constructor({ key, cause, remedy }: Problem, message = problemText({ cause, remedy })) {
        super(message);
        this.key = key;
        this.cause = cause;
        this.remedy = remedy;
        // What makes an error a RunError of @pulumi/pulumi, which this folder does not know: a program that ends with one
        // shows its message alone, where another error brings its stack trace and fields.
        Object.defineProperty(this, "__pulumiRunError", { value: true });
    }
}

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
