import { Command } from "commander";
import { isRedirectDigest } from "../assets/hash";
import type { Manifest } from "../assets/manifest";
import { isMark } from "../assets/marks";
import { UsageError } from "../errors/problem";
import { counted } from "../errors/text";
import { originsOf, variantsOf } from "../plan/headers";
import { evenSample } from "../plan/samples";
import type { Checked, Target } from "../purge/verify";
import { variantOf, verify } from "../purge/verify";
import { httpVisit } from "../purge/visit";
import { lookProblem } from "../purge/words";
import { CHECK, JOURNAL, TUNING } from "../settings/componentOptions";
import { pick } from "../settings/option";
import type { ManifestLimit, SiteOptions } from "./manifest";
import { folderManifest, readManifestFile, withManifestLimit, withSiteOptions } from "./manifest";
import { parser, sampleSize, withOptions } from "./options";
import { EXIT } from "./problem";
import type { Done, Io, Terminal } from "./terminal";
import { jsonText, terminal } from "./terminal";

interface Options extends SiteOptions, ManifestLimit {
    readonly dir?: string;
    readonly manifest?: string;
    readonly sample?: number;
    readonly wait?: number;
    readonly connectTo?: Readonly<Record<string, string>>;
    readonly crossOrigin?: readonly string[];
    readonly json?: boolean;
}

/** What `verify --json` prints. */
export interface VerifyJson {
    readonly verified: number;
    readonly stale: readonly Finding[];
    readonly unverifiable: readonly Omit<Finding, "remedy">[];
    /** URLs of the manifest that hold content, with each origin: what could have been looked at. */
    readonly urls: number;
}

interface Finding {
    readonly url: string;
    /** Whose pages load it: it was asked for with this `Origin` header. */
    readonly origin?: string;
    readonly reason: string;
    readonly remedy?: string;
}

/** URLs that are asked for at once. */
const AT_ONCE = 10;
const SAMPLE = 100;
/** URLs that are named one by one. */
const NAMED = 20;

/** `cache-purge verify`: does the edge serve these bytes? No token. */
export function verifyCommand(io: Io, done: Done, root: Command): Command {
    const command = new Command("verify")
        .description("Compare what the edge serves with the bytes of a folder. Needs no token.")
        .option("--dir <dir>", "the folder that was deployed")
        .option("--manifest <file>", "its manifest instead; - for stdin");
    withManifestLimit(command);
    withSiteOptions(command)
        .optionsGroup("How to check:")
        .option("--sample <n>", `URLs to check, or all (default: ${SAMPLE}, spread over the site)`, sampleSize)
        .option("--wait <seconds>", "check again until nothing is stale (default: 0)", parser(CHECK.timeout.rule));
    return withOptions(command, { ...pick(JOURNAL, "crossOrigins"), ...pick(TUNING, "connectTo") })
        .optionsGroup("Output:")
        .option("--json", "print JSON: verified, stale, unverifiable, urls")
        .addHelpText("after", EXAMPLES)
        .action(async (options: Options) => {
            const screen = terminal(io, { ...root.opts(), ...options });
            const manifest = await manifestOf(options, io);
            const result = await checkSample(manifest, options, io);
            report(result, options, screen);
            done(result.stale.length > 0 || result.verified === 0 ? EXIT.failed : EXIT.ok);
        });
}

const EXAMPLES = `
Exits with 1 when anything is stale, or when nothing could be verified. Behind a login, not proxied, rewritten on its
way: such URLs are counted as unverifiable, which is no failure by itself.

Examples:
  $ cache-purge verify --dir dist --base-url https://www.example.com
  $ cache-purge verify --dir dist --base-url https://www.example.com --sample all --json
  $ cache-purge verify --manifest deployed.manifest --connect-to www.example.com=203.0.113.7:443`;

async function manifestOf(options: Options, io: Io): Promise<Manifest> {
    const { dir, manifest } = options;
    if ((dir === undefined) === (manifest === undefined)) {
        throw new UsageError(
            dir === undefined ? "--dir is missing." : "--dir and --manifest are both given.",
            "Give --dir DIR with --base-url URL, or --manifest FILE.",
        );
    }
    return dir === undefined ? readManifestFile(manifest as string, options, io) : folderManifest(dir, options, io);
}

/** Looks at a sample in small groups: what a few visitors would do. */
async function checkSample(manifest: Manifest, options: Options, io: Io): Promise<VerifyJson> {
    const { clock, random, signal } = io;
    const variants = variantsOf({ crossOrigins: options.crossOrigin });
    const all = contents(manifest).flatMap((target) => [
        target,
        ...originsOf(target.url, variants).map((from) => ({ ...target, origin: from })),
    ]);
    const deps = { visit: httpVisit(options.connectTo), clock, random, ...(signal === undefined ? {} : { signal }) };
    const checked: Checked[] = [];
    const chosen = evenSample(all, options.sample ?? SAMPLE);
    for (let i = 0; i < chosen.length && signal?.aborted !== true; i += AT_ONCE) {
        checked.push(...(await verify(chosen.slice(i, i + AT_ONCE), options.wait ?? 0, deps)));
    }
    const told = (state: Checked["state"]) => checked.filter((one) => one.state === state).map(finding);
    return {
        verified: checked.filter(({ state }) => state === "verified").length,
        stale: told("stale"),
        unverifiable: told("unverifiable").map(({ remedy: _, ...found }) => found),
        urls: all.length,
    };
}

function finding({ url, origin, look }: Checked): Finding {
    const { cause: reason, remedy } = lookProblem(look) ?? { cause: "" };
    return { url, ...(origin === undefined ? {} : { origin }), reason, ...(remedy === undefined ? {} : { remedy }) };
}

/** Every URL that answers with content: a redirect has no bytes to compare, and a fallback's mark is no URL. */
function contents(manifest: Manifest): Target[] {
    return manifest.sections.flatMap(({ baseUrls, paths, digests }) =>
        baseUrls.flatMap((origin) =>
            paths.flatMap((path, i) => {
                const digest = digests[i] as string;
                return isMark(path) || isRedirectDigest(digest) ? [] : [{ url: origin + path, expected: digest }];
            }),
        ),
    );
}

function report(result: VerifyJson, options: Options, screen: Terminal): void {
    const { verified, stale, unverifiable, urls } = result;
    if (options.json) {
        screen.data(jsonText(result));
    } else {
        for (const { reason, ...found } of stale.slice(0, NAMED)) {
            screen.out(`${screen.paint.bad("stale")}  ${variantOf(found)}  ${reason}`);
        }
        for (const { reason, ...found } of unverifiable.slice(0, NAMED)) {
            screen.out(`${screen.paint.warn("unverifiable")}  ${variantOf(found)}  ${reason}`);
        }
        const looked = verified + stale.length + unverifiable.length;
        screen.out(
            `${verified} verified, ${stale.length} stale, ${unverifiable.length} unverifiable ` +
                `(${looked} of ${counted(urls, "URL")} looked at)`,
        );
    }
    const remedies = new Set(stale.flatMap(({ remedy }) => remedy ?? []));
    for (const remedy of remedies) {
        screen.note(remedy);
    }
    if (verified === 0 && stale.length === 0) {
        screen.note(
            "error: nothing could be verified. See the reasons; --connect-to names another address, --html-handling other paths.",
        );
    }
}
