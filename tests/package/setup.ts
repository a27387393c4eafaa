/** What all files of these tests have in common: one tarball, and whether there is a registry. Loaded by .mocharc.json. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ENV, ROOT, say, sh } from "./npm";

let dir: string;

export async function mochaGlobalSetup(): Promise<void> {
    dir = mkdtempSync(path.join(tmpdir(), "cache-purge-tarball-"));
    const packing = ["pack", "--json", "--ignore-scripts", "--pack-destination", dir];
    const [found] = JSON.parse(await sh(path.join(ROOT, "components"), "npm", ...packing)) as { filename: string }[];
    process.env.CACHE_PURGE_TARBALL = path.join(dir, found?.filename ?? "");
    const asked = ["view", "is-odd", "version", "--fetch-retries=1", "--fetch-timeout=20000"];
    if (spawnSync("npm", asked, { env: ENV, timeout: 60_000 }).status === 0) {
        process.env.CACHE_PURGE_REGISTRY = "answers";
    } else {
        say("no npm registry answers, so nothing was installed from the tarball");
    }
}

export function mochaGlobalTeardown(): void {
    rmSync(dir, { recursive: true });
}
