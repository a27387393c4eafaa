import { extname } from "node:path";
import type { Clock } from "../clock";
import type { Faults } from "../faults/faults";
import { strike } from "../faults/strike";
import type { Headers, HttpRequest, HttpResponse } from "../http/messages";
import { splitTarget, text } from "../http/messages";
import { isNotModified, notModified, ranged } from "./conditional";
import { contentType } from "./contentType";
import type { Hold } from "./hold";
import { Holds } from "./hold";
import type { HtmlHandling } from "./htmlHandling";
import { route } from "./htmlHandling";
import { decodePath, encodePath } from "./paths";
import type { Site } from "./site";
import { folderSite, memorySite } from "./site";

/** What every answer of the origin carries unless told otherwise, errors and redirects too: an hour at the edge. */
export const DEFAULT_CACHE_CONTROL = "public, max-age=3600";

export interface OriginOptions {
    /** Folder to serve. Default: none, every path is a 404. */
    dir?: string;
    /** In place of `dir`: files in memory, or any other source. */
    site?: Site;
    /** default "auto-trailing-slash" */
    htmlHandling?: HtmlHandling | undefined;
    /** Headers for every answer, or by request path; they go before the defaults, and "" removes one. */
    headers?: Headers | ((path: string) => Headers);
    /**
     * Answers what no file answers: a path from the root, status 200 (a single-page application), or `404.html`,
     * then the nearest such file upwards with status 404.
     */
    fallback?: string;
    /** Status of an answer without a file: an object store that may not be listed says 403. Default 404. */
    missingStatus?: 403 | 404;
    /** Files that are no page of their own, as nginx's `internal` makes them: they are served as the fallback only. */
    internal?: readonly string[];
    /** Sends every visitor to this login first, unless the request has a cookie. */
    login?: string;
    /**
     * Redirect a spelling of a path that is not encodeURIComponent of each segment, as Workers static assets do. Default
     * false: what stands behind a zone's cache is a storage or a web server, which takes any spelling; Workers assets do
     * not go through that cache.
     */
    encodingRedirects?: boolean;
}

/** One request that reached the origin. */
export interface OriginRecord {
    at: number;
    method: string;
    host: string;
    target: string;
    status: number;
    /** Whether the request asked if its copy was still good. */
    conditional: boolean;
}

/** A static origin. Serves what its folder holds at the moment of each request. */
export class LocalOrigin {
    readonly requests: OriginRecord[] = [];
    htmlHandling: HtmlHandling;
    fallback: string | undefined;
    missingStatus: 403 | 404;
    internal: readonly string[];
    login: string | undefined;
    headers: OriginOptions["headers"];
    encodingRedirects: boolean;
    private site: Site;
    private folder: string | undefined;
    private readonly holds = new Holds();

    constructor(
        private readonly parts: { clock: Clock; faults: Faults },
        options: OriginOptions = {},
    ) {
        this.htmlHandling = options.htmlHandling ?? "auto-trailing-slash";
        this.fallback = options.fallback;
        this.missingStatus = options.missingStatus ?? 404;
        this.internal = options.internal ?? [];
        this.login = options.login;
        this.headers = options.headers;
        this.encodingRedirects = options.encodingRedirects ?? false;
        this.site = options.site ?? memorySite(new Map());
        if (options.dir !== undefined) {
            this.setDir(options.dir);
        }
    }

    /** The folder served; undefined when it is not a folder. */
    get root(): string | undefined {
        return this.folder;
    }

    /**
     * Serves another folder from now on.
     * @throws when it is missing or is a file
     */
    setDir(dir: string): void {
        this.site = folderSite(dir);
        this.folder = dir;
    }

    /** Serves another source from now on. */
    setSite(site: Site): void {
        this.site = site;
        this.folder = undefined;
    }

    /** Keeps answers open: they hold the bytes of when they began. */
    hold(path: string | ((request: HttpRequest) => boolean)): Hold {
        return this.holds.add(path);
    }

    /** Answers a request. */
    readonly handle = async (request: HttpRequest): Promise<HttpResponse> => {
        const { clock, faults } = this.parts;
        const old = faults.take("origin", request, (fault) => fault.kind === "old")?.dir;
        const site = old === undefined ? this.site : folderSite(old);
        const carryOut = async () => {
            const answer = this.answer(request, site);
            await this.holds.wait(request);
            return answer;
        };
        const worded = (status: number) => text(status, `origin: ${status}\n`);
        const answer = await strike(this.parts, "origin", request, carryOut, worded);
        this.requests.push({
            at: clock.now(),
            method: request.method,
            host: request.headers.host ?? "",
            target: request.target,
            status: answer.status,
            conditional: "if-none-match" in request.headers || "if-modified-since" in request.headers,
        });
        return { ...answer, headers: { date: new Date(clock.now()).toUTCString(), ...answer.headers } };
    };

    /** What it would answer now: no fault strikes, nothing is held open, and nothing is recorded. */
    current(request: HttpRequest): HttpResponse {
        return this.answer(request, this.site);
    }

    private answer(request: HttpRequest, site: Site): HttpResponse {
        const { path, query } = splitTarget(request.target);
        if (this.login !== undefined && request.headers.cookie === undefined) {
            return {
                status: 302,
                headers: { location: this.login, "cache-control": "no-store" },
                body: Buffer.alloc(0),
            };
        }
        const found = this.find(path, query, site);
        found.headers = this.dressed(decodePath(path), found.headers);
        const reads = request.method === "GET" || request.method === "HEAD";
        if (!reads) {
            return found.status === 404 ? found : text(405, "Method Not Allowed\n", { allow: "GET, HEAD" });
        }
        if (found.status === 200 && isNotModified(request.headers, found.headers)) {
            return notModified(found);
        }
        const part = request.method === "GET" ? ranged(request.headers, found) : found;
        return request.method === "GET"
            ? part
            : { ...part, headers: { ...part.headers, "content-length": `${part.body.length}` }, body: Buffer.alloc(0) };
    }

    private find(path: string, query: string, site: Site): HttpResponse {
        const seen = new Map<string, string | undefined>();
        const exists = (name: string) => {
            if (!seen.has(name)) {
                // A deploy identifies a file by its content and its extension; most pages share the latter.
                const etag = site.read(name)?.etag;
                seen.set(name, etag && etag + extname(name));
            }
            return seen.get(name);
        };
        const decoded = decodePath(path);
        const served = (name: string) => (this.internal.includes(name.slice(1)) ? undefined : exists(name));
        const routed = route(decoded, this.htmlHandling, served);
        const canonical = encodePath(routed && "redirect" in routed ? routed.redirect : decoded);
        if (routed && "redirect" in routed) {
            return redirect(canonical + query);
        }
        const fallback = routed ? undefined : this.fallbackFile(decoded, exists);
        const file = routed?.file ?? fallback?.file;
        if (file === undefined) {
            return this.missingStatus === 403 ? text(403, "Access Denied\n") : text(404, "Not Found\n");
        }
        if (this.encodingRedirects && canonical !== path) {
            return redirect(canonical + query);
        }
        return serve(site, file, fallback?.status ?? 200);
    }

    private fallbackFile(path: string, exists: (file: string) => string | undefined) {
        if (this.fallback === undefined) {
            return undefined;
        }
        const name = this.fallback.replace(/^\/*/, "/");
        if (!name.endsWith("/404.html")) {
            return exists(name) === undefined ? undefined : { file: name, status: 200 };
        }
        for (let folder = path; folder !== ""; ) {
            folder = folder.slice(0, folder.lastIndexOf("/"));
            if (exists(`${folder}/404.html`) !== undefined) {
                return { file: `${folder}/404.html`, status: 404 };
            }
        }
        return undefined;
    }

    private dressed(path: string, headers: Headers): Headers {
        const own = typeof this.headers === "function" ? this.headers(path) : this.headers;
        const all: Headers = { "cache-control": DEFAULT_CACHE_CONTROL, ...headers };
        for (const [name, value] of Object.entries(own ?? {})) {
            all[name.toLowerCase()] = value;
        }
        for (const name of Object.keys(all)) {
            if (all[name] === "") {
                delete all[name];
            }
        }
        return all;
    }
}

function redirect(location: string): HttpResponse {
    return { status: 307, headers: { location }, body: Buffer.alloc(0) };
}

function serve(site: Site, name: string, status: number): HttpResponse {
    const file = site.read(name);
    if (file === undefined) {
        return text(404, "Not Found\n");
    }
    const headers: Headers = { "content-type": contentType(name), etag: file.etag };
    if (file.modified !== undefined) {
        headers["last-modified"] = new Date(file.modified).toUTCString();
    }
    return { status, headers, body: file.bytes };
}
