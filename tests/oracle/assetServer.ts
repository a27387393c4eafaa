/**
 * Cloudflare's own asset server, as a judge of which URLs a deploy changes: the asset worker that Miniflare brings, run by
 * workerd on loopback.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import type { HtmlHandling } from "../../components/assets/route";

export const NOT_FOUND = ["none", "404-page", "single-page-application"] as const;

/** What a user sets in the `assets` part of a Worker's configuration. */
export interface AssetConfig {
    readonly htmlHandling: HtmlHandling;
    readonly notFound: (typeof NOT_FOUND)[number];
    /** What Cloudflare makes of `_redirects` and `_headers` when it deploys. */
    readonly rules?: { readonly redirects: unknown; readonly headers: unknown };
}

/** A site: decoded path of each file, with a leading slash → its content. */
export type Tree = ReadonlyMap<string, string>;

/** `200 content`, `404 content`, `307 location`. */
export type Answer = string;

/** What some URLs of a site answer. */
export interface Question {
    readonly tree: Tree;
    readonly config: AssetConfig;
    /** Paths of URLs, as they are sent. */
    readonly urls: readonly string[];
}

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
    services = [(name = "main", worker = (
        modules = [
            (name = "askAssets.mjs", esModule = embed "askAssets.mjs"),
            (name = "assets.worker.mjs", esModule = embed "assets.worker.mjs"),
        ],
        compatibilityDate = "2025-09-01",
        compatibilityFlags = ["nodejs_compat"],
    ))],
    sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

export class AssetServer {
    private constructor(
        private readonly process: ChildProcess,
        private readonly folder: string,
        private readonly port: number,
        private readonly remembers: boolean,
    ) {}

    /**
     * Starts a server; it ends with this process at the latest.
     * @param remembers Whether it is asked once only what several tests want to know. That takes memory.
     */
    static async start({ remembers = false } = {}): Promise<AssetServer> {
        const folder = mkdtempSync(join(tmpdir(), "cache-purge-oracle-"));
        const miniflare = createRequire(require.resolve("miniflare/package.json"));
        copyFileSync(
            join(dirname(miniflare.resolve("miniflare/package.json")), "dist/src/workers/assets/assets.worker.js"),
            join(folder, "assets.worker.mjs"),
        );
        copyFileSync(join(__dirname, "askAssets.mjs"), join(folder, "askAssets.mjs"));
        writeFileSync(join(folder, "config.capnp"), CONFIG);
        const { default: workerd } = miniflare("workerd") as { default: string };
        const child = spawn(workerd, ["serve", "config.capnp", "--control-fd=3"], {
            cwd: folder,
            stdio: ["ignore", "inherit", "inherit", "pipe"],
        });
        process.once("exit", () => child.kill());
        return new AssetServer(child, folder, await portOf(child), remembers);
    }

    /** What was answered, by site and configuration, then by URL. */
    private readonly answered = new Map<string, Map<string, Answer>>();

    /** What each URL of each question answers. */
    async ask(questions: readonly Question[]): Promise<Answer[][]> {
        const contents = new Map<string, string>();
        const asked = questions.map(({ tree, config, urls }) => {
            const site = {
                config: { html_handling: config.htmlHandling, not_found_handling: config.notFound, ...config.rules },
                files: [...tree].map(([path, content]) => {
                    const etag = etagOf(path, content);
                    contents.set(`"${etag}"`, content);
                    return [path, etag];
                }),
            };
            const key = JSON.stringify(site);
            const known = this.answered.get(key) ?? new Map<string, Answer>();
            if (this.remembers) {
                this.answered.set(key, known);
            }
            return { site, known, urls, open: urls.filter((url) => !known.has(url)) };
        });
        const open = asked.filter((one) => one.open.length > 0);
        const body = open.map(({ site, open: urls }) => ({ ...site, urls }));
        const answers = JSON.parse(await post(this.port, JSON.stringify(body))) as [number, string, string][][];
        for (const [i, { known, open: urls }] of open.entries()) {
            for (const [n, [status, value, rule]] of answers[i]?.entries() ?? []) {
                if (status >= 500) {
                    throw new Error(`the asset server answers a URL with ${status}`);
                }
                known.set(
                    urls[n] as string,
                    `${status} ${contents.get(value) ?? value}${rule === "" ? "" : ` ${rule}`}`,
                );
            }
        }
        return asked.map(({ known, urls }) => urls.map((url) => known.get(url) as Answer));
    }

    stop(): void {
        this.process.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/**
 * The identity of a file as a deploy makes it: a hash of content and extension. A deploy takes BLAKE3; the server compares
 * identities and never looks into one, so that any hash will do.
 */
function etagOf(path: string, content: string): string {
    return createHash("sha256")
        .update(`${content}\n${extname(path)}`)
        .digest("hex")
        .slice(0, 32);
}

function portOf(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        let text = "";
        child.once("error", reject);
        child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
        child.stdio[3]?.on("data", (data: Buffer) => {
            text += data.toString();
            for (const line of text.split("\n").slice(0, -1)) {
                const { event, port } = JSON.parse(line) as { event: string; port?: number };
                if (event === "listen" && port !== undefined) {
                    resolve(port);
                }
            }
        });
    });
}

/** Each request has a connection of its own: the server closes one that waits for the next. */
function post(port: number, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, method: "POST", agent: false }, (response) => {
            const parts: Buffer[] = [];
            response.on("data", (part: Buffer) => parts.push(part));
            response.once("error", reject);
            response.once("end", () => {
                const text = Buffer.concat(parts).toString("utf8");
                if (response.statusCode === 200) {
                    resolve(text);
                } else {
                    reject(new Error(`the asset server answers ${response.statusCode}: ${text}`));
                }
            });
        });
        sent.once("error", reject);
        sent.end(body);
    });
}
