/** Something that a user wrote is wrong, and nothing was changed by it. The message says what, where and how to mend it. */
export class OptionError extends Error {
    /**
     * @param option The option at fault: `dir`, `targets.prefixes[0]`.
     * @param value What was written, or the file that it led to.
     * @param what What is wrong with it.
     * @param cure What to do about it.
     */
    constructor(
        readonly option: string,
        readonly value: string,
        what: string,
        readonly cure: string,
    ) {
        super(`${option} ${JSON.stringify(value)}: ${what}. ${cure}.`);
        // What makes an error a RunError of @pulumi/pulumi, which this folder does not know: a program that ends with one
        // shows its message alone, where another error brings its stack trace and fields.
        Object.defineProperty(this, "__pulumiRunError", { value: true });
    }
}
