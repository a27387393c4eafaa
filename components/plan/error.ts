/** A target, an option or a header set that Cloudflare would refuse. The message says which, why, and how to mend it. */
export class TargetsError extends Error {
    override readonly name = "TargetsError";

    /**
     * @param option Where it was written: `targets.prefixes[0]`.
     * @param value What was written.
     * @param what What is wrong with it.
     * @param cure What to write instead.
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
