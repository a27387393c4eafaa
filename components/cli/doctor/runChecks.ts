import { CloudflareError } from "../../cloudflare/cloudflareError";
import { zoneOf } from "../../cloudflare/zone";
import { factsOf } from "../../diagnosis/diagnose";
import { ask, isAuth, refusalOf, VERIFICATION } from "../../diagnosis/probes";
import { clockProblem } from "../../diagnosis/rules";
import { problemText } from "../../errors/problem";
import { lookAt, verify } from "../../purge/verify";
import { httpVisit } from "../../purge/visit";
import { lookProblem } from "../../purge/words";
import { PURGE_SETTLES } from "../../settings/limits";
import type { ApiOptions } from "../api";
import { accountOf, baseUrlOf, clientOf } from "../api";
import type { FoundCredential } from "../credential";
import { problemOf } from "../problem";
import type { Io } from "../terminal";
import type { Report } from "./report";
import { CheckList } from "./report";
import { canMakeTokens, checkCredential, checkForm, tokenIsActive } from "./token";
import { checkPurge, checkZone, lookUpZone } from "./zone";

interface CheckOptions extends ApiOptions {
    readonly zone?: string;
    readonly url?: string;
    readonly connectTo?: Readonly<Record<string, string>>;
    /** The credential is the one of `pulumi up`: it makes tokens and need not purge. */
    readonly deploy?: boolean;
    /** With `deploy`: whether to make a token, and delete it. */
    readonly makeToken?: boolean;
}

/** Seconds for a request, and retries: a person waits. */
const QUICK = { timeout: 10, retries: 1 };

/**
 * Everything from the credential to a real purge and a look at the edge. Stops where going on would tell nothing.
 *
 * @param request What a request purges, as URLs, that was read and found well-formed; the credential is its.
 */
export async function runChecks(
    find: () => Promise<FoundCredential>,
    options: CheckOptions,
    io: Io,
    request?: readonly string[],
): Promise<Report> {
    const { url, connectTo = {}, deploy = false, makeToken = false } = options;
    const checks = new CheckList([
        ...(request === undefined ? [] : ["request"]),
        ...["credential", "api", "clock", "token", "zone"],
        ...(url === undefined && (request ?? []).length === 0 ? [] : ["url"]),
        ...(deploy ? ["tokens"] : ["purge", "edge"]),
    ]);
    if (request !== undefined) {
        checks.ok("request", "well-formed");
    }
    const found = await checkCredential(checks, find);
    if (found === undefined) {
        return checks.report("there is no usable credential");
    }
    if (!checkForm(checks, url)) {
        return checks.report("the URL is wrong");
    }
    const client = clientOf(found, { ...QUICK, ...options }, io);
    const named = accountOf(options, io);
    const lookup = await lookUpZone(client, options, named);
    const known = lookup.found ?? zoneOf({ id: "" });
    const zone = {
        ...known,
        name: known.name || (lookup.hint ?? ""),
        accountId: named ?? known.accountId,
    };
    const { credential, ignored } = found;
    const context = { client, credential, ignored, clock: io.clock, zone };
    const { facts } = await ask(VERIFICATION, client, factsOf(context));
    const refusals = [lookup.error, refusalOf(facts.user), refusalOf(facts.account)];
    const silent = refusals.find((error) => error !== undefined && !isAuth(error) && error.kind !== "request");
    if (silent instanceof CloudflareError) {
        checks.problem("api", "failed", problemOf(silent));
        return checks.report("the API does not answer");
    }
    checks.ok("api", `${baseUrlOf(options, io)} answers`);
    checkClock(checks, io.clock.now(), client.serverTime);

    const token = tokenIsActive(facts, lookup.error);
    if ("problem" in token && (token.state === "failed" || lookup.error !== undefined)) {
        checks.problem("token", "failed", token.problem);
        return checks.report("the credential does not work");
    }
    if ("words" in token) {
        checks[token.state]("token", token.words);
    }
    const proven = (how: string): void => {
        if (token.state === "open") {
            checks.skipped(
                "token",
                `not one of the user's, but it ${how}: name its account with --account to verify it`,
            );
        }
    };
    const unsettled = (why: string): Report => {
        if (token.state === "open") {
            checks.problem("token", "failed", token.problem);
        }
        return checks.report(why);
    };
    if (!checkZone(checks, lookup, url, request) || lookup.found === undefined) {
        return unsettled(lookup.found === undefined ? "the zone is not known" : "the URL is not in the zone");
    }
    if (deploy) {
        proven("works");
        await canMakeTokens(checks, context, facts, makeToken, io);
        return checks.report();
    }
    if (!(await checkPurge(checks, lookup.found, context, url))) {
        return unsettled("the purge was refused");
    }
    proven("purges");
    if (url === undefined && zone.name === "") {
        return checks.report("no host is known; name a URL with --url");
    }
    const purgedAt = io.clock.monotonic();
    await checkEdge(checks, { zoneName: zone.name, purgedAt, connectTo, ...(url === undefined ? {} : { url }) }, io);
    return checks.report();
}

/** Compares this machine's clock with the date of the API's answers. */
function checkClock(checks: CheckList, now: number, serverTime: number | undefined): void {
    const problem = serverTime === undefined ? undefined : clockProblem(now, serverTime);
    if (serverTime === undefined) {
        checks.skipped("clock", "the API's answers carry no date");
    } else if (problem === undefined) {
        checks.ok("clock", "agrees with Cloudflare's");
    } else {
        checks.problem("clock", "warning", problem);
    }
}

/** What to look at at the edge. */
interface EdgeQuestion {
    /** The URL that was purged because the person named it; `undefined`: none was named. */
    readonly url?: string;
    /** Where to look when none was named. */
    readonly zoneName: string;
    /** By the clock's monotonic(); `undefined`: nothing was purged. */
    readonly purgedAt?: number;
    readonly connectTo: Readonly<Record<string, string>>;
}

/** Looks at the edge as a visitor: does the host go through Cloudflare, and does the purged URL come anew? */
async function checkEdge(checks: CheckList, question: EdgeQuestion, { clock, random, signal }: Io): Promise<void> {
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
