import { createHash } from "node:crypto";
import type { Manifest } from "../assets/manifest";
import { decodeManifest } from "../assets/manifestText";
import { manifestsSeen } from "./inProcess";

const PACKED = /^cache-purge manifest \d+ packed\n[^\n]*\n/;
const REFERENCE = /^cache-purge manifest \d+ packed\n[^\n]*\nsha256 [0-9a-f]{64}\n$/;

/**
 * What the inputs in the state hold of a manifest. The outputs have all of it, since they are what the engine hands back
 * for the next comparison. A plain one is an input as well, for the lines of a preview's diff; a packed one has nothing to
 * show, and its digest stands for it.
 */
export function inputOf(manifest: string): string {
    const head = PACKED.exec(manifest)?.[0];
    return head === undefined || isReference(manifest)
        ? manifest
        : `${head}sha256 ${createHash("sha256").update(manifest).digest("hex")}\n`;
}

/** Whether an input stands for a manifest instead of being one. */
export function isReference(input: string): boolean {
    return REFERENCE.test(input);
}

/**
 * The manifest that an input stands for: one that this process has checked, or the one in the outputs.
 * @returns Undefined where it is neither, as in a refresh after an update that failed.
 */
export function manifestOf(input: string, stored: string | undefined): string | undefined {
    if (!isReference(input)) {
        return input;
    }
    return manifestsSeen.get(input) ?? (stored !== undefined && inputOf(stored) === input ? stored : undefined);
}

/** How many manifests stay decoded: those before and after a deploy, of two journals at once. */
const KEPT = 4;
const decoded = new Map<string, Manifest>();

/** {@link decodeManifest}, once for each text: the engine asks several times of the same one, and each journal of a site. */
export function decodedManifest(text: string): Manifest {
    const manifest = decoded.get(text) ?? decodeManifest(text);
    decoded.delete(text);
    decoded.set(text, manifest);
    for (const oldest of [...decoded.keys()].slice(0, -KEPT)) {
        decoded.delete(oldest);
    }
    return manifest;
}
