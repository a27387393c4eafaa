import { deepStrictEqual, ok } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { schema } from "../../components/plugin/schema";
import type { Bag } from "../../local/engine/values";
import type { Plugin } from "../plugin/process";
import { startPlugin } from "../plugin/process";
import { PAGES, read } from "./pages";

/** A resource of the plugin, as a page makes it. */
interface Made {
    readonly type: string;
    readonly name: string;
    readonly inputs: Bag;
}
/** What a block makes, and the outputs that it reads, by the name of their resource. */
interface Program {
    readonly made: readonly Made[];
    readonly reads: readonly (readonly [name: string, output: string])[];
}

const RESOURCES = schema.resources as Record<string, { inputProperties: object; properties: object }>;

function yaml(text: string): Program {
    const { resources = {} } = parse(text) as { resources?: Record<string, { type: string; properties: Bag }> };
    const made = Object.entries(resources).flatMap(([name, { type, properties }]) => {
        const [, own] = /^cloudflare-cache-purge:(\w+)$/.exec(type) ?? [];
        return own === undefined ? [] : [{ type: own, name, inputs: properties }];
    });
    return {
        made,
        reads: [...text.matchAll(/\$\{(\w+)\.(\w+)\}/g)].map(([, name = "", output = ""]) => [name, output]),
    };
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Calls of one or more lines, with texts, lists of texts and names as arguments. */
function python(text: string): Program {
    const made = [...text.matchAll(/^(\w+) = cache\.(\w+)\("\w+", (.*)\)$/gm)].map(
        ([, name = "", type = "", rest = ""]) => {
            const given = [...rest.replace(/opts=.*/, "").matchAll(/(\w+)=("[^"]*"|\[[^\]]*\]|[\w.]+)/g)];
            const inputs = given.map(([, key = "", value = ""]) => [
                camel(key),
                /^["[]/.test(value) ? JSON.parse(value) : value,
            ]);
            return { type, name, inputs: Object.fromEntries(inputs) as Bag };
        },
    );
    return {
        made,
        reads: [...text.matchAll(/\b(\w+)\.(\w+)\b(?!\()/g)].map(([, name = "", output = ""]) => [name, camel(output)]),
    };
}

const LANGUAGES = { yaml, python };

describe("docs: other languages", () => {
    let plugin: Plugin;
    let dir: string;
    before(async () => {
        plugin = await startPlugin([{ name: "example.com" }]);
        dir = mkdtempSync(path.join(tmpdir(), "cache-purge-docs-"));
        writeFileSync(path.join(dir, "index.html"), "a");
    });
    after(async () => {
        await plugin.close();
        rmSync(dir, { recursive: true });
    });

    const blocks = PAGES.flatMap((page) =>
        [...read(page).matchAll(/^```(yaml|python)\n([\s\S]*?)^```/gm)].map(([, language = "", text = ""], i) => ({
            title: `${page}, ${language}, block ${i + 1}`,
            ...LANGUAGES[language as keyof typeof LANGUAGES](text),
        })),
    ).filter(({ made }) => made.length > 0);

    it("there are some", () => ok(blocks.length >= 6));

    for (const { title, made, reads } of blocks) {
        it(`${title}: the plugin makes what stands there`, async () => {
            for (const { type, name, inputs } of made) {
                const token = `cloudflare-cache-purge:index:${type}`;
                const { inputProperties, properties } = RESOURCES[token] ?? { inputProperties: {}, properties: {} };
                const outputs = reads.flatMap(([of, output]) => (of === name ? [output] : []));
                deepStrictEqual(
                    [
                        Object.keys(inputs).filter((key) => !(key in inputProperties)),
                        outputs.filter((key) => !(key in properties)),
                    ],
                    [[], []],
                );
                if (type !== "Purge") {
                    await plugin.construct(token, title, { ...inputs, ...("dir" in inputs ? { dir } : {}) });
                }
            }
        });
    }

    it("the program in Go imports the SDK by its path, and gives it what it takes", () => {
        const program = read("examples/go/main.go");
        const { go } = schema.language as { go: { importBasePath: string } };
        ok(program.includes(`cache "${go.importBasePath}"`), go.importBasePath);
        for (const [, type, args = ""] of program.matchAll(/&cache\.(\w+)Args\{([\s\S]*?)\}[,)]/g)) {
            const { inputProperties } = RESOURCES[`cloudflare-cache-purge:index:${type}`] ?? { inputProperties: {} };
            const fields = [...args.matchAll(/\b([A-Z]\w*): /g)].map(([, field = ""]) => field);
            const inputs = Object.keys(inputProperties).map((name) => name.charAt(0).toUpperCase() + name.slice(1));
            ok(fields.length > 0);
            deepStrictEqual(
                fields.filter((field) => !inputs.includes(field)),
                [],
            );
        }
    });
});
