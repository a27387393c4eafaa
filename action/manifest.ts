import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Manifest } from "../components/assets/manifest";
import { manifestOf } from "../components/assets/manifest";
import { decodeManifest, encodeManifest, ManifestError } from "../components/assets/manifestText";
import type { HtmlHandling } from "../components/assets/route";
import { readStates } from "../components/cli/manifest";
import type { Io } from "../components/cli/terminal";
import type { AssetsError } from "../components/errors/problem";
import { ProblemError } from "../components/errors/problem";
import { hostOfUrl } from "../components/plan/selector";
import type { Inputs } from "./inputs";

/** Two states of a site; without `before` nothing is known of what was deployed. */
export interface Difference {
    readonly before: Manifest | undefined;
    readonly after: Manifest;
}

/** Seconds for a manifest that is read from an address. */
const TIMEOUT = 30;

/** @param say Is told what may be a mistake. */
export async function readDifference(inputs: Inputs, io: Io, say: (warning: string) => void): Promise<Difference> {
    const warn = ({ message }: AssetsError): void => say(message);
    const { from, to, manifest, baseUrls, htmlHandling, exclude } = inputs;
    const options = {
        baseUrl: baseUrls,
        ...(htmlHandling === "" ? {} : { htmlHandling: htmlHandling as HtmlHandling }),
        ...(exclude.length === 0 ? {} : { exclude }),
    };
    if (manifest === "") {
        const [before, after] = await readStates([from, to] as const, options, io, warn);
        return { before, after };
    }
    const [after] = await readStates([to] as const, options, io, warn);
    return { before: await lastManifest(manifest), after };
}

/** Of the last deploy, from a file or an address; `undefined`: there is none yet. */
async function lastManifest(place: string): Promise<Manifest | undefined> {
    const text = isAddress(place) ? await fetched(place) : keptText(place);
    try {
        return text === undefined ? undefined : decodeManifest(text);
    } catch (error) {
        if (!(error instanceof ManifestError)) {
            throw error;
        }
        const remedy = "Remove it: the next run then purges every URL of the site once.";
        throw new ProblemError({ key: "manifest", cause: `${place}: ${error.message}.`, remedy });
    }
}

function keptText(place: string): string | undefined {
    try {
        return readFileSync(place, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT") {
            return undefined;
        }
        const cause = `The manifest ${place} cannot be read: ${code === "EISDIR" ? "it is a folder" : code}.`;
        throw new ProblemError({ key: "manifest", cause, remedy: "Name a file, which the first run writes." });
    }
}

/** What earlier runs left owed, by zone; it stands beside the kept manifest. */
export interface Owed {
    readonly zone: string;
    readonly owed: unknown;
}

/** @throws ProblemError when something else is in that file. */
export function readOwed(file: string): readonly Owed[] {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "[]";
    let kept: unknown;
    try {
        kept = JSON.parse(text);
    } catch {
        kept = undefined;
    }
    if (!Array.isArray(kept) || !kept.every((one: Partial<Owed> | null) => typeof one?.zone === "string")) {
        throw new ProblemError({
            key: "manifest",
            cause: `${file} is not what this action wrote.`,
            remedy: "Remove it, and the manifest beside it: the next run then purges every URL of the site once.",
        });
    }
    return kept;
}

export function isAddress(place: string): boolean {
    return /^https?:\/\//i.test(place);
}

async function fetched(address: string): Promise<string | undefined> {
    let said: string;
    try {
        const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT * 1000) });
        if (answer.ok) {
            return await answer.text();
        }
        if (answer.status === 404 || answer.status === 410) {
            return undefined;
        }
        said = `it answers ${answer.status}`;
    } catch (error) {
        const { cause, message } = error as Error;
        said = cause instanceof Error ? cause.message : message;
    }
    const cause = `The manifest at ${address} cannot be read: ${said}.`;
    throw new ProblemError({ key: "manifest", cause, remedy: "Check the address; a 404 counts as a first deploy." });
}

/** The part of a manifest that a zone holds, in a file for the command. */
export function partFile(
    manifest: Manifest | undefined,
    isWithin: (host: string) => boolean,
    dir: string,
    name: string,
): string {
    const { sections = [], ...rest } = manifest ?? manifestOf(new Map());
    const within = sections
        .map((section) => ({ ...section, baseUrls: section.baseUrls.filter((url) => isWithin(hostOfUrl(url))) }))
        .filter(({ baseUrls }) => baseUrls.length > 0);
    const file = path.join(dir, name);
    writeFileSync(file, encodeManifest({ ...rest, sections: within }));
    return file;
}

/** Where the site of a manifest is served. */
export function baseUrlsOf(manifest: Manifest | undefined): string[] {
    return (manifest?.sections ?? []).flatMap(({ baseUrls }) => baseUrls);
}
