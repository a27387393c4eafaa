/** A stack of the program `things`, and what its provider was called with. */
import { strictEqual } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Result, Stack } from "../../../local/engine";
import { findEngine, openStack } from "../../../local/engine";
import { QUICK_START } from "../../quickStart";

/** One resource of the plan. */
export interface Planned {
    name: string;
    kind?: "thing" | "box";
    props?: Record<string, unknown>;
    opts?: Record<string, unknown>;
}

/** One call that reached the provider. */
export interface Call {
    method: "check" | "diff" | "create" | "update" | "delete" | "read";
    name: string;
    [more: string]: unknown;
}

const program = path.join(__dirname, "programs", "things");

/** Which engine serves these tests: a real `pulumi` on PATH, else the local one. */
export const engine = findEngine();

let told = false;

export class Things {
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
    readonly #plan = path.join(this.folder, "plan.json");
    readonly #log = path.join(this.folder, "calls.jsonl");
    #stack: Stack | undefined;
    #seen = 0;

    /** Opens a new stack and gives its things to the test; the folder is removed afterwards. */
    static async with<T>(test: (things: Things) => Promise<T>): Promise<T> {
        if (!told) {
            console.log(`      engine: ${engine.label}`);
        }
        told = true;
        const things = new Things();
        try {
            things.#stack = await openStack({
                programDir: program,
                stack: "test",
                stateDir: path.join(things.folder, "state"),
                config: { plan: things.#plan },
                passphrase: "correct horse",
                env: QUICK_START,
            });
            return await test(things);
        } finally {
            fs.rmSync(things.folder, { recursive: true, force: true });
        }
    }

    get stack(): Stack {
        return this.#stack as Stack;
    }

    /** A file beside the plan. */
    file(name: string): string {
        return path.join(this.folder, name);
    }

    /** What the program registers from now on. */
    plan(resources: Planned[], more: { throws?: string; transform?: Record<string, unknown> } = {}): void {
        fs.writeFileSync(this.#plan, JSON.stringify({ log: this.#log, resources, ...more }));
    }

    /** `up` on a plan; it has to succeed. */
    async up(resources: Planned[], options: Parameters<Stack["up"]>[0] = {}): Promise<Result> {
        this.plan(resources);
        const result = await this.stack.up(options);
        strictEqual(result.succeeded, true, result.log);
        return result;
    }

    /** `up` on a plan; it has to fail. */
    async fails(resources: Planned[], options: Parameters<Stack["up"]>[0] = {}): Promise<Result> {
        this.plan(resources);
        const result = await this.stack.up(options);
        strictEqual(result.succeeded, false, result.log);
        return result;
    }

    /** The provider's calls since this was last asked. */
    calls(): Call[] {
        const text = fs.existsSync(this.#log) ? fs.readFileSync(this.#log, "utf8") : "";
        const all = text
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Call);
        const fresh = all.slice(this.#seen);
        this.#seen = all.length;
        return fresh;
    }

    /** As `method name`, checks and diffs left out. */
    works(): string[] {
        return this.calls()
            .filter(({ method }) => method !== "check" && method !== "diff")
            .map(({ method, name }) => `${method} ${name}`);
    }

    /** The resources in the state, by name; those that wait for their deletion under `name (old)`. */
    async state(): Promise<Record<string, StateResource>> {
        const { deployment } = await this.stack.exportState();
        const resources = (deployment.resources ?? []) as unknown as StateResource[];
        return Object.fromEntries(
            resources.map((resource) => [
                `${resource.urn.split("::").at(-1)}${resource.delete ? " (old)" : ""}`,
                resource,
            ]),
        );
    }

    /** The URN of a thing at the top of the stack, or within parents of given types. */
    urn(name: string, parents = ""): string {
        return `urn:pulumi:test::things::${parents}pulumi-nodejs:dynamic/things:Thing::${name}`;
    }
}

export interface StateResource {
    urn: string;
    type: string;
    id?: string;
    delete?: boolean;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    initErrors?: string[];
    propertyDependencies?: Record<string, string[]>;
    [other: string]: unknown;
}

/** `op name` of each step on a thing or a box, in order. */
export const stepsOf = ({ steps }: Result): string[] =>
    steps
        .filter(({ type }) => type.includes("things"))
        .map(({ op, name, failed }) => `${op} ${name}${failed ? " failed" : ""}`);

/** All error diagnostics in one text. */
export const errorsOf = ({ diagnostics }: Result): string =>
    diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message)
        .join("\n");
