/**
 * Writes the tables of docs/options.md from the table of options: `npm run docs`. The text around them is written by hand.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { COMPONENT } from "../components/settings/componentOptions";
import type { Option, Options } from "../components/settings/option";
import { ruleText } from "../components/settings/option";
import { SITE } from "../components/settings/siteOptions";
import { TOKEN } from "../components/settings/tokenOptions";
import { CHECK } from "../components/settings/tuningOptions";

export const FILE = path.join(__dirname, "options.md");

const TABLES: Readonly<Record<string, Options>> = { COMPONENT, CHECK, TOKEN, SITE };

/** The page with the tables between its marks (`<!-- table NAME -->` … `<!-- end -->`) written anew. */
export function withTables(page: string): string {
    return page.replace(
        /(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
        (_, start: string, name: string, end: string) => `${start}${markdown(TABLES[name] ?? {})}${end}`,
    );
}

function markdown(table: Options): string {
    const rows = Object.entries(table).map(([name, option]) => {
        const flags = flagsOf(option)
            .map((flag) => `\`${flag}\``)
            .join(", ");
        return [`\`${name}\``, code(ruleText(option.rule)), defaultOf(option), option.doc, flags];
    });
    const lines = [["option", "value", "default", "meaning", "command line"], Array(5).fill("---"), ...rows];
    return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`).join("");
}

/** An option's flags, with those of the options inside it where no table of their own has them. */
function flagsOf({ flags = [], rule }: Option): string[] {
    const inner = Object.values(rule.fields ?? {}).flatMap((option) => option.flags ?? []);
    const hasTable = Object.values(TABLES).some((table) => table === rule.fields);
    return [...flags, ...(hasTable ? [] : inner)].map(({ flags: flag }) => flag);
}

/** Quoted words, JSON and calls in a sentence as code. */
function code(text: string): string {
    return text.replace(/\{ [^}]*\}|\[[^\]]*\]|"[^"]*"|\w+\([^)]*\)/g, (part) => `\`${part}\``);
}

function defaultOf({ default: value, otherwise, rule }: Option): string {
    if (value === undefined) {
        return otherwise ?? "required";
    }
    if (rule.fields !== undefined) {
        return "as below";
    }
    if (typeof value === "object") {
        return "none";
    }
    return `\`${JSON.stringify(value)}\`${rule.unit === undefined ? "" : ` ${rule.unit}`}`;
}

if (require.main === module) {
    writeFileSync(FILE, withTables(readFileSync(FILE, "utf8")));
}
