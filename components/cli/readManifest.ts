import { statSync } from "node:fs";
import type { Command } from "commander";
import type { Manifest } from "../assets/manifest";
import { decodeManifest, ManifestError, MOST_UNPACKED } from "../assets/manifestText";
import { ProblemError, UsageError } from "../errors/problem";
import { whole } from "../settings/rules";
import type { Io } from "./io";
import { parser } from "./options";
import { readText } from "./readText";
import type { SiteOptions } from "./siteOptions";
import { folderManifest } from "./siteOptions";

const MEGABYTE = 1024 * 1024;

/** How much a packed manifest's file may unpack to. */
export interface ManifestLimit {
    /** Megabytes. */
    readonly maxManifest?: number;
}

/** Adds that option to a command. */
export function withManifestLimit(command: Command): Command {
    return command.option(
        "--max-manifest <MB>",
        `megabytes that a packed manifest may unpack to (default: ${MOST_UNPACKED / MEGABYTE})`,
        parser(whole(1, 4095, "megabytes")),
    );
}

/**
 * A manifest from a folder, a manifest's file, the output of `pulumi stack export`, or stdin (`-`).
 *
 * @throws ProblemError with the place and what is wrong there.
 */
export async function readManifest(place: string, options: SiteOptions & ManifestLimit, io: Io): Promise<Manifest> {
    if (place !== "-" && statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) {
        return folderManifest(place, options, io);
    }
    return readManifestFile(place, options, io);
}

/** A manifest from a file or stdin, as {@link readManifest} reads it. */
export async function readManifestFile(place: string, { maxManifest }: ManifestLimit, io: Io): Promise<Manifest> {
    const most = maxManifest === undefined ? MOST_UNPACKED : maxManifest * MEGABYTE;
    return manifestOfText(place === "-" ? "stdin" : place, await textAt(place, io), most);
}

function manifestOfText(name: string, text: string, most: number): Manifest {
    try {
        return decodeManifest(text.trimStart().startsWith("{") ? manifestInExport(text, name) : text, most);
    } catch (error) {
        if (!(error instanceof ManifestError)) {
            throw error;
        }
        throw new ProblemError({
            key: "manifest",
            cause: `${name}: ${error.message}.`,
            remedy: error.newer
                ? ""
                : "Write it anew with `cache-purge manifest DIR --base-url URL`; if it is that large, raise --max-manifest.",
        });
    }
}

async function textAt(place: string, io: Io): Promise<string> {
    try {
        return await readText(place, io);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const what =
            code === "ENOENT" ? "there is no such folder or file" : code === "EISDIR" ? "it is a folder" : `${code}`;
        throw new UsageError(`${place}: ${what}.`, "Name a folder, or a file that `cache-purge manifest` wrote.");
    }
}

interface Resource {
    readonly type?: unknown;
    readonly urn?: unknown;
    readonly outputs?: { readonly manifest?: unknown };
}

/** The dynamic resource that keeps the manifest (components/resources/dynamic.ts). */
const JOURNAL = /:Journal$/;

/**
 * The manifest's text in what `pulumi stack export` printed: of the one Journal in it.
 *
 * @throws ProblemError when there is none, or more than one.
 */
function manifestInExport(text: string, name: string): string {
    let resources: readonly Resource[];
    try {
        const { deployment } = JSON.parse(text) as { deployment?: { resources?: readonly Resource[] } };
        resources = deployment?.resources ?? [];
    } catch {
        throw new UsageError(`${name} is neither a manifest nor JSON.`, "Name what `cache-purge manifest` wrote.");
    }
    const journals = resources.filter(({ type }) => typeof type === "string" && JOURNAL.test(type));
    const texts = journals.flatMap(({ outputs }) => (typeof outputs?.manifest === "string" ? [outputs.manifest] : []));
    if (texts.length === 1) {
        return texts[0] as string;
    }
    throw new UsageError(
        texts.length === 0
            ? `${name} is JSON, but no stack export with a CachePurge in it.`
            : `${name} holds ${texts.length} CachePurge components: ${journals.map(({ urn }) => String(urn)).join(", ")}.`,
        texts.length === 0
            ? "Name what `cache-purge manifest` or `pulumi stack export` wrote."
            : "Take the `manifest` of one of them out of it, and give that file.",
    );
}
