import { anything, fields, oneOf, orText, text, texts, truth } from "./rules";

const FALLBACK = {
    page: {
        rule: text("a file's path, such as index.html"),
        doc: "the page's file, relative to the folder",
    },
    under: {
        rule: text('a path, such as "/app/"'),
        default: "/",
        flags: [{ flags: "--fallback-under <path>", help: "the path below which the fallback page answers" }],
        doc: "the path below which it answers",
    },
} as const;

/** Options of `siteAssets`: how a folder's files become URLs. */
export const SITE = {
    baseUrls: {
        rule: texts('a list of origins, such as ["https://www.example.com"]'),
        otherwise: "required",
        flags: [{ flags: "--base-url <url>", help: "where visitors find the files; may be repeated" }],
        doc: "where visitors find the files: origins, without a path",
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
        doc: "the page that answers where no file does",
    },
    include: {
        rule: texts('a list of globs, such as ["**/*.map"]'),
        otherwise: "all files",
        flags: [{ flags: "--include <glob>", help: "only files that match; may be repeated" }],
        doc: "globs of the files that are deployed, relative to the folder",
    },
    exclude: {
        rule: texts('a list of globs, such as ["**/*.map"]'),
        otherwise: "none",
        flags: [{ flags: "--exclude <glob>", help: "not files that match; may be repeated" }],
        doc: "globs of files that are not deployed",
    },
    urls: {
        rule: anything('a function of a file\'s path, such as (path) => "/" + path'),
        otherwise: "the file's path",
        doc: "another mapping of files to URLs; htmlHandling then does nothing",
    },
    allowEmpty: {
        rule: truth,
        default: false,
        flags: [{ flags: "--allow-empty", help: "allow an empty folder" }],
        doc: "allow an empty folder, which purges everything that was deployed before",
    },
} as const;
