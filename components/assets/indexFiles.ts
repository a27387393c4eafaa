import { isRedirectDigest, redirectDigest } from "./hash";

/**
 * Adds the folders at which an origin serves a file that stands for them: `/d/`, and `/d`, which leads there.
 * @param answers URL path → digest, with the forms of HTML files.
 * @param files URL path → digest.
 * @param names The files' names; of several in one folder, the first name wins.
 */
export function withIndexFiles(
    answers: Map<string, string>,
    files: ReadonlyMap<string, string>,
    names: readonly string[],
): Map<string, string> {
    if (names.length === 0) {
        return answers;
    }
    for (const path of files.keys()) {
        const folder = path.slice(0, path.lastIndexOf("/") + 1);
        const first = names.find((name) => files.has(folder + name));
        const digest = first !== undefined && path === folder + first ? files.get(path) : undefined;
        if (digest === undefined) {
            continue;
        }
        if (first !== "index.html" || !answers.has(folder)) {
            answers.set(folder, digest);
            const bare = folder.slice(0, -1);
            if (bare !== "" && isRedirectDigest(answers.get(bare) ?? redirectDigest(folder))) {
                answers.set(bare, redirectDigest(folder, digest));
            }
        }
    }
    return answers;
}
