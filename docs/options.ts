/**
 * The tables of the pages about options, made from the table of options: part of `npm run docs`. The text around them is
 * written by hand.
 */
import path from "node:path";
import { CHECK, COMPONENT, TOKEN } from "../components/settings/componentOptions";
import type { Option, Options } from "../components/settings/option";
import { ruleText } from "../components/settings/option";
import { ANY_LANGUAGE } from "../components/settings/pluginOptions";
import { SITE } from "../components/settings/siteOptions";

export const FILES = ["options.md", "languages.md"].map((name) => path.join(__dirname, name));

/** What a program in any language writes otherwise than one in TypeScript. */
const OTHERWISE = Object.fromEntries(
    Object.entries(ANY_LANGUAGE as Options).filter(
        ([name, option]) => option !== ({ ...COMPONENT, ...SITE } as Options)[name],
    ),
);

const TABLES: Readonly<Record<string, Options>> = { COMPONENT, CHECK, TOKEN, SITE, ANY_LANGUAGE: OTHERWISE };

/** The page with the tables between its marks (`<!-- table NAME -->` … `<!-- end -->`) written anew. */
export function withTables(page: string): string {
    return page.replace(
        /(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
        (_, start: string, name: string, end: string) =>
            `${start}${markdown(TABLES[name] ?? {}, name === "ANY_LANGUAGE" ? 4 : 5)}${end}`,
    );
}

/** @param columns 4: without the flags of the command line. */
function markdown(table: Options, columns: number): string {
    const rows = Object.entries(table).map(([name, option]) => {
        const flags = flagsOf(option)
            .map((flag) => `\`${flag}\``)
            .join(", ");
        return [`\`${name}\``, code(ruleText(option.rule)), defaultOf(option), option.doc, flags];
    });
    const lines = [["option", "value", "default", "meaning", "command line"], Array(5).fill("---"), ...rows].map(
        (row) => row.slice(0, columns),
    );
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
