/** The upload of the local program: a folder copied to an empty place, and mirrored again with nothing to delete. */
import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { mirror } from "../local/program/upload";
import { rounds } from "./measure";
import type { Row, Sample } from "./row";
import { rowOf } from "./row";
import { makeSite } from "./site";

export async function firstDeploy(place: string, sizes: readonly number[], times: number): Promise<Row[]> {
    const samples: Sample[] = [];
    for (const size of sizes) {
        const from = makeSite(path.join(place, `upload-${size}`), size, "js", 100);
        const to = path.join(place, "uploaded");
        const { ours } = await rounds(times, {
            ours: async () => {
                const began = performance.now();
                await mirror({ from, to, digest: "" });
                const ms = performance.now() - began;
                assert.equal(
                    readdirSync(to, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length,
                    size,
                );
                rmSync(to, { recursive: true });
                return ms;
            },
        });
        samples.push({ size, ours });
    }
    return [rowOf("upload by the local program", "ms", samples, [{ of: "exponent", most: 1.1 }])];
}
