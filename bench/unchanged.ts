/** What a deploy with nothing changed costs, by the number of assets and of CachePurges, and what the state holds. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startLocalCloudflare } from "../local/cloudflare";
import { startCloudflareProvider } from "../local/cloudflare/provider";
import type { Stack } from "../local/engine/stack";
import { findEngine, openStack } from "../local/engine/stack";
import { transpiled } from "../local/engine/transpiled";
import { QUICK_START } from "../tests/quickStart";
import { rounds } from "./measure";
import type { Row } from "./row";
import { rowOf } from "./row";
import { makeSite } from "./site";

const PROGRAM = path.join(__dirname, "program");
const FEW = 5;

export async function unchanged(place: string, sizes: readonly number[], times: number): Promise<Row[]> {
    const program = transpiled(PROGRAM);
    cpSync(path.join(PROGRAM, "Pulumi.yaml"), path.join(program, "Pulumi.yaml"));
    writeFileSync(path.join(program, "package.json"), '{ "name": "bench", "private": true }');
    const cloudflare = await startLocalCloudflare({});
    const provider = await startCloudflareProvider();
    const { label } = findEngine();
    const peaks = path.join(place, "peaks");
    mkdirSync(peaks, { recursive: true });
    const open = async (assets: number, count: number, extension = "js", env = {}): Promise<Stack> => {
        const name = `${extension}-${assets}`;
        const stack = await openStack({
            programDir: program,
            stack: "bench",
            stateDir: path.join(place, `state-${name}-${count}`),
            config: {
                dir: makeSite(path.join(place, name), assets, extension),
                count: String(count),
                "cloudflare:baseUrl": cloudflare.apiBaseUrl,
            },
            secretConfig: { token: cloudflare.token, "cloudflare:apiToken": cloudflare.token },
            providers: { cloudflare: provider.port },
            passphrase: "bench",
            env: { ...QUICK_START, ...env },
        });
        const first = await stack.up();
        assert.ok(first.succeeded, first.log);
        return stack;
    };
    try {
        const few = await open(FEW, 1);
        const rows: Row[] = [];
        for (const size of sizes) {
            const stack = await open(size, 1);
            const { many, base } = await rounds(times, { many: () => up(stack), base: () => up(few) });
            const more = many.map((ms, i) => ms - (base[i] ?? 0));
            const most = { 5000: 200, 100000: 1_200 }[size];
            const goals = most === undefined ? [] : [{ of: "value", most } as const];
            rows.push(
                rowOf(`up with nothing changed, over ${FEW} assets (${label})`, "ms", [{ size, ours: more }], goals),
            );
            rows.push(await state(stack, size));
        }
        const twenty = await open(FEW, 20);
        const found = await rounds(times, { many: () => up(twenty), base: () => up(few) });
        const more = found.many.map((ms, i) => ms - (found.base[i] ?? 0));
        rows.push(
            rowOf(
                `up with nothing changed, 20 CachePurges over one (${label})`,
                "ms",
                [{ size: 20, ours: more }],
                [{ of: "value", most: 800 }],
            ),
        );
        for (const extension of ["js", "html"]) {
            const size = sizes.at(-1) ?? FEW;
            const preload = `${QUICK_START.NODE_OPTIONS} --require ${JSON.stringify(path.join(__dirname, "peak.cjs"))}`;
            const kept = path.join(peaks, extension);
            mkdirSync(kept);
            const stack = await open(size, 1, extension, { NODE_OPTIONS: preload, BENCH_PEAK: kept });
            for (const name of readdirSync(kept)) {
                rmSync(path.join(kept, name)); // of the first deploy
            }
            await up(stack);
            for (const kind of ["program", "provider"]) {
                const files = readdirSync(kept).filter((name) => name.startsWith(kind));
                const most = Math.max(...files.map((name) => Number(readFileSync(path.join(kept, name), "utf8"))));
                rows.push(
                    rowOf(
                        `peak memory of the ${kind}, .${extension} files`,
                        "MB",
                        [{ size, ours: [most] }],
                        [{ of: "value", most: 200 }],
                    ),
                );
            }
        }
        return rows;
    } finally {
        await provider.close();
        await cloudflare.close();
    }
}

/** @throws AssertionError when anything changed: then something else was measured. */
async function up(stack: Stack): Promise<number> {
    const began = performance.now();
    const { succeeded, summary, log } = await stack.up();
    const ms = performance.now() - began;
    assert.ok(succeeded, log);
    assert.deepEqual([summary.created, summary.updated, summary.replaced, summary.deleted], [0, 0, 0, 0]);
    return ms;
}

/** Bytes of the journal's inputs and outputs, against a JSON object of path and SHA-256. */
async function state(stack: Stack, size: number): Promise<Row> {
    const { resources = [] } = (await stack.exportState()).deployment;
    const journal = resources.find(({ type }) => String(type).endsWith("/cloudflareCachePurge:Journal"));
    assert.ok(journal !== undefined);
    const bytes = (value: unknown): number => JSON.stringify({ ...(value as object), __provider: "" }).length;
    const ours = bytes(journal.inputs) + bytes(journal.outputs);
    const json = Array.from({ length: size }, (_, i) => {
        const folder = Math.floor(i / 100);
        return `"/assets/${folder % 10}/section-${folder}/chunk-${String(i).padStart(7, "0")}.js":"${"0".repeat(64)}"`;
    });
    const theirs = `{${json.join(",")}}`.length;
    const most = size > 5_000 ? 0.21 : 0.7;
    return rowOf(
        "state, inputs and outputs",
        "bytes",
        [{ size, ours: [ours], theirs: [theirs] }],
        [{ of: "ratio", most }],
        "JSON {path: SHA-256}",
    );
}
