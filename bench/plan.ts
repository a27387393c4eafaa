/**
 * How long diff and plan take, and how much memory, for 10 000, 100 000 and 1 000 000 assets of which 1 % changed:
 *
 *     npx ts-node bench/plan.ts [--write]
 *
 * `--write` puts the figures into bench/results/plan.json. Each size runs in a process of its own, five times; a figure is
 * the median, and memory is the most that the whole process took above what it had when it began.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { digestOf } from "../components/assets/hash";
import type { Manifest } from "../components/assets/manifest";
import { decodeManifest, encodeManifest } from "../components/assets/manifestText";

import { changesBetween } from "../components/plan/changes";
import { plan } from "../components/plan/plan";
import { summary } from "../components/plan/render";

const SIZES = [10_000, 100_000, 1_000_000];
const RUNS = 5;

/** What the issue asks for, by size. */
const BOUNDS: Record<number, { ms: number; mb: number }> = {
    100000: { ms: 150, mb: 150 },
    1000000: { ms: 2_500, mb: 1_000 },
};

interface Figures {
    readonly assets: number;
    readonly changed: "scattered" | "in one folder of ten";
    readonly diffMs: number;
    readonly planMs: number;
    readonly megabytes: number;
    readonly summary: string;
}

interface TextFigures {
    readonly assets: number;
    readonly packedMegabytes: number;
    readonly packMs: number;
    readonly unpackMs: number;
}

/** A site in folders of a hundred, as bundlers make them; every hundredth file differs in the later of two. */
function site(assets: number, later: boolean, changed: Figures["changed"]): Manifest {
    const paths: string[] = [];
    for (let i = 0; i < assets; i++) {
        const folder = Math.floor(i / 100);
        paths.push(`/assets/${folder % 10}/section-${folder}/chunk-${String(i).padStart(7, "0")}.js`);
    }
    paths.sort();
    const differs = (i: number) => (changed === "scattered" ? i % 100 === 7 : i < assets / 10 && i % 10 === 7);
    const digests = paths.map((path, i) => digestOf(later && differs(i) ? `${path} 2` : path));
    return { sections: [{ baseUrls: ["https://www.example.com"], paths, digests }] };
}

function measure(assets: number, changed: Figures["changed"]): Figures {
    const start = process.memoryUsage.rss();
    const [before, after] = [site(assets, false, changed), site(assets, true, changed)];
    const timings = Array.from({ length: RUNS }, () => {
        const begin = performance.now();
        changesBetween(before, after);
        const between = performance.now();
        const result = plan(before, after);
        return { diff: between - begin, plan: performance.now() - between, result };
    });
    return {
        assets,
        changed,
        diffMs: round(median(timings.map(({ diff }) => diff))),
        planMs: round(median(timings.map(({ plan: time }) => time))),
        megabytes: Math.round((process.resourceUsage().maxRSS * 1024 - start) / 1e6),
        summary: summary(timings[0]?.result ?? plan(before, after)),
    };
}

function measureText(assets: number): TextFigures {
    const manifest = site(assets, false, "scattered");
    const timings = Array.from({ length: RUNS }, () => {
        const begin = performance.now();
        const text = encodeManifest(manifest);
        const between = performance.now();
        decodeManifest(text);
        return { pack: between - begin, unpack: performance.now() - between, text };
    });
    return {
        assets,
        packedMegabytes: Math.round((timings[0]?.text.length ?? 0) / 1e4) / 100,
        packMs: round(median(timings.map(({ pack }) => pack))),
        unpackMs: round(median(timings.map(({ unpack }) => unpack))),
    };
}

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(ms: number): number {
    return Math.round(ms * 10) / 10;
}

/** One measurement in a process of its own. */
function apart<T>(...args: string[]): T {
    const output = execFileSync(process.execPath, [...process.execArgv, __filename, ...args], {
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "-r ts-node/register/transpile-only" },
        cwd: join(__dirname, ".."),
    });
    return JSON.parse(output) as T;
}

function main(): void {
    const kinds = ["scattered", "in one folder of ten"] as const;
    const plans = SIZES.flatMap((assets) => kinds.map((changed) => apart<Figures>("--one", String(assets), changed)));
    const texts = SIZES.map((assets) => apart<TextFigures>("--text", String(assets)));
    console.table(plans);
    console.table(texts);
    let failed = false;
    for (const { assets, changed, diffMs, planMs, megabytes } of plans) {
        const bound = BOUNDS[assets];
        // The plan makes the diff itself: its time is that of both.
        if (bound !== undefined && (planMs > bound.ms || megabytes > bound.mb)) {
            console.error(
                `${assets} assets, ${changed}: ${planMs} ms (diff ${diffMs} ms), ${megabytes} MB; at most ${bound.ms} ms, ${bound.mb} MB`,
            );
            failed = true;
        }
    }
    if (process.argv.includes("--write")) {
        const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}`;
        const text = `${JSON.stringify({ machine, plans, texts }, null, 2)}\n`;
        writeFileSync(join(__dirname, "results", "plan.json"), text);
    }
    process.exitCode = failed ? 1 : 0;
}

const [mode, size, where] = process.argv.slice(2);
if (mode === "--one") {
    console.log(JSON.stringify(measure(Number(size), where as Figures["changed"])));
} else if (mode === "--text") {
    console.log(JSON.stringify(measureText(Number(size))));
} else {
    main();
}
