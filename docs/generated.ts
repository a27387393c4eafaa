/** Writes what is generated among the files of this repository, the API reference apart: `npm run docs`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownPackage } from "../components/settings/project";
import { FILES, withTables } from "./options";
import { planPictures } from "./plans";
import { registryFiles } from "./registry";

const EXAMPLES = path.join(__dirname, "..", "examples");

/** The files with what belongs into them. */
export function generated(): Map<string, string> {
    return new Map([
        ...FILES.map((file) => [file, withTables(readFileSync(file, "utf8"))] as const),
        ...planPictures(),
        ...registryFiles(),
        ...examples(),
    ]);
}

/** Each example asks for this version of the package. */
function examples(): [string, string][] {
    return readdirSync(EXAMPLES).flatMap((name) => {
        const file = path.join(EXAMPLES, name, "package.json");
        try {
            const text = readFileSync(file, "utf8");
            const { version = "" } = ownPackage();
            return [[file, text.replace(/("pulumi-cloudflare-cache-purge": ")\^[^"]*/, `$1^${version}`)]];
        } catch {
            return []; // a folder without a program in TypeScript
        }
    });
}

if (require.main === module) {
    for (const [file, text] of generated()) {
        writeFileSync(file, text);
    }
}
