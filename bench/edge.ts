/**
 * What the local Cloudflare costs: the median of what its edge and its API add to a request at 200 requests a second.
 * Runs it as its own process, so that the client's work is not counted. Prints; asserts nothing.
 *
 *     npx ts-node bench/edge.ts [requests per second, default 200] [seconds a measurement, default 4]
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";

const PERIOD = 1000 / Number(process.argv[2] ?? 200);
const COUNT = Math.round((Number(process.argv[3] ?? 4) * 1000) / PERIOD);
const agent = new http.Agent({ keepAlive: true });

interface Ask {
    url: string;
    method?: string;
    headers?: http.OutgoingHttpHeaders;
    body?: string;
}

/** ms until the whole answer is there. */
function time({ url, method, headers, body }: Ask): Promise<number> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
        const request = http.request(url, { method, headers, agent }, (response) => {
            if ((response.statusCode ?? 500) >= 400) {
                reject(new Error(`${url}: ${response.statusCode}`));
            }
            response.resume().on("end", () => resolve(performance.now() - began));
        });
        request.on("error", reject);
        request.end(body);
    });
}

/** Sends at a fixed rate, whether answers have come or not. */
async function measure(ask: (index: number) => Ask): Promise<number[]> {
    const began = performance.now();
    const times: Promise<number>[] = [];
    while (times.length < COUNT) {
        const due = Math.min(COUNT, Math.floor((performance.now() - began) / PERIOD) + 1);
        while (times.length < due) {
            times.push(time(ask(times.length)));
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return (await Promise.all(times)).sort((a, b) => a - b);
}

const at = (times: number[], share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const ms = (value: number) => `${value.toFixed(2)} ms`.padStart(9);

async function main(): Promise<void> {
    const site = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
    fs.writeFileSync(path.join(site, "a.css"), "x".repeat(8192));
    const args = ["--require", "ts-node/register/transpile-only", "local/local.ts", "--json", "--dir", site];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    try {
        const [line] = await once(readline.createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line");
        await compare(JSON.parse(line));
    } finally {
        child.kill("SIGTERM");
        agent.destroy();
        fs.rmSync(site, { recursive: true });
    }
}

async function compare(
    local: Record<"apiBaseUrl" | "edgeBaseUrl" | "originBaseUrl" | "adminBaseUrl" | "adminToken", string> & {
        zone: { id: string };
    },
) {
    const made = await fetch(`${local.adminBaseUrl}/tokens`, {
        method: "POST",
        headers: { authorization: `Bearer ${local.adminToken}` },
    });
    const { value } = (await made.json()) as { value: string };
    const headers = { host: "www.example.com" };
    const api = { authorization: `Bearer ${value}` };
    const purge = `${local.apiBaseUrl}/zones/${local.zone.id}/purge_cache`;
    const body = JSON.stringify({ files: ["https://www.example.com/a.css"] });
    const asks: [string, (index: number) => Ask][] = [
        ["origin alone", (index) => ({ url: `${local.originBaseUrl}/a.css?${index}`, headers })],
        ["edge, MISS", (index) => ({ url: `${local.edgeBaseUrl}/a.css?${index}`, headers })],
        ["edge, HIT", () => ({ url: `${local.edgeBaseUrl}/a.css`, headers })],
        ["API, purge of a URL", () => ({ url: purge, method: "POST", headers: api, body })],
    ];
    console.log(
        `${Math.round(1000 / PERIOD)} requests a second, ${COUNT} each, 8 KB, ${os.cpus().length} × ${os.cpus()[0]?.model}`,
    );
    console.log(`${"".padEnd(22)}   median      p95      p99   added at the median`);
    let alone = 0;
    for (const [name, ask] of asks) {
        // The general limit of 1200 calls in five minutes is not what is measured here.
        await fetch(`${local.adminBaseUrl}/clock/advance`, {
            method: "POST",
            headers: { authorization: `Bearer ${local.adminToken}`, "content-type": "application/json" },
            body: '{"ms":600000}',
        });
        const times = await measure(ask);
        const median = at(times, 0.5);
        if (name === "origin alone") {
            alone = median;
        }
        const added = name === "edge, MISS" ? ms(median - alone) : name === "origin alone" ? "" : ms(median);
        console.log(`${name.padEnd(22)}${ms(median)}${ms(at(times, 0.95))}${ms(at(times, 0.99))}   ${added}`);
    }
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
