import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";
import { parse } from "yaml";
import { generated } from "../../docs/generated";
import { parseOptions as parseDemo } from "../../local/demo/options";
import { readArguments } from "../../local/local";
import { OPTIONS as ORACLE_OPTIONS } from "../oracle/run";
import { parseOptions as parseSoak } from "../stateful/soakOptions";
import { brokenLinks } from "./links";
import { PAGES, ROOT, read } from "./pages";

describe("docs", () => {
    it("every link leads to a file, and to a heading of it", () => {
        // Those of the package lead into the package: the test of its tarball looks at them.
        const pages = PAGES.filter((file) => !file.startsWith("components/"));
        deepStrictEqual(
            pages.flatMap((file) => brokenLinks(path.join(ROOT, file)).map((link) => `${file}: ${link}`)),
            [],
        );
    });

    it("every block of TypeScript is a program that compiles", () => {
        const blocks = new Map<string, string>();
        // The API reference shows signatures, which are no programs.
        for (const file of PAGES.filter((page) => page !== "docs/api.md")) {
            for (const [i, [, text = ""]] of [
                ...read(file).matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm),
            ].entries()) {
                blocks.set(path.join(ROOT, "docs", `${file.replaceAll("/", "-")}-${i}.ts`), text);
            }
        }
        ok(blocks.size > 0);
        const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile);
        const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
        const host = ts.createCompilerHost(options);
        const { getSourceFile, fileExists } = host;
        host.fileExists = (file) => blocks.has(file) || fileExists(file);
        host.getSourceFile = (file, language) => {
            const text = blocks.get(file);
            return text === undefined ? getSourceFile(file, language) : ts.createSourceFile(file, text, language);
        };
        const program = ts.createProgram([...blocks.keys()], { ...options, noUnusedLocals: false }, host);
        const wrong = [...blocks.keys()].flatMap((file) => {
            const source = program.getSourceFile(file);
            return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
                ({ messageText }) => `${path.basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
            );
        });
        deepStrictEqual(wrong, []);
    });

    it("no page hides TypeScript from that in an indented block", () => {
        const hidden = PAGES.flatMap((file) =>
            read(file)
                .replace(/^ *```[\s\S]*?^ *```/gm, "")
                .split("\n")
                .filter((line) => /^ {4}(?:import|export|const|new|await) /.test(line))
                .map((line) => `${file}: ${line}`),
        );
        deepStrictEqual(hidden, []);
    });

    for (const [file, text] of generated()) {
        it(`${path.relative(ROOT, file)} is current: else run \`npm run docs\``, () => {
            strictEqual(readFileSync(file, "utf8"), text);
        });
    }

    it("the Pulumi Registry's pages have its front matter, and links that lead somewhere from there", () => {
        for (const page of ["docs/_index.md", "docs/installation-configuration.md"]) {
            const [, front = "", text = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(read(page)) ?? [];
            deepStrictEqual(Object.keys(parse(front)), ["title", "meta_desc", "layout"]);
            const links = [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link);
            deepStrictEqual(
                links.filter((link) => !link?.startsWith("https://")),
                [],
            );
            // A shortcode that is opened is closed.
            const [opened, closed] = [/\{\{[<%] (\w+)/g, /\{\{[<%] \/(\w+)/g].map((one) =>
                [...text.matchAll(one)].map(([, name]) => name).sort(),
            );
            deepStrictEqual(opened, closed);
        }
    });

    it("docs/action.md has a row for each input, and names each output", () => {
        const { inputs, outputs } = parse(read("action.yml")) as { inputs: object; outputs: object };
        const page = read("docs/action.md");
        const table = page.slice(page.indexOf("## Inputs"));
        for (const name of [...Object.keys(inputs), ...Object.keys(outputs)]) {
            ok(table.includes(`\`${name}\``), name);
        }
    });

    it("CONTRIBUTING.md names the limits of coverage", () => {
        const { lines, functions, branches } = JSON.parse(read(".c8rc.json")) as Record<string, number>;
        ok(
            read("CONTRIBUTING.md").includes(
                `at least ${lines} % of the lines, ${functions} % of the functions and ${branches} % of the branches`,
            ),
        );
    });

    it("every script that a page names is there", () => {
        const { scripts } = require("../../package.json") as { scripts: Record<string, string> };
        const named = PAGES.filter((file) => !/^examples\//.test(file)).flatMap((file) =>
            [...read(file).matchAll(/npm run (?:-s )?([\w:-]+)/g)].flatMap(([, name = ""]) => name),
        );
        deepStrictEqual(
            [...new Set(named)].filter((name) => !(name in scripts) && name !== "build"),
            [],
        );
    });

    it("every script takes the options that a page gives it", () => {
        const takes: Record<string, (args: string[]) => void> = {
            local: readArguments,
            demo: parseDemo,
            soak: (args) => parseSoak(args, Math.random),
            oracle: (args) => void parseArgs({ args, options: ORACLE_OPTIONS }),
            bench: (args) =>
                strictEqual(
                    args.find((name) => !existsSync(path.join(ROOT, "bench", `${name}.ts`))),
                    undefined,
                ),
        };
        const given = PAGES.flatMap((file) => [...read(file).matchAll(/npm run (?:-s )?([\w:]+) -- ([^`#\n]+)/g)]);
        ok(given.length >= 10);
        for (const [, script = "", options = ""] of given) {
            // What may be left out is given, and a word to fill in is a number.
            const args = options
                .replace(/[[\]]/g, "")
                .replace(/\b[A-Z]+\b/g, "1")
                .trim()
                .split(" ");
            takes[script]?.(args);
            ok(script in takes, script);
        }
    });

    it("a script that is to print JSON alone is run with -s: npm prints the command on stdout otherwise", () => {
        const loud = PAGES.flatMap((file) => read(file).match(/npm run (?!-s )[^`#\n]*--json/g) ?? []);
        deepStrictEqual(loud, []);
    });
});
