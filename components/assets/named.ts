/** What options name and no file has: a page, a file that stands for its folder, a file or a glob of `include`. */
import { readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { AssetsError } from "../errors/problem";
import { nearest } from "../settings/option";
import type { MappingOptions } from "./mapping";
import { fileName, NOT_FOUND_PAGE } from "./marks";
import { isLiteral } from "./patterns";
import { bytesOf, textOf } from "./urls";

/**
 * The pages and names in the options that no file has. Where there is no file at all none is missed: `allowEmpty` says that
 * this may be so.
 *
 * @param files Paths as bytes, with what goes with them.
 * @param where Completes "there is no such file …": `in dist`.
 */
export function missingNames(
    files: Iterable<readonly [path: string, digest: string]>,
    options: MappingOptions,
    where: string,
): AssetsError[] {
    const { fallback, notFound, indexFiles = [] } = options;
    if (fallback === undefined && notFound === undefined && indexFiles.length === 0) {
        return [];
    }
    const paths = new Set(Array.from(files, ([path]) => path));
    const names = new Set([...paths].map((path) => path.slice(path.lastIndexOf("/") + 1)));
    return paths.size === 0
        ? []
        : [
              ...missingFallback(fallback, paths, where),
              ...missingNotFound(notFound, paths, names, where),
              ...missingIndexFiles(indexFiles, names, where),
          ];
}

type Names = ReadonlySet<string>;

function missingFallback(fallback: MappingOptions["fallback"], paths: Names, where: string): AssetsError[] {
    const page = typeof fallback === "string" ? fallback : fallback?.page;
    return page === undefined || paths.has(fileName(page)) ? [] : [noSuchFile("fallback", page, paths, where)];
}

function missingNotFound(notFound: MappingOptions["notFound"], paths: Names, names: Names, where: string) {
    const { page, purge = false } = typeof notFound === "string" ? { page: notFound } : (notFound ?? {});
    const file = fileName(page ?? NOT_FOUND_PAGE);
    const among = file.includes("/") ? paths : names;
    if (among.has(file)) {
        return [];
    }
    if (page !== undefined) {
        return [noSuchFile("notFound", page, among, where)];
    }
    const what = `there is no ${NOT_FOUND_PAGE} ${where}, so nothing would be purged`;
    return purge ? [new AssetsError("notFound.purge", "true", what, "Name the page, or leave it out")] : [];
}

/** One that is there is enough: a list may hold all names that a server looks for. */
function missingIndexFiles(indexFiles: readonly string[], names: Names, where: string): AssetsError[] {
    const [first] = indexFiles;
    return first === undefined || indexFiles.some((name) => names.has(bytesOf(name)))
        ? []
        : [noSuchFile("indexFiles", indexFiles.length === 1 ? first : indexFiles.join(", "), names, where)];
}

function noSuchFile(option: string, name: string, known: Names, where: string): AssetsError {
    const texts = [...known].map(textOf);
    const near =
        texts.find((path) => path.endsWith(`/${name}`)) ?? nearest(name, texts) ?? nearest(posix.basename(name), texts);
    return new AssetsError(option, name, `there is no such file ${where}`, insteadOf(near));
}

function insteadOf(near: string | undefined): string {
    return near === undefined ? "Name a file that is there, or leave the option out" : `Write "${near}"`;
}

/** The files that `include` names without a wildcard, and that are not taken. @param unused What matched nothing. */
export function missingIncludes(root: string, unused: readonly string[], dir: string): AssetsError[] {
    return unused.filter(isLiteral).map((glob) => {
        const wrong = (what: string, remedy: string) => new AssetsError("include", glob, what, remedy);
        const name = posix.normalize(glob).replace(/^\/|\/$/g, "");
        const isBelow = !name.startsWith("..");
        const stats = isBelow ? statSync(join(root, name), { throwIfNoEntry: false }) : undefined;
        if (stats === undefined) {
            return wrong(`there is no such file in ${dir}`, insteadOf(isBelow ? nearName(root, name) : undefined));
        }
        if (stats.isDirectory()) {
            return wrong("it is a folder", `Write "${name}/**" for all that is in it`);
        }
        return name === posix.normalize(glob)
            ? wrong("exclude or .assetsignore leaves it out", "Take it out of one of them")
            : wrong("globs have no slash at their start", `Write "${name}"`);
    });
}

/** The file in the folder of another that is called nearly like it. */
function nearName(root: string, name: string): string | undefined {
    const folder = posix.dirname(name);
    const isFolder = statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() === true;
    const near = isFolder ? nearest(posix.basename(name), readdirSync(join(root, folder))) : undefined;
    return near && posix.join(folder, near);
}

/** Patterns that match nothing, which may be meant for another day. @param unused of `include` and of `exclude`. */
export function unusedPatterns(
    unused: { readonly include: readonly string[]; readonly exclude: readonly string[] },
    where: string,
): AssetsError[] {
    const what = `it matches nothing ${where}`;
    return [
        ...unused.include
            .filter((glob) => !isLiteral(glob))
            .map((glob) => {
                const remedy = glob.includes("/") ? "Correct it, or leave it out" : `Write "**/${glob}" for any folder`;
                return new AssetsError("include", glob, what, remedy);
            }),
        ...unused.exclude.map(
            (pattern) =>
                new AssetsError("exclude", pattern, what, "Patterns are as in .gitignore: correct it, or leave it out"),
        ),
    ];
}
