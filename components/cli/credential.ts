import { readFileSync } from "node:fs";
import type { Credential } from "../cloudflare/credential";
import { checkKey, checkToken } from "../cloudflare/credential";
import type { Problem } from "../errors/problem";
import { ProblemError, UsageError } from "../errors/problem";
import type { Io } from "./terminal";
import { readStdin } from "./terminal";

/** A credential, where it comes from, and what else was set. */
export interface FoundCredential {
    readonly credential: Credential;
    /** `CLOUDFLARE_API_TOKEN`, `--token-file`, …: never a value. */
    readonly source: string;
    /** Names of further credentials that are set and not used. */
    readonly ignored: readonly string[];
    /** What its form says against it. */
    readonly problem?: Problem;
}

/** Where to look besides the environment. */
export interface CredentialOptions {
    readonly tokenFile?: string;
    readonly tokenStdin?: boolean;
}

const MAKE =
    "Make a token at https://dash.cloudflare.com/profile/api-tokens (Zone, Cache Purge, Purge) and set it as CLOUDFLARE_API_TOKEN.";

/** Names that other tools read, or that are one letter off. */
const NEAR = ["CF_API_TOKEN", "CLOUDFLARE_TOKEN", "CLOUDFLARE_APITOKEN", "CF_TOKEN", "CF_API_KEY", "CLOUDFLARE_KEY"];

/**
 * Refuses a credential among the arguments, before anything reads them.
 *
 * @throws ProblemError, without the value.
 */
export function refuseSecrets(argv: readonly string[]): void {
    const end = argv.indexOf("--");
    const options = end < 0 ? argv : argv.slice(0, end);
    const name = options.find((arg) => /^--?(?:api-?)?(?:token|key|auth-key)(?:=|$)/i.test(arg))?.replace(/=.*$/s, "");
    if (name !== undefined) {
        throw new UsageError(
            `${name} is refused: other users of the machine can read a process's arguments, and shells and CI logs keep them.`,
            "Set CLOUDFLARE_API_TOKEN, or use --token-file FILE or --token-stdin; and roll the token if it was a real one.",
        );
    }
}

/**
 * Looks for a credential: --token-file or --token-stdin, then CLOUDFLARE_API_TOKEN, then CLOUDFLARE_API_KEY with
 * CLOUDFLARE_EMAIL. Its form is looked at and told, not judged.
 *
 * @throws ProblemError when there is none, or the file cannot be read.
 */
export async function findCredential(options: CredentialOptions, io: Io): Promise<FoundCredential> {
    const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_API_KEY: key, CLOUDFLARE_EMAIL: email } = io.env;
    const inEnv = [
        ...(isSet(token) ? ["CLOUDFLARE_API_TOKEN"] : []),
        ...(isSet(key) ? ["CLOUDFLARE_API_KEY"] : []),
        ...(isSet(key) && isSet(email) ? ["CLOUDFLARE_EMAIL"] : []),
    ];
    if (options.tokenFile !== undefined && options.tokenStdin === true) {
        throw new UsageError("--token-file and --token-stdin are both given.", "Give one of them.");
    }
    if (options.tokenFile !== undefined) {
        return found(fromFile(options.tokenFile), "--token-file", inEnv);
    }
    if (options.tokenStdin === true) {
        return found(withoutLineEnd(await readStdin(io)), "--token-stdin", inEnv);
    }
    if (isSet(token)) {
        return found(token, "CLOUDFLARE_API_TOKEN", inEnv.slice(1));
    }
    if (isSet(key)) {
        const problem = checkKey(key, email ?? "");
        const source = isSet(email) ? "CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL" : "CLOUDFLARE_API_KEY";
        const credential = { key, email: email ?? "" };
        return { credential, source, ignored: [], ...(problem === undefined ? {} : { problem }) };
    }
    throw nothing(io.env);
}

/** A sentence for the person when more than one credential is set, or the one in use is the mighty one. */
export function credentialNotes({ credential, source, ignored }: FoundCredential): string[] {
    const several =
        ignored.length === 0
            ? []
            : [`several credentials are set: ${source} is used, ${ignored.join(" and ")} ${are(ignored)} not`];
    const mighty =
        "token" in credential
            ? []
            : ["the global API key may do everything in every account: prefer a token that may only purge this zone"];
    return [...several, ...mighty];
}

/** Refuses a credential whose form shows what is wrong with it. @throws ProblemError */
export function requireGoodForm({ problem, source }: FoundCredential): void {
    if (problem !== undefined) {
        throw new ProblemError({ ...problem, cause: `${source}: ${problem.cause}` });
    }
}

function found(token: string, source: string, ignored: readonly string[]): FoundCredential {
    const problem = checkToken(token);
    return { credential: { token }, source, ignored, ...(problem === undefined ? {} : { problem }) };
}

function nothing(env: Io["env"]): ProblemError {
    const problem = (cause: string, remedy: string) => new ProblemError({ key: "no-credential", cause, remedy });
    if (env.CLOUDFLARE_API_TOKEN !== undefined) {
        return problem(
            "CLOUDFLARE_API_TOKEN is set but empty.",
            "Check that the secret exists and is passed to this job or shell.",
        );
    }
    const near = NEAR.find((name) => isSet(env[name]));
    return near === undefined
        ? problem("There is no credential: CLOUDFLARE_API_TOKEN is not set.", MAKE)
        : problem(`There is no credential: ${near} is set, but not read.`, "Set the token as CLOUDFLARE_API_TOKEN.");
}

function fromFile(file: string): string {
    try {
        return withoutLineEnd(readFileSync(file, "utf8"));
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new UsageError(
            `--token-file ${file} cannot be read (${code ?? "no reason given"}).`,
            "Name a file that holds the token's value and nothing else.",
        );
    }
}

/** A file's last line ends with a line end; the token's value does not. */
function withoutLineEnd(text: string): string {
    return text.replace(/\r?\n$/, "");
}

function isSet(value: string | undefined): value is string {
    return value !== undefined && value !== "";
}

function are(names: readonly string[]): string {
    return names.length === 1 ? "is" : "are";
}
