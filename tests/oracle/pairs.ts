/** Random deploys: the files before, and the files after. */
import * as fc from "fast-check";
import type { Tree } from "./assetServer";

export interface Pair {
    readonly before: Tree;
    readonly after: Tree;
}

/** Few names, so that many claim one URL. */
const DENSE = [
    "index.html",
    "index",
    "index/index.html",
    "index.html.html",
    ".html",
    "a",
    "a.html",
    "a/index.html",
    "a/index",
    "a/index/index.html",
    "a/index.html.html",
    "a/.html",
    "a/b.html",
    "a/b/index.html",
    "a.html.html",
    "a.html/index.html",
    "A.html",
    "404.html",
    "a/404.html",
    "*",
    "*.html",
    "a/*",
    "a/*/index.html",
];

/** Names as sites have them, with the characters that have two spellings. */
const PLAIN = [
    "index.html",
    "404.html",
    "about.html",
    "docs/index.html",
    "docs/guide.html",
    "docs/guide/index.html",
    "docs/guide/deep/index.html",
    "assets/app.js",
    "assets/style.css",
    "feed.xml",
    "[slug].js",
    "docs/[id].html",
    "docs/[id]/index.html",
    "a+b.js",
    "img/x@2x.png",
    "it's.js",
    "r&d.html",
    "p (1).jpg",
    "a|b.js",
    "é.html",
    "100%.txt",
    "what?.html",
    "c#/index.html",
];

/** Names in other scripts, and names that few people give: each is a spelling, an escape or a form of some other. */
const ODD = [
    "index.html",
    "404.html",
    "例え.html",
    "例え/index.html",
    "é.html",
    "e\u0301.html",
    "ü/index.html",
    "ü/b.js",
    "😀.html",
    "a\u00a0b.html",
    "a b.html",
    "a%20b.html",
    "a%2Fb.html",
    "%2e.html",
    "a.htm",
    "a.HTML",
    "INDEX.html",
    ".well-known/a.json",
    "..a.html",
    "a..html",
    "+.html",
    "+/index.html",
    "~user/index.html",
    "$&.html",
    "a;b=c,d.html",
    "@.html",
    "a:b.html",
    "!/index.html",
    "(a)/(b).html",
    "[[...slug]]/index.html",
    "{a}.html",
    "<a>.html",
    'a"b.html',
    "`.html",
    "^.html",
    "'.html",
];

/** One pair: the second tree is another one altogether, or the first one with some changes. */
export function pairs(): fc.Arbitrary<Pair> {
    return fc.oneof(pairsOf(DENSE), pairsOf(PLAIN), pairsOf(ODD));
}

function pairsOf(names: readonly string[]): fc.Arbitrary<Pair> {
    const content = fc.constantFrom("1", "2", "3");
    const tree = (most: number) =>
        fc.dictionary(fc.constantFrom(...names), content, { maxKeys: most, noNullPrototype: true });
    const changes = fc.dictionary(fc.constantFrom(...names), fc.option(content, { freq: 2 }), {
        minKeys: 1,
        maxKeys: 4,
        noNullPrototype: true,
    });
    return fc
        .oneof(
            fc.tuple(tree(7), tree(7)),
            fc.tuple(tree(10), changes).map(([before, change]) => [before, { ...before, ...change }] as const),
        )
        .map(([before, after]) => ({ before: treeOf(before), after: treeOf(after) }));
}

/** What a file system can hold: no file `a` beside a folder `a`. */
function treeOf(files: Readonly<Record<string, string | null>>): Tree {
    const names = Object.keys(files).filter((name) => files[name] !== null);
    return new Map(
        names
            .filter((name) => !names.some((other) => other.startsWith(`${name}/`)))
            .map((name) => [`/${name}`, files[name] as string]),
    );
}
