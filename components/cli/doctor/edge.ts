import { httpVisit } from "../../purge/visit";
import { PURGE_SETTLES } from "../../settings/limits";
import type { Look } from "../look";
import { look, lookUntilFresh, stateOf, wordsOf } from "../look";
import type { World } from "../world";
import type { CheckList } from "./report";

/** What to look at at the edge. */
export interface EdgeQuestion {
    /** The URL that was purged because the person named it; `undefined`: none was named. */
    readonly url?: string;
    /** Where to look when none was named. */
    readonly zoneName: string;
    /** ms since the epoch; `undefined`: nothing was purged. */
    readonly purgedAt?: number;
    readonly connectTo: Readonly<Record<string, string>>;
}

/** Looks at the edge as a visitor: does the host go through Cloudflare, and does the purged URL come anew? */
export async function checkEdge(checks: CheckList, question: EdgeQuestion, world: World): Promise<void> {
    const { url, zoneName, purgedAt, connectTo } = question;
    const visit = httpVisit(connectTo);
    const asked = url ?? `https://${zoneName}/`;
    const known = { variants: true, reported: url !== undefined, ...(purgedAt === undefined ? {} : { purgedAt }) };
    const seen =
        url === undefined || purgedAt === undefined
            ? withoutVerdict(await look(asked, {}, visit, world))
            : await lookUntilFresh(asked, known, PURGE_SETTLES, visit, world);
    const words = wordsOf(seen);
    if ("noAnswer" in seen || words === undefined) {
        if ("noAnswer" in seen) {
            checks.skipped("edge", `${words?.cause} ${words?.remedy}`);
        } else {
            const status = seen.answer.headers["cf-cache-status"] ?? "no cf-cache-status";
            const what = url === undefined ? "goes through Cloudflare" : `is what its origin has`;
            checks.ok("edge", `${asked} ${what} (status ${seen.answer.status}, ${status})`);
        }
        return;
    }
    const problem = { key: seen.finding?.key ?? "origin", ...words };
    const both = `${words.cause} ${words.remedy}`;
    switch (stateOf(seen)) {
        case "not-proxied":
            // Without a URL the zone's own name was only a guess at a host that visitors use.
            return checks.problem("edge", url === undefined ? "warning" : "failed", problem);
        case "stale":
            return checks.problem("edge", "failed", problem);
        case "untold":
            return checks.note("edge", both);
        default:
            return checks.ok("edge", both);
    }
}

/** Nothing was purged: what the edge holds says nothing then; whether it is Cloudflare's is. */
function withoutVerdict(seen: Look): Look {
    if ("noAnswer" in seen || seen.finding?.why === "not-proxied") {
        return seen;
    }
    return { url: seen.url, answer: seen.answer };
}
