import type { Headers, LocalCloudflareOptions } from "../../../local/cloudflare";
import { CloudflareCore, MovingClock, memorySite } from "../../../local/cloudflare";

/** What most stories visit. */
export const A = "https://www.example.com/a.css";

/** An edge over files in memory, and short words for what a story needs. */
export function stage(headers: Headers = {}, options: LocalCloudflareOptions = {}) {
    const files = new Map([["/a.css", "one"]]);
    const clock = new MovingClock();
    const site = memorySite(files);
    const core = new CloudflareCore({
        clock,
        dataCentres: 1,
        tiered: false,
        origin: { site, htmlHandling: "none", headers },
        ...options,
    });
    const visit = async (url = A, more: Headers = {}, method = "GET") => {
        const got = await core.visitInProcess(url, { headers: more, method });
        return [got.cacheStatus, got.status, got.body.toString("utf8")] as const;
    };
    const states = async (...urls: string[]) => {
        const seen: unknown[] = [];
        for (const url of urls) {
            seen.push((await visit(url))[0]);
        }
        return seen;
    };
    const purge = (
        selector: Parameters<typeof core.edge.purge>[0]["selector"],
        mode: "purge" | "invalidate" = "purge",
    ) => core.edge.purge({ zoneId: core.zone.id, selector, mode });
    const fetches = () => core.origin.requests.length;
    return { files, clock, core, visit, states, purge, fetches };
}
