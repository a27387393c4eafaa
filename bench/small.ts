/** What programs and providers do in one process, by tinybench. */
import assert from "node:assert/strict";
import { Bench } from "tinybench";
import { digestOf } from "../components/assets/hash";
import { decodeManifest, encodeManifest } from "../components/assets/manifestText";
import { assetsFromDigests } from "../components/assets/siteAssets";
import { redactor } from "../components/cloudflare/redact";
import { batches } from "../components/plan/batches";
import { plan } from "../components/plan/plan";
import { planLimits } from "../components/settings/limits";
import type { Row } from "./row";
import { rowOf } from "./row";

const BASE = { baseUrls: ["https://www.example.com"] };
const LIMITS = planLimits("free");

export async function small(files: number): Promise<Row[]> {
    const names = Array.from({ length: files }, (_, i) => `assets/${i % 10}/section-${i % 997}/chunk-${i}`);
    const digests = (extension: string, other: string) =>
        Object.fromEntries(names.map((name, i) => [`${name}.${extension}`, digestOf(i % 100 === 7 ? other : name)]));
    const [scripts, changed, pages] = [digests("js", "1"), digests("js", "2"), digests("html", "1")];
    const [before, after] = [scripts, changed].map((known) => assetsFromDigests(known, BASE).manifest);
    assert.ok(before !== undefined && after !== undefined);
    const text = encodeManifest(before);
    const planned = plan(before, after);
    assert.equal(planned.counts.changed, Math.ceil((files - 7) / 100));
    assert.deepEqual(decodeManifest(text), before);
    assert.equal(
        batches(planned.selectors, LIMITS).length,
        Math.ceil(planned.selectors.length / LIMITS.urlsPerRequest),
    );
    const redact = redactor({ token: "a-token-of-forty-characters-0123456789abc" });
    const line = "cache-purge: purge 10 URLs (10 changed) in 1 request at https://api.cloudflare.com/client/v4/zones";
    assert.equal(redact(line), line);
    const bench = new Bench({ time: 400, iterations: 10, warmupTime: 100, warmupIterations: 2, retainSamples: true })
        .add(`URLs of ${files} files`, () => assetsFromDigests(scripts, BASE))
        .add(`URLs of ${files} pages`, () => assetsFromDigests(pages, BASE))
        .add(`manifest of ${files} files to text`, () => encodeManifest(before))
        .add(`text to manifest of ${files} files`, () => decodeManifest(text))
        .add(`diff and plan of ${files} files, 1 % changed`, () => plan(before, after))
        .add(`requests for ${planned.selectors.length} URLs`, () => batches(planned.selectors, LIMITS))
        .add("a line, redacted", () => redact(line));
    const tasks = await bench.run();
    return tasks.map(({ name, result }) => {
        const ours = result.latency?.samples ?? [];
        assert.ok(ours.length > 0, `${name}: ${result.state}`);
        return rowOf(name, "ms", [{ size: 1, ours }], []);
    });
}
