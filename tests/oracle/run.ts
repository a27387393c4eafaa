/** `npm run -s oracle -- --pairs N --seed S [--json]`: plans of random deploys against Cloudflare's own asset server. */
import { parseArgs } from "node:util";
import { AssetServer } from "./assetServer";
import type { Finding } from "./judge";
import { CONFIGS, judge, randomPairs } from "./judge";

const SHOWN = 10;
const STEP = 100;

/** Pairs after which there is a new server: one that has answered a million questions runs out of memory. */
const RENEWED = 500;

export const OPTIONS = {
    pairs: { type: "string" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    exact: { type: "boolean", default: false },
    show: { type: "string" },
} as const;

async function main(): Promise<void> {
    const { values } = parseArgs({ options: OPTIONS });
    const [count, seed] = [Number(values.pairs ?? 2000), Number(values.seed ?? Date.now() % 1_000_000)];
    if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
        throw new Error("--pairs and --seed are whole numbers, and there is at least one pair");
    }
    const started = performance.now();
    const tested = randomPairs(count, seed);
    let server = await AssetServer.start();
    const total = { pairs: count, seed, deploys: 0, changed: 0, planned: 0, missing: 0, needless: 0 };
    const findings: Finding[] = [];
    for (let from = 0; from < tested.length; from += STEP) {
        if (from > 0 && from % RENEWED === 0) {
            server.stop();
            server = await AssetServer.start();
        }
        const verdict = await judge(
            server,
            tested.slice(from, from + STEP),
            CONFIGS,
            values.exact ? "cloudflare-assets" : "any",
        );
        for (const key of ["deploys", "changed", "planned", "missing", "needless"] as const) {
            total[key] += verdict[key];
        }
        findings.push(...verdict.findings);
        if (!values.json) {
            process.stderr.write(
                `${Math.min(from + STEP, count)} pairs: ${total.missing} missing, ${total.needless} needless\n`,
            );
        }
    }
    server.stop();
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const shown = findings.slice(0, Number(values.show ?? SHOWN)).map((finding) => ({
        ...finding,
        before: Object.fromEntries(finding.before),
        after: Object.fromEntries(finding.after),
    }));
    console.log(values.json ? JSON.stringify({ ...total, seconds, findings: shown }) : { ...total, seconds });
    if (!values.json) {
        for (const finding of shown) {
            console.log(JSON.stringify(finding));
        }
    }
    process.exitCode = findings.length === 0 ? 0 : 1;
}

if (require.main === module) {
    main().catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(2);
    });
}
