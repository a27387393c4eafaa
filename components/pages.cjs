/** Puts the pages that the package ships into docs/: without pictures, and without the tables of figures. */
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const PAGES = [
    "action",
    "cli",
    "comparison",
    "errors",
    "how-it-works",
    "languages",
    "migrating",
    "options",
    "performance",
    "planning",
    "stale",
];

mkdirSync(path.join(__dirname, "docs"), { recursive: true });
for (const page of PAGES) {
    const text = readFileSync(path.join(__dirname, "..", "docs", `${page}.md`), "utf8");
    writeFileSync(
        path.join(__dirname, "docs", `${page}.md`),
        text
            .replace(/^!.*\n\n/gm, "")
            .replace(/<!-- figures -->[\s\S]*<!-- \/figures -->/, "All of them are printed by `npm run bench`."),
    );
}
