/**
 * What an origin answers where there is no file. Not all of them say 404: an object store may answer 403, a single-page site
 * its front page with 200. So it is asked for a name that cannot exist, beside the one in doubt.
 */
import { isFromCache } from "./evidence";
import type { Answer } from "./visit";

/** Where a URL lies, as far as a server may tell it from others: its folder and its extension. */
export interface Place {
    readonly folder: string;
    readonly extension: string;
}

export function placeOf(url: string): Place {
    const { origin, pathname } = new URL(url);
    const end = pathname.lastIndexOf("/") + 1;
    const dot = pathname.lastIndexOf(".");
    return { folder: origin + pathname.slice(0, end), extension: dot > end ? pathname.slice(dot) : "" };
}

/** A name that nobody has used there. */
export function unknownName({ folder, extension }: Place, random: () => number): string {
    return `${folder}cache-purge-${Math.floor(random() * 2 ** 48).toString(36)}${extension}`;
}

/** Whether an answer, which is none of those expected, may be what is answered for a file that does not exist. */
export function mayBeMissing(answer: Answer): boolean {
    const isOpen = answer.headers["cf-mitigated"] === undefined && !isFromCache(answer);
    return isOpen && (answer.status === 200 || answer.status === 403);
}
