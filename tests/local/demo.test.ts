import { deepStrictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseOptions } from "../../local/demo/options";
import { painter } from "../../local/demo/paint";
import { runDemo } from "../../local/demo/run";
import { teller } from "../../local/demo/tell";
import { findEngine } from "../../local/engine/openStack";
import { QUICK_START } from "../quickStart";

/** Without what differs from run to run: times and ports. */
const lasting = (line: string): string =>
    line.replace(/\b[\d.]+ s\b/g, "N s").replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");

/** The lines of a terminal that stand in its picture. */
function pictured(file: string): string[] {
    const svg = readFileSync(path.join(__dirname, "..", "..", "docs", file), "utf8");
    return [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, row = ""]) =>
        row
            .replace(/<[^>]+>/g, "")
            .replace(/&lt;/g, "<")
            .replace(/&gt;/g, ">")
            .replace(/&amp;/g, "&")
            .replace(/\u00a0/g, " "),
    );
}

describe("npm run demo", () => {
    const { NODE_OPTIONS } = process.env;
    before(() => {
        Object.assign(process.env, QUICK_START); // an engine takes over the environment that it is started in
    });
    after(() => {
        delete process.env.NODE_OPTIONS;
        Object.assign(process.env, NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS });
    });

    it("shows what it is there to show, in the lines of the README's picture", async () => {
        const { kind } = findEngine();
        const lines: string[] = [];
        const narrator = teller(painter({}, {}), (text) => lines.push(...text.split("\n")));
        await runDemo({ ...parseOptions([]), engine: kind }, "local", narrator);
        deepStrictEqual(["$ npm run demo", "", ...lines].map(lasting), pictured("demo.svg").map(lasting));
    });
});
