import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Links of a page that lead to no file, or to a heading that its page has not got. Addresses elsewhere are not looked at. */
export function brokenLinks(file: string): string[] {
    const text = withoutCode(readFileSync(file, "utf8"));
    return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)].flatMap((found) => {
        const [, place = "", heading] = found;
        const target = place === "" ? file : path.join(path.dirname(file), place);
        const isThere = existsSync(target) && (heading === undefined || anchorsOf(target).includes(heading));
        return isThere ? [] : [`${path.basename(file)}: ${found[0].slice(1)}`];
    });
}

/** The anchors of a page: those of its headings, as GitHub makes them, and those that are written as such. */
function anchorsOf(file: string): string[] {
    const text = withoutCode(readFileSync(file, "utf8"));
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
        title
            .toLowerCase()
            .replace(/[^\w\- ]/g, "")
            .replaceAll(" ", "-"),
    );
    // The second heading of a name ends in -1.
    const numbered = headings.map((anchor, i) => {
        const earlier = headings.slice(0, i).filter((one) => one === anchor).length;
        return earlier === 0 ? anchor : `${anchor}-${earlier}`;
    });
    return [...numbered, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id)];
}

function withoutCode(text: string): string {
    return text.replace(/^```[\s\S]*?^```/gm, "");
}
