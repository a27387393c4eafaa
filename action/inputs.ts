import { UsageError } from "../components/errors/problem";
import { TUNING } from "../components/settings/componentOptions";
import type { Rule } from "../components/settings/option";
import { ruleText } from "../components/settings/option";

/** What a workflow gives the action; lists are one a line. */
export interface Inputs {
    readonly zones: readonly string[];
    /** What the command reads its credential from. */
    readonly credential: Readonly<Record<string, string>>;
    /** Where it is from, in the words of a workflow, and what messages call it. */
    readonly credentialFrom: string;
    readonly urls: readonly string[];
    readonly prefixes: readonly string[];
    readonly hosts: readonly string[];
    readonly tags: readonly string[];
    readonly from: string;
    readonly to: string;
    readonly manifest: string;
    readonly baseUrls: readonly string[];
    readonly htmlHandling: string;
    readonly exclude: readonly string[];
    readonly originReady: boolean;
    readonly verify: boolean;
    readonly rebound: string;
    readonly connectTo: readonly string[];
    readonly customHostnames: boolean;
    readonly dryRun: boolean;
    readonly onFailure: "fail" | "warn";
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the inputs as the runner hands them over: `INPUT_` and the name in capitals.
 *
 * @throws UsageError in the words of a workflow.
 */
export function readInputs(env: Env): Inputs {
    const text = (name: string): string => (env[`INPUT_${name.toUpperCase().replaceAll(" ", "_")}`] ?? "").trim();
    const list = (name: string): string[] => {
        const lines = text(name).split(/\r?\n/);
        return lines.map((line) => line.trim()).filter((line) => line !== "");
    };
    const flag = (name: string, otherwise: boolean): boolean => {
        const value = text(name).toLowerCase();
        if (value !== "" && value !== "true" && value !== "false") {
            throw new UsageError(`The input ${name} is "${text(name)}".`, "Write true or false.");
        }
        return value === "" ? otherwise : value === "true";
    };
    const zones = list("zone");
    if (zones.length === 0) {
        throw new UsageError("The input zone is missing.", "Give the zone's name, such as example.com, or its ID.");
    }
    const onFailure = text("on-failure") || "fail";
    if (onFailure !== "fail" && onFailure !== "warn") {
        throw new UsageError(`The input on-failure is "${onFailure}".`, "Write fail or warn.");
    }
    const inputs = {
        zones,
        ...credentialOf(text, env),
        urls: list("URLs"),
        prefixes: list("prefixes"),
        hosts: list("hosts"),
        tags: list("tags"),
        from: text("from"),
        to: text("to"),
        manifest: text("manifest"),
        baseUrls: list("base-urls"),
        htmlHandling: text("html-handling"),
        exclude: list("exclude"),
        originReady: flag("origin-ready", false),
        verify: flag("verify", true),
        rebound: checked("rebound", TUNING.rebound.rule, [text("rebound")])[0] ?? "",
        connectTo: checked("connect-to", TUNING.connectTo.rule, list("connect-to")),
        customHostnames: flag("custom-hostnames", false),
        dryRun: flag("dry-run", false),
        onFailure,
    } as const;
    checkTogether(inputs);
    return inputs;
}

/** Texts that an option reads. @throws UsageError for one that it does not. */
function checked<T>(name: string, rule: Rule<T>, texts: readonly string[]): readonly string[] {
    for (const text of texts) {
        if (text !== "" && rule.read?.(text, undefined) === undefined) {
            throw new UsageError(`The input ${name} is "${text}".`, `Write ${rule.write ?? ruleText(rule)}.`);
        }
    }
    return texts;
}

function credentialOf(text: (name: string) => string, env: Env): Pick<Inputs, "credential" | "credentialFrom"> {
    const [token, email, key] = [text("api_token"), text("email"), text("global_token")];
    if (token !== "") {
        return {
            credential: { CLOUDFLARE_API_TOKEN: token },
            credentialFrom: "the input api_token (CLOUDFLARE_API_TOKEN)",
        };
    }
    if (email !== "" && key !== "") {
        return {
            credential: { CLOUDFLARE_EMAIL: email, CLOUDFLARE_API_KEY: key },
            credentialFrom: "the inputs email (CLOUDFLARE_EMAIL) and global_token (CLOUDFLARE_API_KEY)",
        };
    }
    const { CLOUDFLARE_API_TOKEN: set = "" } = env;
    if (set !== "") {
        return { credential: { CLOUDFLARE_API_TOKEN: set }, credentialFrom: "CLOUDFLARE_API_TOKEN of the job" };
    }
    throw new UsageError(
        email !== "" || key !== ""
            ? `The input ${email === "" ? "email" : "global_token"} is missing: these two go together.`
            : "The input api_token is missing, or the secret that it names is empty.",
        "Give it from a secret. In a pull request from a fork there are no secrets.",
    );
}

function checkTogether({
    urls,
    prefixes,
    hosts,
    tags,
    from,
    to,
    manifest,
    baseUrls,
    exclude,
}: Omit<Inputs, "credential">): void {
    const isTargets = urls.length + prefixes.length + hosts.length + tags.length > 0;
    // What belongs to a difference means one, so that an empty variable in `to` does not purge everything.
    const isAbout = !isTargets && baseUrls.length + exclude.length > 0;
    const isDifference = from !== "" || to !== "" || manifest !== "" || isAbout;
    if (isTargets && isDifference) {
        throw new UsageError(
            "URLs, prefixes, hosts or tags are given besides from, to or manifest.",
            "Use the action twice, or leave one of them out.",
        );
    }
    if (isDifference && to === "") {
        throw new UsageError(
            "The input to is missing: a difference has two sides.",
            "Give the folder that is deployed.",
        );
    }
    if (isDifference && (from === "") === (manifest === "")) {
        throw new UsageError(
            from === "" ? "Nothing says what was deployed before." : "The inputs from and manifest are both given.",
            "Give from, or manifest: one of them.",
        );
    }
    if (isDifference && baseUrls.length === 0) {
        throw new UsageError(
            "The input base-urls is missing.",
            "Give https://www.example.com, or wherever the folder is served.",
        );
    }
}
