/** What a program of another language gives a component, and the same as the args of a TypeScript program. */
import * as pulumi from "@pulumi/pulumi";
import type { SiteAssetsOptions } from "../assets/siteAssets";
import { assetsFromDigests, siteAssets } from "../assets/siteAssets";
import type { Assets, CachePurgeArgs } from "../component/args";
import type { WrongArg } from "../component/checkArgs";
import { outsideArgs, problemOf, tokenProblem, wrongTriggers } from "../component/checkArgs";
import { isOpen } from "../component/programError";
import type { PurgeTokenOptions } from "../component/purgeToken";
import { triggerValues } from "../component/triggers";
import type { ProgramWords } from "../component/zoneWords";
import { AssetsError, problemText } from "../errors/problem";
import { COMPONENT, TOKEN } from "../settings/componentOptions";
import type { Options } from "../settings/option";
import { wrongOptions } from "../settings/option";
import { ANY_LANGUAGE } from "../settings/pluginOptions";
import { SITE } from "../settings/siteOptions";

/** Inputs of a component as `construct` is given them. Each may be an output, of whatever type it is. */
export interface Given {
    /** As they came: with the resources that they depend on, and whether they are secrets. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** The values of those that are known: in a preview not all of them may be. */
    readonly plain: Readonly<Record<string, unknown>>;
    /** Those that are secrets, or hold one. */
    readonly secrets: ReadonlySet<string>;
}

/** An input that is null was not given: that is how some languages leave one out. */
export async function given(inputs: pulumi.Inputs): Promise<Given> {
    const resolved = await Promise.all(
        Object.entries(inputs).map(async ([name, input]) => {
            const output = pulumi.output(input) as unknown as {
                readonly isKnown: Promise<boolean>;
                readonly isSecret: Promise<boolean>;
                promise(): Promise<unknown>;
            };
            const [value, isKnown, isSecret] = await Promise.all([output.promise(), output.isKnown, output.isSecret]);
            return { name, input, value, isKnown, isSecret };
        }),
    );
    const present = resolved.filter(({ value, isKnown }) => !isKnown || (value !== undefined && value !== null));
    return {
        inputs: Object.fromEntries(present.map(({ name, input }) => [name, input])),
        plain: Object.fromEntries(present.flatMap(({ name, value, isKnown }) => (isKnown ? [[name, value]] : []))),
        secrets: new Set(present.filter(({ isSecret }) => isSecret).map(({ name }) => name)),
    };
}

/** Those of some names. */
export function some(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/** Whether each of some inputs that was given is known. */
export function areKnown({ inputs, plain }: Given, ...names: readonly string[]): boolean {
    return names.every((name) => !(name in inputs) || name in plain);
}

/** An output that this preview does not know, since it depends on what it does not know. */
export function unknown<T>(inputs: unknown): pulumi.Output<T> {
    return (pulumi.output(inputs) as pulumi.Output<unknown>).apply((): T => {
        throw new Error("all of it is known");
    });
}

/** What becomes of an input once it is known. */
function once<T>(input: unknown, become: (value: unknown) => T): pulumi.Input<T> {
    return holdsOutput(input) ? (pulumi.output(input) as pulumi.Output<unknown>).apply(become) : become(input);
}

/** Whether a value is an output, or has one inside. */
function holdsOutput(value: unknown): boolean {
    return isOpen(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsOutput));
}

const ASSETS = ["dir", "digests", ...Object.keys(SITE)];

/** Inputs that become part of the journal, which the state keeps in clear. */
const IN_CLEAR = [...ASSETS, "targets", "always", "headers", "crossOrigins"];

/** Inputs whose value is written in another way than in a TypeScript program. */
const REWRITTEN: Readonly<Record<string, (value: unknown) => unknown>> = {
    targets: targetsOf,
    rebound: (value) => offOr(value, ({ seconds }) => seconds),
    originReady: (value) => offOr(value, ({ enabled: _, ...check }) => check),
    verify: (value) => offOr(value, ({ enabled: _, ...check }) => check),
};

/** The args for some inputs, and the same with the values that are known, for the checks. */
export function argsOf(from: Given): { args: CachePurgeArgs; known: CachePurgeArgs } {
    const { plain } = from;
    const assets = assetsOf(from);
    const of = (values: Given["inputs"], read: (value: unknown, become: (v: unknown) => unknown) => unknown) => {
        const options = Object.entries(some(values, Object.keys(COMPONENT))).map(([name, value]) => {
            const become = REWRITTEN[name];
            return [name, become === undefined ? value : read(value, become)];
        });
        const zone = zoneOf(from);
        const token = "token" in values ? {} : { token: tokenOptions(from) };
        const hostnames = plain.customHostnames === true ? { customHostnames: true } : {};
        return {
            ...Object.fromEntries(options),
            ...hostnames,
            ...token,
            ...(zone === undefined ? {} : { zone }),
            ...assets,
        };
    };
    return {
        args: of(from.inputs, once),
        known: of(from.plain, (value, become) => become(value)),
    };
}

/** What is wrong with some inputs, as far as they are known: the properties, each with a sentence. */
export function wrongInputs({ inputs, plain }: Given, table: Options): WrongArg[] {
    const names = Object.keys(inputs).filter((name) => !(name in plain));
    const open = wrongOptions(table, Object.fromEntries(names.map((name) => [name, undefined])));
    return [...wrongOptions(table, plain), ...open];
}

/** What is wrong with inputs of a Site together, each of them being right. */
export function wrongTogether({ inputs, plain, secrets }: Given): WrongArg | undefined {
    const has = (name: string): boolean => name in inputs;
    const wrong = (property: string, reason: string): WrongArg => ({ property, reason });
    if (typeof plain.token === "string") {
        const problem = tokenProblem(plain.token);
        if (problem !== undefined) {
            return wrong("token", problemText(problem));
        }
    }
    const open = IN_CLEAR.find((name) => secrets.has(name));
    if (open !== undefined) {
        const why = "what is in it would stand in the journal and in messages in clear";
        return wrong(
            open,
            `${open} is a secret, and ${why}: give it as a plain value if nothing in it is one, else leave it out`,
        );
    }
    if (plain.triggers !== undefined) {
        const problem = problemOf(() => triggerValues(plain.triggers));
        if (problem !== undefined) {
            return wrong("triggers", problem);
        }
    }
    if (has("dir") && has("digests")) {
        return wrong("digests", "digests is set besides dir: one of them says what is deployed");
    }
    if (has("zone") && has("zoneId")) {
        return wrong("zoneId", "zoneId is set besides zone: one is enough, and the name is safer");
    }
    if (has("accountId") && !has("zone") && !has("zoneId")) {
        return wrong("accountId", "accountId needs zone: give the zone of that account");
    }
    if (has("token") && has("tokenOptions")) {
        return wrong(
            "tokenOptions",
            "tokenOptions is set besides token: it says how to make a token, and one is given",
        );
    }
    const isDeployed = has("dir") || has("digests");
    if (!isDeployed && !has("triggers")) {
        return wrong(
            "dir",
            'dir is missing: give the folder that is deployed, such as "./dist", or triggers with targets',
        );
    }
    if (isDeployed && !has("baseUrls")) {
        return wrong("baseUrls", 'baseUrls is missing: say where visitors find the files: ["https://www.example.com"]');
    }
    const unpaired = wrongTriggers((name) => (name === "assets" ? isDeployed : has(name)), plain.triggers);
    if (unpaired !== undefined) {
        return unpaired;
    }
    if (has("customHostnames") && !has("zone") && !has("zoneId")) {
        return wrong("customHostnames", "customHostnames needs zone: give the zone that they belong to");
    }
    return has("zone") || has("zoneId") || has("baseUrls")
        ? undefined
        : wrong(
              "zone",
              'zone is missing, and there are no baseUrls to infer it from: give the zone\'s name, such as "example.com"',
          );
}

/** Hosts outside the zone, as far as they are known. */
export function wrongHosts(known: CachePurgeArgs): WrongArg | undefined {
    const wrong = outsideArgs(known, WORDS);
    const isById = typeof known.zone === "object" && "id" in known.zone;
    return wrong?.property === "zone" && isById ? { ...wrong, property: "zoneId" } : wrong;
}

/** @returns `undefined`: not written, or not known. */
export function zoneOf({ plain: { zone, zoneId, accountId } }: Given): KnownZone {
    if (typeof zoneId === "string") {
        return { id: zoneId };
    }
    return typeof zone !== "string" || typeof accountId !== "string"
        ? (zone as string | undefined)
        : { name: zone, accountId };
}

type KnownZone = string | { id: string } | { name: string; accountId: string } | undefined;

/** How to make a token. What is not known yet is so for each of its options. */
function tokenOptions({ inputs, plain }: Given): PurgeTokenOptions {
    const known = plain.tokenOptions as PurgeTokenOptions | undefined;
    if (!holdsOutput(inputs.tokenOptions)) {
        return known ?? {};
    }
    const { owner: _, ...options } = known ?? TOKEN;
    const later = pulumi.output(inputs.tokenOptions) as pulumi.Output<Record<string, string>>;
    const each = Object.keys(options).map((name) => [name, later.apply((values) => values[name])]);
    return { ...Object.fromEntries(each), ...(known?.owner === undefined ? {} : { owner: known.owner }) };
}

function assetsOf(from: Given): { assets?: Assets } {
    const { inputs, plain } = from;
    if (!("dir" in inputs) && !("digests" in inputs)) {
        return {};
    }
    const parts = some(inputs, ASSETS);
    if (!areKnown(from, ...ASSETS)) {
        const baseUrls = (plain.baseUrls ?? []) as string[];
        return { assets: { baseUrls, manifest: unknown(parts) } };
    }
    const { dir, digests, ...options } = some(plain, ASSETS);
    const { baseUrls, manifest, ...others } =
        dir === undefined
            ? assetsFromDigests(digests as Record<string, string>, options as unknown as SiteAssetsOptions)
            : siteAssets(dir as string, options as unknown as SiteAssetsOptions);
    // Where it depends on resources, so do those that take it.
    return { assets: { ...others, baseUrls, manifest: holdsOutput(parts) ? once(parts, () => manifest) : manifest } };
}

/** The property that an error of the assets is about. */
export function wrongAssets(error: unknown): WrongArg | undefined {
    if (!(error instanceof AssetsError)) {
        return undefined;
    }
    const { option, message } = error;
    return { property: option.replace(/\..*$/, "") in ANY_LANGUAGE ? option : "dir", reason: message };
}

function targetsOf(value: unknown): unknown {
    const { everything, ...targets } = value as { everything?: unknown };
    return everything === true ? "everything" : targets;
}

/** `false` for what is switched off. */
function offOr(value: unknown, on: (value: Record<string, unknown>) => unknown): unknown {
    const fields = value as Record<string, unknown>;
    return fields.enabled === false ? false : on(fields);
}

/** How programs in any language name zones and components: by their options, whatever the syntax around them. */
export const WORDS: ProgramWords = {
    token: "the provider's token",
    zone: (name) => `zone: "${name}"`,
    notFound: "Check the spelling, and that the token has Zone → Zone → Read for it; or give zoneId.",
    byId: (id) => (id === undefined ? "zoneId" : `zoneId: "${id}"`),
    account: "Give accountId",
    givenToken: "token, a secret of the stack's config",
    component: (name, zone, baseUrls) =>
        `  ${name}: a Site with ${zone === undefined ? "" : `zone: "${zone}", `}baseUrls: ${JSON.stringify(baseUrls)}`,
    ambiguous: (zones) => {
        const choices = zones.map(({ accountId, status }) => `  accountId: "${accountId}"  (${status})`);
        return `Say which account's, one of:\n${choices.join("\n")}`;
    },
};
