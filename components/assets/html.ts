import { isRedirectDigest, redirectDigest } from "./hash";
import type { Answers } from "./manifest";
import type { HtmlHandling, IdentityOf, Route } from "./route";
import { route } from "./route";
import { bytesOf, urlPath } from "./urls";

type Files = ReadonlyMap<string, string>;

/** What follows a stem in the paths at which its pages may answer. `/index/` does so by an accident of one mode. */
const ENDS = ["", "/", ".html", "/index", "/index.html"];
const ENDS_OF_FORCE = [...ENDS, "/index/"];

/** Stands for the content of a page that is never served at a near form. */
const NEAR = "near";

/**
 * Adds to the files of a site the other URLs at which its HTML answers.
 *
 * Near forms (`/a`, `/a.html`; `/d`, `/d/`, `/d/index`, `/d/index.html`; `/a/` where the mode serves it) are what many
 * origins serve: their digest changes with the page, and with the redirect that the mode makes of them. Far forms
 * (`/a/`, `/a/index`, `/a/index.html`, `/d.html`) can only be redirects to the page: their digest is that of the
 * redirect, so that they are purged when the page comes or goes and not when its bytes change.
 *
 * {@link route} says what each form answers. It is asked once for all stems that are alike and stand alone, and for every
 * form where files meet: `/a` and `/a.html`, `/d/index.html` and `/d/index/index.html`, two pages of equal bytes.
 * @param files URL path → digest.
 * @param isRedirected Whether the origin redirects as {@link route} says. Else it may serve pages at near forms.
 */
export function withHtmlForms(files: Files, handling: HtmlHandling, isRedirected = false): Answers {
    const itself = { map: files, paths: [], digests: [] };
    if (handling === "none") {
        return itself;
    }
    const { alone, meeting } = stemsOf(files);
    if (meeting.size === 0 && alone.every(({ stems }) => stems.length === 0)) {
        return itself;
    }
    const answers = new Map(files);
    // Nothing else answers at the forms of stems that stand alone.
    const paths: string[] = [];
    const digests: string[] = [];
    const ends = handling === "force-trailing-slash" ? ENDS_OF_FORCE : ENDS;
    for (const { stems, ends: pageEnds } of alone) {
        const forms = stems.length === 0 ? [] : formsOfSample(pageEnds, ends, handling);
        for (const { stem, page, index } of stems) {
            const fileAt = (end: string) => (end === PAGE ? page : end === INDEX ? index : undefined);
            for (const { ends: alike, answer, near } of forms) {
                const digest = digestOfAnswer(stem + alike[0], stem, answer, near, fileAt, isRedirected);
                for (const end of alike) {
                    if (pageEnds.includes(end)) {
                        answers.set(stem + end, digest);
                    } else {
                        paths.push(stem + end);
                        digests.push(digest);
                    }
                }
            }
        }
    }
    const identityOf = identities(files);
    const fileAt = (path: string) => files.get(path);
    for (const stem of meeting) {
        for (const path of ends.map((end) => stem + end)) {
            const answer = isPath(path) ? route(path, handling, identityOf) : undefined;
            if (answer !== undefined) {
                const near = nearFiles(path, handling, files);
                answers.set(path, digestOfAnswer(path, "", answer, near, fileAt, isRedirected));
            }
        }
    }
    return { map: answers, paths, digests };
}

const PAGE = ".html";
const INDEX = "/index.html";

/** A stem, and the digests of its pages. */
interface Stem {
    readonly stem: string;
    page: string | undefined;
    index: string | undefined;
}

/** Stems with the same pages, which no other file has a part in. */
interface Alike {
    /** The ends of their pages. */
    readonly ends: readonly string[];
    readonly stems: Stem[];
}

/** The stems of all pages: those that stand alone, by what pages they have; and those where files meet. */
function stemsOf(files: Files): { alone: readonly Alike[]; meeting: ReadonlySet<string> } {
    const meeting = new Set<string>();
    const stems = new Map<string, Stem>();
    for (const [path, digest] of files) {
        const end = endOf(path);
        if (end === "") {
            continue;
        }
        const stem = path.slice(0, -end.length);
        if (end !== "/index") {
            const pages = stems.get(stem) ?? { stem, page: undefined, index: undefined };
            stems.set(stem, pages);
            pages.page = end === PAGE ? digest : pages.page;
            pages.index = end === INDEX ? digest : pages.index;
        }
        if (stem === "" || end === "/index" || end === "/" || endOf(stem) !== "") {
            for (let rest: string | undefined = stem; rest !== undefined; rest = withoutEnd(rest)) {
                meeting.add(rest);
            }
        }
    }
    const pageOnly: Alike = { ends: [PAGE], stems: [] };
    const indexOnly: Alike = { ends: [INDEX], stems: [] };
    const both: Alike = { ends: [PAGE, INDEX], stems: [] };
    for (const pages of stems.values()) {
        const { stem, page, index } = pages;
        if (meeting.has(stem)) {
            continue;
        }
        if (page === index || files.has(stem)) {
            meeting.add(stem);
        } else {
            (index === undefined ? pageOnly : page === undefined ? indexOnly : both).stems.push(pages);
        }
    }
    return { alone: [pageOnly, indexOnly, both], meeting };
}

/** What can be taken off a path: `/d/index.html` and `/d/index` → `/d`, `/a.html` → `/a`, `/d/` → `/d`. */
function endOf(path: string): "" | typeof INDEX | typeof PAGE | "/index" | "/" {
    if (path.endsWith(PAGE)) {
        return path.endsWith(INDEX) ? INDEX : PAGE;
    }
    return path.endsWith("/index") ? "/index" : path.endsWith("/") ? "/" : "";
}

/** Undefined where nothing can be taken off. */
function withoutEnd(path: string): string | undefined {
    const end = endOf(path);
    return end === "" ? undefined : path.slice(0, -end.length);
}

/** What some forms of a stem have in common: their answer, and so their digest. */
interface Forms {
    readonly ends: readonly [string, ...string[]];
    readonly answer: Route;
    readonly near: readonly string[];
}

/** The answers at the forms of a stem "" that has these pages, as ends. */
function formsOfSample(pages: readonly string[], ends: readonly string[], handling: HtmlHandling): Forms[] {
    // A stem that is not the root's, whose index has forms of its own.
    const sample = "/a";
    const files = new Map(pages.map((end) => [sample + end, end]));
    const alike = new Map<string, Forms & { ends: [string, ...string[]] }>();
    for (const end of ends) {
        const answer = route(sample + end, handling, (path) => files.get(path));
        if (answer === undefined) {
            continue;
        }
        const near = nearFiles(sample + end, handling, files).map((path) => path.slice(sample.length));
        const form = { answer: withoutStem(answer, sample), near };
        const key = JSON.stringify([form, isBelowIndex(end)]);
        const known = alike.get(key);
        if (known === undefined) {
            alike.set(key, { ends: [end], ...form });
        } else {
            known.ends.push(end);
        }
    }
    return [...alike.values()];
}

function withoutStem(answer: Route, stem: string): Route {
    return "serve" in answer
        ? { serve: answer.serve.slice(stem.length) }
        : { redirect: answer.redirect.slice(stem.length) };
}

/** The digest of an answer; what it serves, leads to and is near by are the ends of paths after a stem. */
function digestOfAnswer(
    path: string,
    stem: string,
    answer: Route,
    near: readonly string[],
    fileAt: (end: string) => string | undefined,
    isRedirected: boolean,
): string {
    if ("redirect" in answer) {
        const content = near.reduce((all, end) => all + (isRedirected ? NEAR : (fileAt(end) ?? "")), "");
        return redirectDigest(stem + answer.redirect, content);
    }
    const digest = fileAt(answer.serve) ?? "";
    // No other origin serves a page at /d/index/: nobody should expect its bytes there.
    return isBelowIndex(path) ? redirectDigest(path.slice(0, -"index/".length), digest) : digest;
}

function isBelowIndex(path: string): boolean {
    return path.endsWith("/index/");
}

/**
 * The files whose pages many origins serve at a path. In the mode that gives every page a slash, `/a.html` counts at the
 * forms of `/a/index.html` too where there are both.
 */
function nearFiles(path: string, handling: HtmlHandling, files: Files): string[] {
    const near = [`${path}/index.html`, path.endsWith("/") ? `${path}index.html` : path, `${path}.html`];
    if (handling === "force-trailing-slash") {
        const stem = withoutEnd(path);
        const isForm = path.endsWith("/") || files.has(`${stem}/index.html`);
        if (stem !== undefined && isForm && !stem.endsWith("/index")) {
            near.push(`${stem}.html`);
        }
        if (isBelowIndex(path)) {
            near.push(`${path.slice(0, -1)}.html`);
        }
    }
    return [...new Set(near)].filter((file) => file.endsWith(".html") && files.has(file));
}

/** Cloudflare knows a file by its content and its extension, and `/d/.html` has none. */
function identities(files: Files): IdentityOf {
    return (path) => {
        const digest = files.get(path);
        return digest !== undefined && path.endsWith("/.html") ? `.${digest}` : digest;
    };
}

function isPath(path: string): boolean {
    return path.startsWith("/") && !path.includes("//");
}

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
    const written = names.map((name) => urlPath(bytesOf(name)).slice(1));
    for (const path of files.keys()) {
        const folder = path.slice(0, path.lastIndexOf("/") + 1);
        const first = written.find((name) => files.has(folder + name));
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
