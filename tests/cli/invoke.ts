import { run } from "../../components/cli/run";
import type { Clock } from "../../components/cloudflare/clock";
import type { LocalCloudflare } from "../../local/cloudflare";
import { CACHE_PURGE, ZONE_READ } from "../../local/cloudflare";
import { MovingClock } from "../../local/cloudflare/clock";

/** What a command line came to. */
export interface Ran {
    readonly code: number;
    readonly out: string;
    readonly err: string;
}

export interface Around {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly clock?: Clock;
    readonly signal?: AbortSignal;
    /** Whether both streams are a terminal of 80 columns. */
    readonly tty?: boolean;
    /** Its width, where it is another. */
    readonly columns?: number;
}

/** Runs a command line in this process. Time passes by itself: every wait is over at once. */
export async function invoke(argv: readonly string[], around: Around = {}): Promise<Ran> {
    const { env = {}, stdin = "", clock = new MovingClock(Date.now(), { auto: true }), signal } = around;
    const { tty, columns = 80 } = around;
    const written = { out: "", err: "" };
    const sink = (name: "out" | "err") => ({
        write: (text: string) => {
            written[name] += text;
        },
        ...(tty ? { isTTY: true, columns } : {}),
    });
    // Queries that no cache has seen must differ from each other, and be the same in every run.
    let seed = 1;
    const code = await run(argv, {
        env,
        stdout: sink("out"),
        stderr: sink("err"),
        stdin: (async function* () {
            yield stdin;
        })(),
        clock,
        random: () => {
            seed = (seed * 48271) % 2147483647;
            return seed / 2147483647;
        },
        ...(signal === undefined ? {} : { signal }),
    });
    return { code, ...written };
}

/** Environment and arguments that lead to a local Cloudflare with a token for it. */
export function at(local: LocalCloudflare, token?: string): { env: Record<string, string>; edge: string[] } {
    return {
        env: {
            CLOUDFLARE_BASE_URL: local.apiBaseUrl,
            ...(token === undefined ? {} : { CLOUDFLARE_API_TOKEN: token }),
        },
        edge: ["--connect-to", `*=${local.edgeBaseUrl}`],
    };
}

/** A token that may purge the local zone and read it. */
export function readingPurger(local: LocalCloudflare): string {
    const resources = { [`com.cloudflare.api.account.zone.${local.zone.id}`]: "*" };
    return local.createToken({ policies: [{ groups: [CACHE_PURGE, ZONE_READ], resources }] }).value;
}

/** `cache-purge purge` at a local Cloudflare. */
export function purgeAt(local: LocalCloudflare, token: string, argv: readonly string[], around: Around = {}) {
    const { env, edge } = at(local, token);
    return invoke(["purge", ...argv, ...edge], { ...around, env: { ...env, ...around.env } });
}
