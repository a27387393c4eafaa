import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { AssetsError } from "../errors/problem";
import { nearest, wrongOptions } from "../settings/option";
import { SITE } from "../settings/siteOptions";
import { hashed, hashFiles, readFailure, walk } from "./files";
import { digestOf } from "./hash";
import type { Manifest } from "./manifest";
import type { MappingOptions } from "./mapping";
import { mapFiles } from "./mapping";
import { missingIncludes, missingNames, unusedPatterns } from "./named";
import type { Excludes } from "./patterns";
import { excludes, includes } from "./patterns";
import type { PolicyFile } from "./policy";
import { ignorePatterns, POLICY_FILES } from "./policy";
import { bytesOf, textOf, withoutPassword } from "./urls";

export type { MappingOptions } from "./mapping";
export type { HtmlHandling } from "./route";

/** The files of a site: which URLs they answer at, and with what. Plain data; a value of `assets`. */
export interface SiteAssets {
    /** Origins, normalised and sorted. */
    readonly baseUrls: readonly string[];
    /** URL → digest. */
    readonly manifest: Manifest;
    /** How many files there are. */
    readonly files: number;
    /** How many bytes they hold together; 0 where only digests were given. */
    readonly bytes: number;
    /** What may be a mistake, in sentences. */
    readonly warnings: readonly string[];
    /** The patterns that left files out. */
    readonly exclude?: readonly string[];
}

/** Options of {@link siteAssets}. */
export interface SiteAssetsOptions extends MappingOptions {
    /**
     * Globs (picomatch) of the files that are deployed, relative to the folder. Default: all, files whose name begins
     * with a dot among them (`.well-known/` is part of many sites). A name without a wildcard that is not there is an error,
     * a glob that matches nothing a warning.
     */
    readonly include?: readonly string[];
    /**
     * Patterns of files and folders that are not deployed, as in .gitignore: `["*.map", "/drafts/"]`. Without a slash inside,
     * a pattern matches at any depth. `!` takes back what an earlier pattern left out, but not out of a folder that is left
     * out. A pattern that matches nothing is a warning, since what it leaves out may be absent for now. Default: none.
     */
    readonly exclude?: readonly string[];
    /**
     * Whether `_headers`, `_redirects` and `.assetsignore` in the folder are rules for it, as on Cloudflare, which are no
     * URLs themselves: a changed rule purges the URLs that it matches. None of them has to be there, and their patterns need
     * not match a file: they are rules of URLs. Default: yes. `false`: they are plain files.
     */
    readonly policyFiles?: boolean;
    /** Whether symbolic links may lead out of the folder, as Bazel, Nix and pnpm make them. Default: no. */
    readonly followLinks?: boolean;
}

/**
 * Hashes a folder. Synchronous, since a Pulumi program needs the result before it makes its first resource; a file takes
 * no more memory than a read buffer. Names may hold any bytes. Symbolic links are followed within the folder.
 * @param dir The folder whose files are the site, relative to the working directory.
 * @throws AssetsError, with option, value and remedy, for: no such folder, an empty one (unless `allowEmpty`), a file that
 *     an option names and that is not there, one that vanishes or cannot be read, a link that leaves the folder or loops, a
 *     base URL that is more than an origin.
 * @example siteAssets("./dist", { baseUrls: ["https://www.example.com"] })
 */
export function siteAssets(dir: string, options: SiteAssetsOptions): SiteAssets {
    const { assets, missing, unused } = readSite(dir, options);
    const [first] = missing;
    if (first !== undefined) {
        throw first;
    }
    return { ...assets, warnings: unused.map(({ message }) => message) };
}

/** A folder, and what the options name there in vain. */
export interface FoundSite {
    readonly assets: SiteAssets;
    /** Files that have to be there. */
    readonly missing: readonly AssetsError[];
    /** Patterns that may match another time. */
    readonly unused: readonly AssetsError[];
}

/** The same, for whoever looks at several states of a site: what one of them lacks, another may have. */
export function readSite(dir: string, options: SiteAssetsOptions): FoundSite {
    checkOptions(options);
    const root = resolve(folder(dir));
    const { exclude = [] } = options;
    const included = includes(options.include);
    const excluded = excludes(exclude);
    const policies = (options.policyFiles ?? SITE.policyFiles.default) ? policiesOf(root, excluded) : [];
    const ignoring = policies.flatMap(({ name, text }) => (name === ".assetsignore" ? ignorePatterns(text) : []));
    const ignored = excludes(ignoring);
    const names = new Set<string>(policies.map(({ name }) => name));
    const isPart = (options.include ?? []).length + exclude.length + ignoring.length > 0;
    const isFiltered = isPart || names.size > 0;
    const wanted = (path: string): boolean => {
        const text = isFiltered ? textOf(path) : path;
        const isWanted = included.matches(text) && !names.has(path);
        return isWanted && !excluded.matches(text, false) && !ignored.matches(text, false);
    };
    const isOut = (text: string): boolean => excluded.matches(text, true) || ignored.matches(text, true);
    const entered = (path: string): boolean => !isFiltered || !isOut(textOf(path));
    const rootBytes = bytesOf(realpathSync(root));
    const { files, bytes } = hashFiles(rootBytes, (visit) =>
        walk(root, wanted, visit, { entered, followLinks: options.followLinks ?? false }),
    );
    const where = isPart ? `in what is deployed of ${dir}` : `in ${dir}`;
    const unused = { include: included.unused(), exclude: excluded.unused() };
    const isNone = files.length === 0;
    const missing = isNone && options.allowEmpty ? [] : missingIncludes(root, unused.include, dir);
    if (isNone && !options.allowEmpty && missing.length === 0) {
        throw new AssetsError(
            "dir",
            dir,
            isPart
                ? "`include` and `exclude` leave no file of it"
                : names.size > 0
                  ? `it holds nothing but ${[...names].join(", ")}`
                  : "the folder is empty",
            "Build the site first, or set allowEmpty: true (--allow-empty) to purge everything that was deployed before",
        );
    }
    const [manifest, baseUrls] = mapFiles(files, options, policies);
    const assets = { baseUrls, manifest, files: files.length, bytes, warnings: [] };
    return {
        assets: exclude.length === 0 ? assets : { ...assets, exclude },
        missing: [...missing, ...missingNames(files, options, where)],
        unused: unusedPatterns(unused, `in ${dir}`),
    };
}

/** The files at the root of a folder that say how the others are served. */
function policiesOf(root: string, excluded: Excludes): PolicyFile[] {
    return POLICY_FILES.flatMap((name) => {
        const file = join(root, name);
        if (excluded.matches(name, false) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
            return [];
        }
        const { digest } = hashed(name, file);
        return [{ name, digest, text: readFileSync(file, "utf8") }];
    });
}

/**
 * The twin of {@link siteAssets} for files that are known by a digest of another kind: an etag, a version, an md5.
 * @param digests File path (`docs/a.html`, relative to the root) → any text that changes when the file's bytes do.
 * @throws AssetsError as `siteAssets` does, and for a digest that is empty or no text.
 */
export function assetsFromDigests(digests: Readonly<Record<string, string>>, options: MappingOptions): SiteAssets {
    checkOptions(options);
    const files = new Map<string, string>();
    for (const [path, digest] of Object.entries(digests)) {
        if (typeof digest !== "string" || digest === "") {
            throw new AssetsError("digests", path, "its digest is empty", "Give a text that changes when the bytes do");
        }
        const name = path.replace(/^\.?\//, "");
        if (name === "" || name.split("/").some((part) => part === "" || part === "." || part === "..")) {
            throw new AssetsError("digests", path, "it is not a file's path", 'Write it as "docs/a.html"');
        }
        files.set(bytesOf(name), digestOfText(digest));
    }
    if (files.size === 0 && !options.allowEmpty) {
        throw new AssetsError("digests", "{}", "there is no file", "Give digests, or set allowEmpty: true");
    }
    const [manifest, baseUrls] = mapFiles(files, options);
    const [missing] = missingNames(files, options, "among the digests");
    if (missing !== undefined) {
        throw missing;
    }
    return { baseUrls, manifest, files: files.size, bytes: 0, warnings: [] };
}

/** A SHA-256 is taken as what it is, so that answers can be compared with it; any other text is hashed. */
function digestOfText(digest: string): string {
    return /^[0-9a-f]{64}$/i.test(digest) ? digest.slice(0, 32).toLowerCase() : digestOf(digest);
}

function folder(dir: string): string {
    if (typeof dir !== "string" || dir === "") {
        throw new AssetsError("dir", String(dir), "it is empty", "Name the folder that holds the built site");
    }
    let stats: ReturnType<typeof statSync>;
    try {
        stats = statSync(dir);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") {
            throw new AssetsError(
                "dir",
                dir,
                `no such folder in ${process.cwd()}`,
                "Build the site first, or correct the path, which is relative to the working directory",
            );
        }
        throw readFailure(bytesOf(dir), error);
    }
    if (!stats.isDirectory()) {
        throw new AssetsError("dir", dir, "it is a file", "Name the folder that holds the built site");
    }
    return dir;
}

/**
 * Refuses options that do not exist, and values that break their rule in the table of options. What a list holds is judged
 * where it is used.
 *
 * @throws AssetsError for the first of them.
 */
export function checkOptions(options: object): void {
    const [wrong] = wrongOptions(SITE, options);
    if (wrong === undefined) {
        return;
    }
    const { property, value, rule } = wrong;
    if (rule === undefined) {
        const known = Object.keys(SITE);
        const near = nearest(property, known);
        const remedy = near === undefined ? `Write one of ${known.join(", ")}` : `Write "${near}"`;
        throw new AssetsError("options", property, "there is no such option", remedy);
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const remedy = `Write ${rule.example ?? rule.must}`;
    throw new AssetsError(property, withoutPassword(text), `it is not ${rule.must}`, remedy);
}
