import type { ApiResult } from "./envelope";
import { refuse } from "./errors";

/** How large pages are when nobody says, and how large or small they may be. */
export interface PageSizes {
    default: number;
    least: number;
    most: number;
}

/** https://developers.cloudflare.com/api/resources/zones/methods/list/ */
export const ZONE_PAGES: PageSizes = { default: 20, least: 5, most: 50 };
/** https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/list/ */
export const TOKEN_PAGES: PageSizes = { default: 20, least: 5, most: 50 };

/** The page that a query asks for. Pages after the last are empty, which is how clients know that they are done. */
export function paged<T>(items: readonly T[], query: URLSearchParams, sizes: PageSizes): ApiResult {
    const page = number(query, "page", 1, 1, Number.MAX_SAFE_INTEGER);
    const size = number(query, "per_page", sizes.default, sizes.least, sizes.most);
    const result = items.slice((page - 1) * size, page * size);
    return {
        result,
        resultInfo: {
            page,
            per_page: size,
            count: result.length,
            total_count: items.length,
            total_pages: Math.ceil(items.length / size),
        },
    };
}

function number(query: URLSearchParams, name: string, usual: number, least: number, most: number): number {
    const text = query.get(name);
    if (text === null) {
        return usual;
    }
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
        throw refuse.badPage(name);
    }
    return value;
}
