import type { Command } from "commander";
import { resolveBaseUrl } from "../cloudflare/baseUrl";
import { CloudflareClient } from "../cloudflare/client";
import type { RetryEvent } from "../cloudflare/retry";
import { pick } from "../settings/check";
import { TUNING } from "../settings/componentOptions";
import type { Given } from "../settings/option";
import type { CredentialOptions, FoundCredential } from "./credential";
import { credentialNotes, findCredential, requireGoodForm } from "./credential";
import type { Io } from "./io";
import { withOptions } from "./options";
import type { Terminal } from "./terminal";

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
