/** Hashing a site, against what the system has for it, against folder-hash, and against git. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { inNode, ran, rounds } from "./measure";
import type { Row } from "./row";
import { rowOf } from "./row";
import { makeSite } from "./site";

const PACKAGE = JSON.stringify(path.join(__dirname, "../components/dist/assets/siteAssets.js"));

/** Compiled, in a process of its own, as a program runs it. */
const OURS = `const { siteAssets } = require(${PACKAGE});
const began = performance.now();
const { manifest, files } = siteAssets(process.argv[1], { baseUrls: ["https://www.example.com"] });
const ms = performance.now() - began;
const [{ paths, digests }] = manifest.sections;
const listed = process.argv[2] === "list" ? paths.map((name, i) => [name, digests[i]]) : undefined;
console.log(JSON.stringify({ ms, files, listed, megabytes: process.resourceUsage().maxRSS / 1024 }));`;

const FOLDER_HASH = `const { hashElement } = require(${JSON.stringify(require.resolve("folder-hash"))});
const began = performance.now();
hashElement(process.argv[1], { algo: "sha256" }).then(({ hash }) =>
    console.log(JSON.stringify({ ms: performance.now() - began, hash })));`;

interface Hashed {
    readonly ms: number;
    readonly files: number;
    readonly megabytes: number;
    readonly listed?: [path: string, digest: string][];
}

const bare = (site: string) => ran("sh", ["-c", 'find "$0" -type f -print0 | xargs -0 -P2 sha256sum', site]);

/** The digest of every file is the one that sha256sum has for it. */
function check(site: string, files: number): void {
    const known = new Map(
        bare(site)
            .output.trimEnd()
            .split("\n")
            .map((line) => [line.slice(66 + site.length), line.slice(0, 32)]),
    );
    const { listed = [], files: found } = inNode<Hashed>(OURS, site, "list");
    assert.equal(found, files);
    const digests = new Map(listed);
    // Where a page is served at another URL, that one has its digest.
    const served = (name: string) => digests.get(name.replace(/\.html$/, ""));
    const wrong = [...known].filter(([name, digest]) => served(name) !== digest);
    assert.deepEqual([known.size, wrong.slice(0, 3)], [files, []]);
}

export async function hashing(place: string, sizes: readonly number[], times: number, large: number): Promise<Row[]> {
    const rows: Row[] = [];
    const peaks: Row[] = [];
    for (const [extension, most] of [
        ["js", 0.6],
        ["html", 1],
    ] as const) {
        const samples = [];
        const memory = [];
        for (const size of sizes) {
            const site = makeSite(path.join(place, `${extension}-${size}`), size, extension);
            check(site, size);
            const megabytes: number[] = [];
            const { ours, theirs } = await rounds(times, {
                ours: () => {
                    const hashed = inNode<Hashed>(OURS, site);
                    megabytes.push(hashed.megabytes);
                    return hashed.ms;
                },
                theirs: () => bare(site).ms,
            });
            samples.push({ size, ours, theirs });
            memory.push({ size, ours: megabytes });
        }
        const name = `hash .${extension} files of 8 KiB`;
        const goals = [
            { of: "ratio", most },
            { of: "exponent", most: 1.1 },
        ] as const;
        rows.push(rowOf(name, "ms", samples, goals, "find | xargs -P2 sha256sum"));
        peaks.push(rowOf(`peak memory, .${extension} files`, "MB", memory, [{ of: "value", most: 200 }]));
    }
    return [...rows, ...peaks, ...(await others(place, times)), await oneFile(place, times, large)];
}

async function others(place: string, times: number): Promise<Row[]> {
    const size = 20_000;
    const site = makeSite(path.join(place, "js-20000"), size, "js");
    check(site, size);
    const found = await rounds(Math.min(times, 3), {
        ours: () => inNode<Hashed>(OURS, site).ms,
        "folder-hash": () => inNode<Hashed>(FOLDER_HASH, site).ms,
        "git add -A": () => added(site, place),
    });
    return (["folder-hash", "git add -A"] as const).map((name) =>
        rowOf(
            `hash 20 000 files, against ${name}`,
            "ms",
            [{ size, ours: found.ours, theirs: found[name] }],
            [{ of: "ratio", most: 0.06 }],
            name,
        ),
    );
}

/** Into an empty repository, which is made and removed outside the time. */
function added(site: string, place: string): number {
    const repository = mkdtempSync(path.join(place, "git-"));
    try {
        ran("git", ["init", "-q", "--bare", repository]);
        return ran("git", ["--git-dir", repository, "--work-tree", site, "add", "-A"], site).ms;
    } finally {
        rmSync(repository, { recursive: true });
    }
}

async function oneFile(place: string, times: number, bytes: number): Promise<Row> {
    const site = path.join(place, "one");
    makeSite(site, 0, "js");
    const file = path.join(site, "assets", "big.bin");
    ran("mkdir", ["-p", path.dirname(file)]);
    const piece = Buffer.alloc(2 ** 20, "0123456789abcdefg");
    const to = openSync(file, "w");
    for (let i = 0; i < bytes / piece.length; i++) {
        writeSync(to, piece);
    }
    closeSync(to);
    const digest = () => ran("openssl", ["dgst", "-sha256", "-r", file]);
    const { listed } = inNode<Hashed>(OURS, site, "list");
    assert.equal(listed?.[0]?.[1], digest().output.slice(0, 32));
    const { ours, theirs } = await rounds(times, {
        ours: () => inNode<Hashed>(OURS, site).ms,
        theirs: () => digest().ms,
    });
    return rowOf(
        "hash one file of 1 GiB",
        "ms",
        [{ size: bytes, ours, theirs }],
        [{ of: "ratio", most: 1 }],
        "openssl dgst -sha256",
    );
}
