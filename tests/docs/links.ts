import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Links of a page that lead to no file, or to a heading that its page has not got. Addresses elsewhere are not looked at. */
export function brokenLinks(file: string): string[] {
    const text = withoutCode(readFileSync(file, "utf8"));
    return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)].flatMap((found) => {
        const [, place = "", heading] = found;
        const target = place === "" ? file : path.join(path.dirname(file), place);
        const isThere = existsSync(target) && (heading === undefined || headingsOf(target).includes(heading));
        return isThere ? [] : [`${path.basename(file)}: ${found[0].slice(1)}`];
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(file: string): string[] {
    return [...withoutCode(readFileSync(file, "utf8")).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
        title
            .toLowerCase()
            .replace(/[^\w\- ]/g, "")
            .replaceAll(" ", "-"),
    );
}

function withoutCode(text: string): string {
    return text.replace(/^```[\s\S]*?^```/gm, "");
}
