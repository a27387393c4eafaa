import { CloudflareError } from "../../cloudflare/cloudflareError";
import { isAuth, refusalOf } from "../../diagnosis/facts";
import type { ApiOptions } from "../api";
import { accountOf, baseUrlOf, clientOf } from "../api";
import type { Found } from "../credential";
import { problemOf } from "../problem";
import { verifyToken } from "../tokenDiagnosis";
import type { World } from "../world";
import { checkTokens } from "./canMakeTokens";
import { checkClock } from "./clock";
import { checkCredential, checkForm } from "./credential";
import { checkEdge } from "./edge";
import { checkPurge } from "./purge";
import type { Checks, Report } from "./report";
import { judgeToken } from "./tokenIsActive";
import { checkZone, lookUpZone } from "./zone";

export interface ExamineOptions extends ApiOptions {
    readonly zone?: string;
    readonly url?: string;
    readonly connectTo?: Readonly<Record<string, string>>;
    /** The credential is the one of `pulumi up`: it makes tokens and need not purge. */
    readonly deploy?: boolean;
}

/** Every check, in the order in which they are shown. */
const NAMES = ["request", "credential", "api", "clock", "token", "zone", "url", "tokens", "purge", "edge"];
/** Those that only one of the two kinds of credential is asked for. */
const OF_DEPLOY = ["tokens"];
const OF_PURGE = ["purge", "edge"];

/** Seconds for a request, and retries: a person waits. */
const QUICK = { timeout: 10, retries: 1 };

/** Everything from the credential to a real purge and a look at the edge. Stops where going on would tell nothing. */
export async function examine(
    checks: Checks,
    find: () => Promise<Found>,
    options: ExamineOptions,
    world: World,
): Promise<Report> {
    const { url, connectTo = {} } = options;
    const others = ["request", ...(options.deploy ? OF_PURGE : OF_DEPLOY), ...(url === undefined ? ["url"] : [])];
    const names = NAMES.filter((name) => !others.includes(name));
    const end = (why: string): Report => checks.report(checks.has("request") ? ["request", ...names] : names, why);
    const found = await checkCredential(checks, find);
    if (found === undefined) {
        return end("there is no credential that could be tried");
    }
    if (!checkForm(checks, url)) {
        return end("the URL is none");
    }
    const client = clientOf(found, { ...QUICK, ...options }, world);
    const named = accountOf(options, world);
    const zone = await lookUpZone(client, options, named);
    const account = named ?? (zone.found?.accountId || undefined);
    const verified = await verifyToken(client, found, account);
    const refusals = [zone.error, refusalOf(verified.user), refusalOf(verified.account)];
    const silent = refusals.find((error) => error !== undefined && !isAuth(error) && error.kind !== "request");
    if (silent instanceof CloudflareError) {
        checks.told("api", "failed", problemOf(silent));
        return end("the API does not answer");
    }
    checks.ok("api", `${baseUrlOf(options, world)} answers`);
    checkClock(checks, world.clock.now(), client.serverTime);

    const token = judgeToken(found, verified, zone.error, account, world);
    if (token.state === "failed" || (token.state === "open" && zone.error !== undefined)) {
        checks.told("token", "failed", token.problem);
        return end("the credential does not work");
    }
    if (token.state !== "open") {
        checks[token.state]("token", token.words);
    }
    const proven = (how: string): void => {
        if (token.state === "open") {
            checks.skipped("token", `the user has no such token, but it ${how}: name its account with --account`);
        }
    };
    const unsettled = (why: string): Report => {
        if (token.state === "open") {
            checks.told("token", "failed", token.problem);
        }
        return end(why);
    };
    if (!checkZone(checks, zone, url) || zone.found === undefined) {
        return unsettled(zone.found === undefined ? "the zone is not known" : "the URL is not in the zone");
    }
    const name = zone.found.name || (zone.hint ?? "");
    if (options.deploy) {
        proven("works");
        await checkTokens(checks, { zone: zone.found, name, account }, found, client, world);
        return end("nothing came to it");
    }
    const question = { zone: zone.found, name, account, url };
    const purgedAt = await checkPurge(checks, question, found, client, world);
    if (purgedAt === undefined) {
        return unsettled("the purge was refused");
    }
    proven("purges");
    if (url === undefined && name === "") {
        return end("no host is known: give --url URL");
    }
    await checkEdge(checks, { zoneName: name, purgedAt, connectTo, ...(url === undefined ? {} : { url }) }, world);
    return end("nothing came to it");
}
