import { readFileSync } from "node:fs";
import path from "node:path";
import type { DeploymentJson } from "../../local/engine/stateFile";
import { compiledProgram } from "./programs";
import type { Site } from "./site";

const PROVIDER = require.resolve("../../components/dist/resources/provider");

/** A state that an earlier version wrote (fixtures/), with this site's places and IDs in it. */
export function storedState(name: string, { place, cloudflare }: Site): DeploymentJson {
    const text = readFileSync(path.join(__dirname, "fixtures", name), "utf8");
    const values: Record<string, string> = {
        place,
        zoneId: cloudflare.zone.id,
        accountId: cloudflare.accountId,
        api: cloudflare.apiBaseUrl.replace("/client/v4", ""),
        edge: cloudflare.edgeBaseUrl,
        provider: path.relative(compiledProgram(), PROVIDER),
    };
    return JSON.parse(text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? "")) as DeploymentJson;
}
