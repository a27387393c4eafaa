import { randomBytes } from "node:crypto";
import * as http from "node:http";
import { listenAdmin } from "./admin/server";
import { API_ROOT } from "./api/api";
import { CloudflareCore } from "./core";
import { httpOrigin } from "./edge/originFetch";
import type { Listening } from "./http/listen";
import { listen } from "./http/listen";
import { send } from "./http/send";
import type { LocalCloudflareOptions } from "./options";
import type { Visit, VisitOptions } from "./visitor";
import { visited, visitRequest } from "./visitor";

/** One pretend Cloudflare on loopback ports. All that works in process works here too. */
export interface LocalCloudflare
    extends Pick<
        CloudflareCore,
        | "accountId"
        | "zone"
        | "zones"
        | "token"
        | "purgeLog"
        | "requestLog"
        | "origin"
        | "edge"
        | "api"
        | "directory"
        | "faults"
        | "clock"
        | "handleApi"
        | "visitInProcess"
        | "addZone"
        | "createToken"
        | "setPropagation"
    > {
    /** `http://127.0.0.1:PORT/client/v4`: what CLOUDFLARE_BASE_URL takes */
    readonly apiBaseUrl: string;
    /** The edge; the Host header tells the zone, X-Forwarded-Proto the visitor's scheme (https without one). */
    readonly edgeBaseUrl: string;
    readonly originBaseUrl: string;
    /** Purge log, faults, clock, origin; see docs/local-cloudflare.md. */
    readonly adminBaseUrl: string;
    /** What the admin API wants as `Authorization: Bearer`. */
    readonly adminToken: string;
    /** A visitor, over HTTP. The URL's spelling is kept. */
    visit(url: string, options?: VisitOptions): Promise<Visit>;
    /** Closes everything, kept-alive connections too. */
    close(): Promise<void>;
}

/**
 * Starts a local Cloudflare: API, edge, origin and admin API, each on its own loopback port.
 * @throws when an option makes no sense or a port is taken; nothing is left open then
 */
export async function startLocalCloudflare(options: LocalCloudflareOptions = {}): Promise<LocalCloudflare> {
    const open: (() => Promise<void> | void)[] = [];
    const close = async () => {
        for (const one of open.splice(0).reverse()) {
            await one();
        }
    };
    let originBaseUrl = "";
    const core = new CloudflareCore(options, (clock) => {
        const reach = httpOrigin(clock, () => originBaseUrl);
        open.push(() => reach.close());
        return reach.fetch;
    });
    const agent = new http.Agent({ keepAlive: true });
    open.push(() => agent.destroy());
    const serve = async (server: Promise<Listening>) => {
        const listening = await server;
        open.push(listening.close);
        return listening.baseUrl;
    };
    const { api = 0, edge = 0, origin = 0, admin = 0 } = options.ports ?? {};
    try {
        const isServed = (host: string) => core.directory.zoneOfHost(host) !== undefined;
        originBaseUrl = await serve(listen("origin", origin, core.origin.handle, isServed));
        const edgeBaseUrl = await serve(listen("edge", edge, core.edge.handle, isServed));
        const apiUrl = await serve(listen("API", api, core.handleApi));
        const adminToken = randomBytes(24).toString("base64url");
        const adminBaseUrl = await serve(listenAdmin(admin, core, adminToken, options.origin?.dir));
        const visit = async (url: string, how: VisitOptions = {}) =>
            visited(await send(edgeBaseUrl, visitRequest(url, how), { agent }));
        const bases = { apiBaseUrl: apiUrl + API_ROOT, edgeBaseUrl, originBaseUrl, adminBaseUrl, adminToken };
        return Object.assign(core, bases, { visit, close });
    } catch (error) {
        await close();
        throw error;
    }
}
