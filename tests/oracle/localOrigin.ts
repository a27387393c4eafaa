/** Holds the local origin against Cloudflare's own asset server. */
import { CloudflareCore, memorySite } from "../../local/cloudflare";
import type { Answer, AssetConfig, AssetServer, Tree } from "./assetServer";
import type { Pair } from "./pairs";
import { answersOf } from "./truth";

/** URLs at which the local origin answers otherwise than Cloudflare does, in words. */
export async function differencesOf(
    server: AssetServer,
    tested: readonly Pair[],
    configs: readonly AssetConfig[],
): Promise<string[]> {
    const differences: string[] = [];
    for (const pair of tested) {
        const deploys = configs.map((config) => ({ ...pair, config, planned: [] }));
        const answers = await answersOf(server, deploys);
        for (const [i, config] of configs.entries()) {
            const ask = localOrigin(pair.before, config);
            for (const [url, [expected]] of answers[i] ?? []) {
                const actual = await ask(url);
                if (actual !== expected) {
                    const site = JSON.stringify(Object.fromEntries(pair.before));
                    differences.push(`${JSON.stringify(config)} ${site} ${url}: ${actual}, and not ${expected}`);
                }
            }
        }
    }
    return differences;
}

function localOrigin(tree: Tree, { htmlHandling, notFound }: AssetConfig): (url: string) => Promise<Answer> {
    const fallback = { none: undefined, "404-page": "404.html", "single-page-application": "/index.html" }[notFound];
    const { origin } = new CloudflareCore({
        origin: {
            site: memorySite(tree),
            htmlHandling,
            encodingRedirects: true,
            ...(fallback === undefined ? {} : { fallback }),
        },
    });
    return async (target) => {
        const { status, headers, body } = await origin.handle({ method: "GET", target, headers: {} });
        const content = body.toString("utf8");
        // Without a page of its own, the server's 404 is empty, and the local one says so.
        return `${status} ${headers.location ?? (content === "Not Found\n" ? "" : content)}`;
    };
}
