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
