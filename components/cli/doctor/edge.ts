import { problemText } from "../../errors/problem";
import { lookAt, verify } from "../../purge/verify";
import { httpVisit } from "../../purge/visit";
import { lookProblem } from "../../purge/words";
import { PURGE_SETTLES } from "../../settings/limits";
import type { Io } from "../io";
import type { CheckList } from "./report";

/** What to look at at the edge. */
export interface EdgeQuestion {
    /** The URL that was purged because the person named it; `undefined`: none was named. */
    readonly url?: string;
    /** Where to look when none was named. */
    readonly zoneName: string;
    /** By the clock's monotonic(); `undefined`: nothing was purged. */
    readonly purgedAt?: number;
    readonly connectTo: Readonly<Record<string, string>>;
}

/** Looks at the edge as a visitor: does the host go through Cloudflare, and does the purged URL come anew? */
export async function checkEdge(
    checks: CheckList,
    question: EdgeQuestion,
    { clock, random, signal }: Io,
): Promise<void> {
    const { url, zoneName, purgedAt, connectTo } = question;
    const deps = { visit: httpVisit(connectTo), clock, random, ...(signal === undefined ? {} : { signal }) };
    const asked = url ?? `https://${zoneName}/`;
    const target = {
        url: asked,
        bothSchemes: true,
        reported: url !== undefined,
        ...(purgedAt === undefined ? {} : { purgedAt }),
    };
    const wasPurged = url !== undefined && purgedAt !== undefined;
    const [first] = wasPurged ? await verify([target], PURGE_SETTLES, deps) : [];
    const look = first?.look ?? (await lookAt({ url: asked }, deps));
    const problem = lookProblem(look);
    if ("noAnswer" in look) {
        checks.skipped("edge", problem === undefined ? look.noAnswer : problemText(problem));
        return;
    }
    const { facts, verdict } = look;
    // Nothing was purged: what the edge holds is not a finding; whether it is Cloudflare's is.
    if (problem === undefined || (!wasPurged && verdict.state !== "not-proxied")) {
        const { status, headers } = facts.edge;
        const what = url === undefined ? "goes through Cloudflare" : "is what its origin has";
        checks.ok("edge", `${asked} ${what} (status ${status}, ${headers["cf-cache-status"] ?? "no cf-cache-status"})`);
        return;
    }
    switch (verdict.state) {
        case "not-proxied":
            // Without a URL the zone's own name was only a guess at a host that visitors use.
            return checks.problem("edge", url === undefined ? "warning" : "failed", problem);
        case "stale":
            return checks.problem("edge", "failed", problem);
        case "later":
            return checks.ok("edge", problemText(problem));
        default:
            return checks.note("edge", problemText(problem));
    }
}
