import type { Command } from "commander";
import { resolveBaseUrl } from "../cloudflare/baseUrl";
import { CloudflareClient } from "../cloudflare/client";
import type { Clock } from "../cloudflare/clock";
import { CloudflareError } from "../cloudflare/cloudflareError";
import type { RetryEvent } from "../cloudflare/retry";
import type { Zone } from "../cloudflare/zone";
import { isZoneId, isZoneName, zoneCandidates, zoneName, zoneOf } from "../cloudflare/zone";
import { diagnose } from "../diagnosis/diagnose";
import { isAuth } from "../diagnosis/probes";
import type { LookUpWords } from "../diagnosis/zoneProblems";
import { ambiguousZone, noZone, similarZone } from "../diagnosis/zoneProblems";
import { ProblemError, UsageError } from "../errors/problem";
import { TUNING } from "../settings/componentOptions";
import type { Given } from "../settings/option";
import { pick } from "../settings/option";
import type { CredentialOptions, FoundCredential } from "./credential";
import { credentialNotes, findCredential, requireGoodForm } from "./credential";
import { withOptions } from "./options";
import type { Io, Terminal } from "./terminal";

const REQUESTS = pick(TUNING, "timeout", "retries");

/** Options of every command that speaks to the API. */
export interface ApiOptions extends CredentialOptions, Given<typeof REQUESTS> {
    readonly apiBaseUrl?: string;
    readonly account?: string;
}

/** Adds those options to a command. */
export function withApiOptions(command: Command): Command {
    command
        .optionsGroup("The API and its credential (else CLOUDFLARE_API_TOKEN):")
        .option("--account <id>", "the account of the zone, when two have its name (default: CLOUDFLARE_ACCOUNT_ID)")
        .option("--token-file <file>", "read the API token from a file")
        .option("--token-stdin", "read the API token from stdin")
        .option("--api-base-url <url>", "where the API is (default: CLOUDFLARE_BASE_URL, else Cloudflare's own)");
    return withOptions(command, REQUESTS);
}

/** The account that the options or the environment name. */
export function accountOf(options: ApiOptions, io: Io): string | undefined {
    const given = options.account ?? io.env.CLOUDFLARE_ACCOUNT_ID;
    return given === undefined || given === "" ? undefined : given.trim();
}

/** Where the API is. @throws UsageError for what is not a URL. */
export function baseUrlOf(options: ApiOptions, io: Io): string {
    return resolveBaseUrl(options.apiBaseUrl, io.env, "--api-base-url");
}

/** A client with a credential that has been found. */
export function clientOf(
    found: FoundCredential,
    options: ApiOptions,
    io: Io,
    more: { signal?: AbortSignal; onRetry?: (event: RetryEvent) => void } = {},
): CloudflareClient {
    const { clock, random } = io;
    const signal = more.signal ?? io.signal;
    return new CloudflareClient({
        credential: found.credential,
        baseUrl: baseUrlOf(options, io),
        clock,
        random,
        ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
        ...(options.retries === undefined ? {} : { retries: options.retries }),
        ...(signal === undefined ? {} : { signal }),
        ...(more.onRetry === undefined ? {} : { onRetry: more.onRetry }),
    });
}

/** Finds the credential, says which one is used where that is a question, and refuses one of a wrong form. */
export async function credentialFor(options: ApiOptions, io: Io, screen: Terminal): Promise<FoundCredential> {
    const found = await findCredential(options, io);
    requireGoodForm(found);
    for (const note of credentialNotes(found)) {
        screen.warn(note);
    }
    return found;
}

/** How a command line names zones. */
const WORDS: LookUpWords = {
    token: "this token",
    zone: (name) => `--zone ${name}`,
    notFound:
        "Give the zone's ID instead (on its overview page); or add Zone → Zone → Read to the token; or check the spelling.",
    ambiguous: ([zone]) => `Say which account's, such as --account ${zone?.accountId}.`,
};

/**
 * The name in what was given as a zone, as people write it: in capitals, as a URL, with a dot at its end. Empty: an ID was
 * given.
 *
 * @throws ProblemError for what is neither.
 */
export function nameIn(given: string): string {
    if (given.trim() === "") {
        throw new UsageError("--zone is empty.", "Give the zone's name, such as --zone example.com.");
    }
    if (isZoneId(given.trim())) {
        return "";
    }
    if (!isZoneName(given)) {
        throw new ProblemError({
            key: "wrong-zone-id",
            cause: `--zone "${given.slice(0, 64)}" is neither a zone's name nor a zone ID, which has 32 hexadecimal digits.`,
            remedy: "Give the zone's name, such as --zone example.com.",
        });
    }
    return zoneName(given);
}

/**
 * Looks a zone up by its name, or by its ID. A zone that was given by ID need not be readable: a token that may only
 * purge cannot read its zone, and works. Such a zone has no name.
 *
 * @throws ProblemError when the name brings no zone or several; CloudflareError when the API cannot be asked.
 */
export async function findZone(client: CloudflareClient, given: string, accountId?: string): Promise<Zone> {
    const name = nameIn(given);
    if (name === "") {
        return byId(client, given.trim().toLowerCase());
    }
    const zones = await client.zones({ name, ...(accountId === undefined ? {} : { accountId }) });
    const [zone, ...others] = zones;
    if (zone === undefined) {
        const meant = (await zoneOfHost(client, name)) ?? similarZone(name, await client.zones());
        throw new ProblemError(noZone(name, WORDS, accountId, meant));
    }
    if (others.length > 0) {
        throw new ProblemError(ambiguousZone(zones, WORDS));
    }
    return zone;
}

/** {@link findZone}, with the reason why the credential was refused where it was. */
export async function zoneFor(
    client: CloudflareClient,
    given: string,
    { credential, ignored }: FoundCredential,
    accountId: string | undefined,
    clock: Clock,
): Promise<Zone> {
    try {
        return await findZone(client, given, accountId);
    } catch (error) {
        if (!(error instanceof CloudflareError)) {
            throw error;
        }
        const zone = zoneOf({ id: "", accountId: accountId ?? "" });
        throw (await diagnose(error, { client, credential, zone, ignored, clock })).error;
    }
}

async function byId(client: CloudflareClient, id: string): Promise<Zone> {
    try {
        return await client.zone(id);
    } catch (error) {
        const refusal = CloudflareError.from(error, `look-up of zone ${id}`);
        if (!isAuth(refusal)) {
            throw refusal;
        }
        return zoneOf({ id });
    }
}

/** The zone that holds a host, when the credential can read it. */
export async function zoneOfHost(client: CloudflareClient, host: string): Promise<Zone | undefined> {
    for (const name of zoneCandidates([host])) {
        const [zone] = await client.zones({ name });
        if (zone !== undefined) {
            return zone;
        }
    }
    return undefined;
}
