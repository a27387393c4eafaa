/** What Pulumi.yaml says about a program. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";

/** A key of the block `config`: https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options */
export interface DeclaredKey {
    type?: string;
    items?: { type: string };
    default?: unknown;
    value?: unknown;
    secret?: boolean;
}

export interface Project {
    name: string;
    runtime: "nodejs" | "python";
    /** Where a Python program has its interpreter. */
    virtualenv?: string;
    /** Where the program runs, and plugins do: the project's folder, or the one that `main` names or that holds it. */
    folder: string;
    /** What is run there. */
    entry: string;
    /** Config keys, as they are written: with a namespace or without. */
    config: Record<string, DeclaredKey>;
    /** Folders of plugins, by the name of their package. */
    packages: Record<string, string>;
}

interface ProjectFile {
    name?: unknown;
    runtime?: unknown;
    main?: unknown;
    config?: Record<string, unknown> | null;
    packages?: Record<string, unknown> | null;
}

/** The project's name, whatever its runtime is; an error when there is no Pulumi.yaml, or no name in it. */
export function projectName(programDir: string): string {
    return projectFile(programDir).name;
}

/** Reads Pulumi.yaml; an error when there is none, or when the runtime is another than Node and Python. */
export function readProject(programDir: string): Project {
    const { file, name, runtime, main, config, packages } = projectFile(programDir);
    const language = typeof runtime === "string" ? runtime : (runtime as { name?: unknown } | undefined)?.name;
    if (language !== "nodejs" && language !== "python") {
        throw new Error(`${file}: runtime "${language}"; the local engine runs "nodejs" and "python" programs only`);
    }
    const { virtualenv } = (runtime as { options?: { virtualenv?: string } }).options ?? {};
    return {
        name,
        runtime: language,
        ...(virtualenv === undefined ? {} : { virtualenv }),
        ...placeOf(programDir, main),
        config: Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [key, declared(value)])),
        packages: Object.fromEntries(
            Object.entries(packages ?? {}).map(([key, value]) => [key, pluginFolder(programDir, key, value)]),
        ),
    };
}

function projectFile(programDir: string): ProjectFile & { file: string; name: string } {
    const file = ["Pulumi.yaml", "Pulumi.yml"]
        .map((one) => path.join(programDir, one))
        .find((one) => fs.existsSync(one));
    if (!file) {
        throw new Error(`no Pulumi.yaml project file found in ${programDir}`);
    }
    const { name, ...rest } = readYaml(file);
    if (typeof name !== "string" || name === "") {
        throw new Error(`${file}: the project has no "name"`);
    }
    return { file, name, ...rest };
}

/** https://github.com/pulumi/pulumi/blob/master/pkg/engine/project.go (getPwdMain) */
function placeOf(programDir: string, main: unknown): { folder: string; entry: string } {
    if (typeof main !== "string" || main === "") {
        return { folder: programDir, entry: "." };
    }
    const place = path.resolve(programDir, main);
    const stats = fs.statSync(place, { throwIfNoEntry: false });
    if (stats === undefined) {
        throw new Error(`project 'main' could not be read: there is no ${place}`);
    }
    return stats.isDirectory()
        ? { folder: place, entry: "." }
        : { folder: path.dirname(place), entry: path.basename(place) };
}

/** Where a plugin is that Pulumi.yaml names by its path. */
function pluginFolder(programDir: string, name: string, source: unknown): string {
    if (typeof source !== "string" || !/^\.{0,2}\//.test(source)) {
        throw new Error(
            `package "${name}": the local engine takes a plugin's folder, such as ./plugin, and nothing else`,
        );
    }
    return path.resolve(programDir, source);
}

function readYaml(file: string): ProjectFile {
    try {
        return (parse(fs.readFileSync(file, "utf8")) as ProjectFile | null) ?? {};
    } catch (error) {
        throw new Error(`${file}: ${(error as Error).message.split("\n", 1)[0]}`);
    }
}

/** A bare value is short for `value:`. */
function declared(written: unknown): DeclaredKey {
    return typeof written === "object" && written !== null && !Array.isArray(written) ? written : { value: written };
}
