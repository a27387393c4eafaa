import { anything, fields, oneOf, orText, text, texts, truth } from "./rules";

const FALLBACK = {
    page: {
        rule: text("a file's path", "index.html"),
        doc: "the page's file, relative to the folder",
    },
    under: {
        rule: text("a path", '"/app/"'),
        default: "/",
        flags: [{ flags: "--fallback-under <path>", help: "the path below which the fallback page answers" }],
        doc: "the path below which it answers",
    },
} as const;

const NOT_FOUND = {
    page: {
        rule: text("a file's name or path", "404.html"),
        default: "404.html",
        doc: "the page's name, or its path in the folder",
    },
    purge: {
        rule: truth,
        default: false,
        flags: [{ flags: "--purge-not-found", help: "purge all that holds the 404 page when it changes" }],
        doc: "whether a change of it purges every URL that may hold it, by host or prefix",
    },
} as const;

/** Options of `siteAssets`: how a folder's files become URLs. */
export const SITE = {
    baseUrls: {
        rule: texts("a list of origins", '["https://www.example.com"]'),
        otherwise: "required",
        flags: [{ flags: "--base-url <url>", help: "where visitors find the files; may be repeated" }],
        doc: "where visitors find the files: origins, or folders below one",
    },
    htmlHandling: {
        rule: oneOf("auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"),
        default: "auto-trailing-slash",
        flags: [{ flags: "--html-handling <mode>" }],
        doc: "at which URLs an HTML file answers, in Cloudflare's words",
    },
    fallback: {
        rule: orText(
            fields<{ readonly page: string; readonly under?: string }>(FALLBACK),
            '"index.html", or { page: "index.html", under: "/app/" }',
        ),
        otherwise: "none",
        flags: [{ flags: "--fallback <page>", help: "the page that answers where no file does, such as index.html" }],
        doc: "the page that answers where no file does; it has to be there",
    },
    notFound: {
        rule: orText(
            fields<{ readonly page?: string; readonly purge?: boolean }>(NOT_FOUND),
            '"404.html", or { page: "404.html", purge: true }',
        ),
        otherwise: "every 404.html",
        flags: [{ flags: "--not-found <page>", help: "the page that answers with 404 where no file does" }],
        doc: "the page that answers with 404 where no file does: a name, of which the nearest one answers, or a path. Named, it has to be there",
    },
    indexFiles: {
        rule: texts("a list of file names", '["index.htm"]'),
        otherwise: "index.html",
        flags: [{ flags: "--index-file <name>", help: "a file that stands for its folder; may be repeated" }],
        doc: "the files that stand for their folders, such as index.htm; the first that a folder holds. Some folder has to hold one",
    },
    include: {
        rule: texts("a list of globs", '["**/*.map"]'),
        otherwise: "all files",
        flags: [{ flags: "--include <glob>", help: "only files that match; may be repeated" }],
        doc: "globs of the files that are deployed, relative to the folder. A name without a wildcard has to be there; a glob that matches nothing is a warning",
    },
    exclude: {
        rule: texts("a list of patterns", '["*.map", "/drafts/"]'),
        otherwise: "none",
        flags: [{ flags: "--exclude <pattern>", help: "not what matches, as in .gitignore; may be repeated" }],
        doc: "patterns of files and folders that are not deployed, as in .gitignore; one that matches nothing is a warning",
    },
    followLinks: {
        rule: truth,
        default: false,
        flags: [{ flags: "--follow-links", help: "let symbolic links lead out of the folder" }],
        doc: "let symbolic links lead out of the folder, as Bazel, Nix and pnpm make them",
    },
    policyFiles: {
        rule: truth,
        default: true,
        flags: [{ flags: "--no-policy-files", help: "take _headers and _redirects for plain files" }],
        doc: "take _headers, _redirects and .assetsignore in the folder for rules: a changed rule purges what it matches",
    },
    origin: {
        rule: oneOf("any", "cloudflare-assets"),
        default: "any",
        flags: [{ flags: "--origin <kind>" }],
        doc: "what serves the files: cloudflare-assets redirects to one URL of each page, so that fewer are purged",
    },
    urls: {
        rule: anything('a function of a file\'s path, such as (path) => "/" + path'),
        otherwise: "the file's path",
        doc: "another mapping of files to URLs; htmlHandling and indexFiles then do nothing",
    },
    allowEmpty: {
        rule: truth,
        default: false,
        flags: [{ flags: "--allow-empty", help: "allow an empty folder" }],
        doc: "allow an empty folder, which purges everything that was deployed before",
    },
} as const;
