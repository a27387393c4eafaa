import { deepStrictEqual, doesNotMatch, match, ok } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { parse, stringify } from "yaml";

const ROOT = path.join(__dirname, "..", "..");
const FOLDER = path.join(ROOT, "examples", "pipelines");
const read = (name: string): string => readFileSync(path.join(FOLDER, name), "utf8");

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
    readonly permissions: Readonly<Record<string, string>>;
    readonly concurrency: object;
    readonly jobs: Readonly<
        Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
    >;
}

interface Parser {
    parseWorkflow(
        file: { name: string; content: string },
        trace: object,
    ): { context: { errors: { getErrors(): { message: string }[] } } };
    readonly NoOperationTraceWriter: new () => object;
}

/** GitHub's own parser, which only bundlers can load. */
async function workflowParser(): Promise<Parser> {
    const { outputFiles } = await build({
        stdin: { contents: 'export * from "@actions/workflow-parser"', resolveDir: ROOT },
        bundle: true,
        write: false,
        platform: "node",
        format: "cjs",
        logLevel: "error",
    });
    const module = { exports: {} };
    new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(module, module.exports, require);
    return module.exports as Parser;
}

const OURS = "OWNER/REPOSITORY@v0";

describe("examples: pipelines", () => {
    const workflows = readdirSync(FOLDER).filter((name) => name.startsWith("github-"));
    let errorsOf: (content: string) => string[];
    before(async () => {
        const { parseWorkflow, NoOperationTraceWriter } = await workflowParser();
        errorsOf = (content) =>
            parseWorkflow({ name: "deploy.yml", content }, new NoOperationTraceWriter())
                .context.errors.getErrors()
                .map(({ message }) => message);
    });

    it("the parser finds a mistake", () => {
        deepStrictEqual(
            errorsOf("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - use: y\n").length > 0,
            true,
        );
    });

    for (const name of workflows) {
        it(`${name} is a workflow, with least permissions and one deploy at a time`, () => {
            deepStrictEqual(errorsOf(read(name)), []);
            const { permissions, concurrency, jobs } = parse(read(name)) as Workflow;
            deepStrictEqual(permissions, { contents: "read" });
            match(JSON.stringify(concurrency), /deploy-/);
            for (const { steps } of Object.values(jobs)) {
                for (const { run = "", uses = `${OURS}` } of steps) {
                    // An expression in a shell's text is how others run code in a pipeline.
                    ok(!run.includes("${{"), run);
                    match(uses, /@v\d+$/);
                }
            }
        });
    }

    const OWN = path.join(ROOT, ".github", "workflows");
    /** What a job of this repository may do besides reading it. */
    const ALLOWED: Record<string, string[]> = {
        "release.yml npm": ["id-token"],
        "release.yml github": ["contents"],
        "version.yml pull-request": ["contents", "pull-requests"],
    };
    for (const name of readdirSync(OWN)) {
        it(`this repository's own ${name} is a workflow, with least permissions and actions by their commit`, () => {
            const text = readFileSync(path.join(OWN, name), "utf8");
            deepStrictEqual(errorsOf(text), []);
            const { permissions, jobs } = parse(text) as Workflow;
            deepStrictEqual(permissions, { contents: "read" });
            for (const [job, { permissions: own = {}, steps }] of Object.entries(jobs)) {
                const written = Object.keys(own).filter((scope) => own[scope] === "write");
                deepStrictEqual(written, ALLOWED[`${name} ${job}`] ?? [], job);
                for (const { run = "" } of steps) {
                    ok(!run.includes("${{"), run);
                }
            }
            // A tag can be moved to other code. The comment is what dependabot updates the commit by.
            for (const [line] of text.matchAll(/uses: .*/g)) {
                match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
            }
        });
    }

    it("the forms of issues ask for something, and dependabot looks at packages and actions", () => {
        const forms = path.join(ROOT, ".github", "ISSUE_TEMPLATE");
        for (const name of readdirSync(forms).filter((one) => one !== "config.yml")) {
            const form = parse(readFileSync(path.join(forms, name), "utf8")) as Record<string, unknown>;
            deepStrictEqual(Object.keys(form), ["name", "description", "body"]);
            for (const { type, attributes } of form.body as { type: string; attributes: { label?: string } }[]) {
                match(type, /^(textarea|input|dropdown|checkboxes)$/);
                ok(attributes.label);
            }
        }
        const { updates } = parse(readFileSync(path.join(ROOT, ".github", "dependabot.yml"), "utf8")) as {
            updates: Record<string, string>[];
        };
        deepStrictEqual(
            updates.map((one) => one["package-ecosystem"]),
            ["npm", "github-actions"],
        );
    });

    it("no job runs npx with the command's short name, which is somebody else's package where `npm ci` has failed", () => {
        for (const name of readdirSync(FOLDER)) {
            doesNotMatch(read(name), /npx cache-purge/, name);
        }
        doesNotMatch(readFileSync(path.join(ROOT, "docs", "pipelines.md"), "utf8"), /^npx cache-purge/m);
    });

    it("the action is given inputs that it has, here and in docs/action.md", () => {
        const { inputs } = parse(readFileSync(path.join(ROOT, "action.yml"), "utf8")) as { inputs: object };
        const { jobs } = parse(read("github-action.yml")) as Workflow;
        const page = readFileSync(path.join(ROOT, "docs", "action.md"), "utf8");
        const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
        for (const block of blocks) {
            const workflow = { on: "push", jobs: { a: { "runs-on": "x", steps: parse(block) as Step[] } } };
            deepStrictEqual(errorsOf(stringify(workflow)), []);
        }
        const steps = [
            ...Object.values(jobs).flatMap((job) => job.steps),
            ...blocks.flatMap((block) => parse(block) as Step[]),
        ];
        const used = steps.filter(({ uses }) => uses === OURS);
        deepStrictEqual(used.length, 1 + blocks.length);
        deepStrictEqual(
            used.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !(name in inputs)),
            [],
        );
    });

    it("the GitLab file has a job for a merge request and one for the default branch, one at a time", () => {
        const file = parse(read("gitlab-pulumi.yml")) as Record<string, Record<string, unknown>>;
        deepStrictEqual(Object.keys(file), ["stages", "workflow", "variables", "build", ".pulumi", "preview", "up"]);
        deepStrictEqual([file.up?.resource_group, file.up?.interruptible], ["production", false]);
        match(JSON.stringify(file.preview?.rules), /merge_request_event/);
    });

    it("every file has a row in the folder's README", () => {
        for (const name of readdirSync(FOLDER).filter((one) => one !== "README.md")) {
            ok(read("README.md").includes(`[\`${name}\`](${name})`), name);
        }
    });
});
