/**
 * Something about the assets is wrong, and nothing was changed by it. The message says what, where and how to mend it.
 */
export class AssetsError extends Error {
    override readonly name = "AssetsError";

    /**
     * @param option The option at fault, such as `dir` or `baseUrls`.
     * @param value The value at fault, as the user wrote it, or the file that it led to.
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
    }
}
