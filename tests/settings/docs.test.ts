import { match, ok, strictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { CachePurgeArgs, PurgeTokenOptions, SiteAssetsOptions, TuningArgs } from "../../components/index";
import type { TUNING } from "../../components/settings/componentOptions";
import { COMPONENT, TOKEN } from "../../components/settings/componentOptions";
import type { Given, Options } from "../../components/settings/option";
import { SITE } from "../../components/settings/siteOptions";
import { FILES } from "../../docs/options";

// What users write and the table have the same options, with the same values: else this file does not compile.
type Same<A, B> = [keyof A, keyof B] extends [keyof B, keyof A]
    ? true
    : { only: Exclude<keyof A | keyof B, keyof (A | B)> };
const component: Same<typeof COMPONENT, CachePurgeArgs> = true;
const token: Same<typeof TOKEN, PurgeTokenOptions> = true;
const site: Same<typeof SITE, SiteAssetsOptions> = true;
const tuning = (given: Omit<Given<typeof TUNING>, "deadline">): TuningArgs => given;

describe("docs and the table of options", () => {
    for (const [i, tables] of [4, 1].entries()) {
        const file = FILES[i] ?? "";
        it(`docs/${basename(file)} has its tables`, () => {
            strictEqual(readFileSync(file, "utf8").match(/<!-- table /g)?.length, tables);
        });
    }

    it("the args have the table's options", () => {
        ok(component && token && site && tuning({}));
    });

    const sources: [string, Options][] = [
        ["component/args.ts", COMPONENT],
        ["component/purgeToken.ts", TOKEN],
        ["assets/mapping.ts", SITE],
    ];
    for (const [file, table] of sources) {
        it(`the doc comments in ${file} have the table's defaults`, () => {
            const source = readFileSync(`components/${file}`, "utf8");
            const comments = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\?:/g)];
            const plain = comments.flatMap(([, words = "", name = ""]) => {
                const value = table[name]?.default;
                return ["string", "number", "boolean"].includes(typeof value) ? [{ name, words, value }] : [];
            });
            ok(plain.length > 0);
            for (const { name, words, value } of plain) {
                match(words, value === false ? /Default: (false|no)\b/ : new RegExp(`Default: \`?"?${value}\\b`), name);
            }
        });
    }
});
