import { isRedirectDigest, redirectDigest } from "./hash";
import { isMark } from "./marks";
import { escapeOf } from "./urls";

/**
 * Reserved characters, which a browser sends as they are in a path, and which other programs escape. Cloudflare's URL
 * normalisation neither escapes nor unescapes them: https://developers.cloudflare.com/rules/normalization/how-it-works/
 */
const RESERVED = /[!$&'()*+,;=:@[\]]/;

/** Those of them that encodeURIComponent escapes, and those that only stricter encoders do (RFC 3986). */
const ESCAPED_BY_MANY = /[$&+,;=:@[\]]/g;
const ESCAPED_BY_SOME = /[!'()*]/g;

const ESCAPES = /%(?:2[146789A-C]|3[ABD]|40|5[BD])/g;

/**
 * The other ways to write a URL's path: with the reserved characters escaped that encodeURIComponent escapes, and with all
 * of them.
 */
export function otherSpellings(path: string): string[] {
    if (!RESERVED.test(path) || isMark(path)) {
        return [];
    }
    const start = path.indexOf("?");
    const [name, query] = start < 0 ? [path, ""] : [path.slice(0, start), path.slice(start)];
    const byMany = name.replace(ESCAPED_BY_MANY, escapeOf);
    const bySome = byMany.replace(ESCAPED_BY_SOME, escapeOf);
    return [...new Set([byMany, bySome])].filter((spelling) => spelling !== name).map((spelling) => spelling + query);
}

/** The path that one of {@link otherSpellings} stands for, as {@link urlPath} writes it: with its reserved characters. */
export function usualSpelling(path: string): string {
    return path.includes("%") ? path.replace(ESCAPES, decodeURIComponent) : path;
}

/** Whether any of some paths has other spellings. */
export function hasSpellings(paths: readonly string[]): boolean {
    return paths.some((path) => otherSpellings(path).length > 0);
}

/** Adds the other spellings of paths: a cache takes each of them as a URL of its own, and a server takes all as one. */
export function withSpellings(answers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const added: [path: string, digest: string][] = [];
    for (const [path, digest] of answers) {
        for (const spelling of otherSpellings(path)) {
            added.push([spelling, digest]);
        }
    }
    // A path that was given stays what it is.
    return added.length === 0 ? answers : new Map([...added, ...answers]);
}

/** Whether {@link withSpellings} adds a path anyway, with this digest. */
export function isAddedSpelling(
    path: string,
    digest: string | undefined,
    answers: ReadonlyMap<string, string>,
): boolean {
    const usual = usualSpelling(path);
    return usual !== path && answers.get(usual) === digest && otherSpellings(usual).includes(path);
}

/** Adds the spelling that Cloudflare's static assets serve, which is encodeURIComponent's; the other ones redirect to it. */
export function withCanonicalSpellings(answers: ReadonlyMap<string, string>): Map<string, string> {
    const spelled = new Map(answers);
    for (const [path, digest] of answers) {
        const canonical = path.replace(ESCAPED_BY_MANY, escapeOf);
        const others = [path, ...otherSpellings(path)].filter((spelling) => spelling !== canonical);
        if (others.length > 0 && !isMark(path)) {
            spelled.set(canonical, digest);
            for (const spelling of others) {
                // At /d/index/ some modes serve the page itself.
                const isServed = !isRedirectDigest(digest) || path.endsWith("/index/");
                spelled.set(spelling, isServed ? redirectDigest(canonical, "spelling") : digest);
            }
        }
    }
    return spelled;
}
