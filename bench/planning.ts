/** Diff and plan of two manifests of which one URL in a hundred changed, and the texts that hold them. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { digestOf } from "../components/assets/hash";
import type { Manifest } from "../components/assets/manifest";
import { encodeManifest } from "../components/assets/manifestText";
import { inNode } from "./measure";
import type { Row } from "./row";
import { rowOf } from "./row";

const DIST = path.join(__dirname, "../components/dist");

/** As the provider does it, in a process of its own: both texts are read, compared and planned. */
const CODE = `const { readFileSync } = require("node:fs");
const { decodeManifest } = require(${JSON.stringify(path.join(DIST, "assets/manifestText.js"))});
const { changesBetween } = require(${JSON.stringify(path.join(DIST, "plan/changes.js"))});
const { plan } = require(${JSON.stringify(path.join(DIST, "plan/plan.js"))});
const start = process.memoryUsage.rss();
const time = (run) => {
    const began = performance.now();
    const result = run();
    return [performance.now() - began, result];
};
const texts = process.argv.slice(1).map((file) => readFileSync(file, "utf8"));
const [decode, [before, after]] = time(() => {
    const later = decodeManifest(texts[1]);
    return [decodeManifest(texts[0], undefined, later), later];
});
const [diff] = time(() => changesBetween(before, after));
const [planned, { changes }] = time(() => plan(before, after));
const megabytes = (process.resourceUsage().maxRSS * 1024 - start) / 1e6;
console.log(JSON.stringify({ decode, diff, planned, megabytes, changed: changes.changed }));`;

interface Figures {
    readonly decode: number;
    readonly diff: number;
    readonly planned: number;
    readonly megabytes: number;
    readonly changed: string[];
}

/** In folders of a hundred; every hundredth file differs in the later of two. */
function site(urls: number, later: boolean): { manifest: Manifest; changed: string[] } {
    const paths: string[] = [];
    for (let i = 0; i < urls; i++) {
        const folder = Math.floor(i / 100);
        paths.push(`/assets/${folder % 10}/section-${folder}/chunk-${String(i).padStart(7, "0")}.js`);
    }
    paths.sort();
    const digests = paths.map((name, i) => digestOf(later && i % 100 === 7 ? `${name} 2` : name));
    const manifest = { sections: [{ baseUrls: ["https://www.example.com"], paths, digests }] };
    return { manifest, changed: paths.filter((_, i) => i % 100 === 7) };
}

export async function planning(place: string, sizes: readonly number[], times: number): Promise<Row[]> {
    const figures = sizes.map((size) => {
        const [before, after] = [site(size, false), site(size, true)];
        const files = [before, after].map(({ manifest }, i) => {
            const file = path.join(place, `manifest-${i}`);
            writeFileSync(file, encodeManifest(manifest));
            return file;
        });
        const runs = Array.from({ length: times }, () => inNode<Figures>(CODE, ...files));
        assert.deepEqual(runs[0]?.changed, after.changed);
        return { size, runs };
    });
    const row = (name: string, unit: string, of: (run: Figures) => number, most: number, growth?: number) =>
        rowOf(
            name,
            unit,
            figures.map(({ size, runs }) => ({ size, ours: runs.map(of) })),
            [{ of: "value", most }, ...(growth === undefined ? [] : [{ of: "exponent", most: growth } as const])],
        );
    return [
        row("diff and plan, 1 % changed", "ms", ({ planned }) => planned, 250, 1.2),
        row("diff alone", "ms", ({ diff }) => diff, 250),
        row("two manifests read from the state", "ms", ({ decode }) => decode, 2_000),
        row("peak memory of reading, diff and plan", "MB", ({ megabytes }) => megabytes, 400),
    ];
}
