import { CloudflareClient } from "../cloudflare/client";
import { systemClock } from "../cloudflare/clock";
import { CloudflareError } from "../cloudflare/cloudflareError";
import { Pacer } from "../cloudflare/pacing/pacer";
import { retryLine } from "../cloudflare/retry";
import { waitUntilActive } from "../cloudflare/waitUntilActive";
import { zoneOf } from "../cloudflare/zone";
import { diagnose } from "../diagnosis/diagnose";
import type { PurgeApi } from "../purge/send";
import { httpVisit } from "../purge/visit";
import { TOKEN_SETTLES } from "../settings/limits";
import { watch } from "./abortWithEngine";
import type { Due } from "./owed";
import type { Settlement } from "./settle";
import { limitsOf, settle } from "./settle";
import type { PurgeInputs, PurgeOutputs } from "./state";
import { MADE_TOKEN_REMEDIES } from "./tokenRemedies";

export interface Payment {
    readonly outs: PurgeOutputs;
    /** Sentences for a person. */
    readonly warnings: readonly string[];
    /** Why not everything could be paid, with cause and remedy; `undefined` when all is well. */
    readonly failure?: string;
    readonly gone: Settlement["gone"];
}

/** Pays what is due with real HTTP, within the settings' deadline and while the engine lives. */
export async function pay(due: Due, news: PurgeInputs): Promise<Payment> {
    const { settings } = news;
    const guard = watch(settings.deadline);
    const log = (line: string): void => console.log(`cache-purge: ${line}`);
    try {
        const common = { clock: systemClock, random: Math.random, signal: guard.signal };
        const { rate } = settings;
        const pacer = new Pacer({ limits: limitsOf(news), ...(rate === undefined ? {} : { rate }), ...common });
        const client = new CloudflareClient({
            ...common,
            credential: { token: news.token },
            baseUrl: news.apiBaseUrl,
            timeout: settings.timeout,
            retries: settings.retries,
            ...(news.tokenOwner === "given" ? {} : { tokenSettles: TOKEN_SETTLES }),
            onRetry: (event) => {
                pacer.heed(event);
                log(retryLine(event));
            },
        });
        const api = news.tokenOwner === "given" ? client : onceVerified(client, news);
        const visit = httpVisit(settings.connectTo);
        const { outs, warnings, failure, gone } = await settle(due, news, { ...common, api, pacer, visit, log });
        const words = await explained(failure, client, news);
        return { outs, warnings, gone, ...(words === undefined ? {} : { failure: words }) };
    } finally {
        guard.stop();
    }
}

/** The token may have been made by this very `up`: the first request waits until it verifies. */
function onceVerified(client: CloudflareClient, news: PurgeInputs): PurgeApi {
    const accountId = news.tokenOwner === "account" ? { accountId: news.accountId } : {};
    let verified: Promise<unknown> | undefined;
    return {
        purge: async (zone, body, mode) => {
            verified ??= waitUntilActive(client, { ...accountId, timeout: TOKEN_SETTLES });
            await verified;
            return client.purge(zone, body, mode);
        },
    };
}

/** The failure in words; for a refusal with what a few probes found out about its cause. */
async function explained(
    failure: Settlement["failure"],
    client: CloudflareClient,
    news: PurgeInputs,
): Promise<string | undefined> {
    if (!(failure instanceof CloudflareError)) {
        return failure?.message;
    }
    const { error } = await diagnose(failure, {
        client,
        credential: { token: news.token },
        ...(news.tokenOwner === "given" ? {} : { remedies: MADE_TOKEN_REMEDIES }),
        zone: zoneOf({
            id: news.zoneId,
            name: news.zoneName,
            accountId: news.accountId,
            plan: news.zonePlan,
            status: news.zoneStatus,
        }),
    });
    return error.message;
}
