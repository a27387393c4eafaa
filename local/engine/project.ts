/** What Pulumi.yaml says about a program. Only its plain `key: value` lines are read. */
import fs from "node:fs";
import path from "node:path";

export interface Project {
    name: string;
    /** Path of the program within the project's folder. */
    main: string;
}

/** Reads Pulumi.yaml; an error when there is none, or when the runtime is not Node. */
export function readProject(programDir: string): Project {
    const file = ["Pulumi.yaml", "Pulumi.yml"]
        .map((name) => path.join(programDir, name))
        .find((one) => fs.existsSync(one));
    if (!file) {
        throw new Error(`no Pulumi.yaml project file found in ${programDir}`);
    }
    const text = fs.readFileSync(file, "utf8");
    const name = scalar(text, "name");
    if (!name) {
        throw new Error(`${file}: the project has no "name"`);
    }
    const runtime =
        scalar(text, "runtime") ?? scalar(text.slice(Math.max(0, text.search(/^runtime:/m))), "name", "[ \\t]+");
    if (runtime !== "nodejs") {
        throw new Error(`${file}: runtime "${runtime}"; the local engine runs "nodejs" programs only`);
    }
    return { name, main: scalar(text, "main") ?? "." };
}

function scalar(text: string, key: string, indent = ""): string | undefined {
    const found = new RegExp(
        `^${indent}${key}:[ \\t]*(?:"([^"]*)"|'([^']*)'|([^#\\r\\n]*?))[ \\t]*(?:#.*)?$`,
        "m",
    ).exec(text);
    return found?.slice(1).find((part) => part !== undefined && part !== "");
}
