/** `--target`, `--exclude`, `--replace`: sets of URNs, literal or with wildcards (`*` within a part, `**` across). */

export class UrnTargets {
    readonly literals: Set<string>;
    readonly #globs: RegExp[];

    constructor(targets: Iterable<string> = []) {
        const all = [...targets];
        this.literals = new Set(all.filter((target) => !target.includes("*")));
        this.#globs = all.filter((target) => target.includes("*")).map(glob);
    }

    /** Whether anything was named at all. Nothing named means: everything. */
    get constrained(): boolean {
        return this.literals.size > 0 || this.#globs.length > 0;
    }

    contains(urn: string): boolean {
        return !this.constrained || this.literals.has(urn) || this.#globs.some((pattern) => pattern.test(urn));
    }
}

function glob(text: string): RegExp {
    const parts = text.split(/(\*\*?)/).map((part) => {
        if (part === "**") {
            return ".*";
        }
        return part === "*" ? "[^:]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    });
    return new RegExp(`^${parts.join("")}$`);
}
