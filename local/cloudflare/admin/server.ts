import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import fastify from "fastify";
import { isAdvanceable } from "../clock";
import type { CloudflareCore } from "../core";
import type { Fault } from "../faults/fault";
import { refusalOf } from "../http/guard";
import type { Listening } from "../http/listen";
import { LOOPBACK, portError } from "../http/listen";
import { listCopies } from "./copies";
import { folderBelow, setOrigin } from "./origin";
import { PAGE, page } from "./page";

/**
 * The admin API: what tests in the same process do directly, for everybody else. JSON in, JSON out; a mistake is a
 * 400 with `{"error": "…"}`.
 * @param token What every request has to show: other users of this machine, and pages in its browsers, have none.
 * @param dir The folder that the origin was started with: no other but those below it can be served.
 */
export async function listenAdmin(
    port: number,
    core: CloudflareCore,
    token: string,
    dir: string | undefined,
): Promise<Listening> {
    const app = fastify({ forceCloseConnections: true });
    app.setErrorHandler((error: Error, _request, reply) => reply.status(400).send({ error: error.message }));
    app.addHook("onRequest", async (request, reply) => {
        const { authorization = "", host, origin } = request.headers;
        const refused = refusalOf({ host: host ?? "", ...(origin === undefined ? {} : { origin }) });
        if (refused !== undefined) {
            return reply.status(403).send({ error: refused });
        }
        if (request.url === PAGE) {
            return undefined;
        }
        if (!timingSafeEqual(digest(authorization), digest(`Bearer ${token}`))) {
            const error =
                "the admin API wants the header Authorization: Bearer, with the token that was printed at start";
            return reply.status(401).send({ error });
        }
    });
    page(app, core);
    logs(app, core);
    faults(app, core, dir);
    time(app, core);
    site(app, core, dir);
    accounts(app, core);
    try {
        await app.listen({ host: LOOPBACK, port });
    } catch (error) {
        await app.close();
        throw portError("admin API", port, error as NodeJS.ErrnoException);
    }
    const address = app.server.address();
    const bound = typeof address === "object" && address !== null ? address.port : port;
    return { baseUrl: `http://${LOOPBACK}:${bound}`, port: bound, close: () => app.close() };
}

function digest(text: string): Buffer {
    return createHash("sha256").update(text).digest();
}

function logs(app: FastifyInstance, core: CloudflareCore): void {
    app.get("/purges", () => core.purgeLog);
    app.delete("/purges", () => ({ removed: core.purgeLog.splice(0).length }));
    app.get("/requests", () => core.requestLog);
    app.delete("/requests", () => ({ removed: core.requestLog.splice(0).length }));
    app.get("/origin/requests", () => core.origin.requests);
    app.delete("/origin/requests", () => ({ removed: core.origin.requests.splice(0).length }));
}

function faults(app: FastifyInstance, core: CloudflareCore, dir: string | undefined): void {
    app.get("/faults", () => core.faults.list());
    app.post("/faults", (request) => {
        const fault = request.body as Fault;
        core.faults.add(fault?.kind === "old" ? { ...fault, dir: folderBelow(dir, fault.dir) } : fault);
        return core.faults.list();
    });
    app.delete("/faults", () => {
        core.faults.clear();
        return core.faults.list();
    });
}

function time(app: FastifyInstance, core: CloudflareCore): void {
    app.get("/clock", () => ({ now: core.clock.now() }));
    app.post("/clock/advance", async (request) => {
        const { ms } = (request.body ?? {}) as { ms?: number };
        if (!isAdvanceable(core.clock)) {
            throw new Error("this clock cannot be moved");
        }
        if (typeof ms !== "number" || !(ms >= 0)) {
            throw new Error(`ms is ${JSON.stringify(ms)}; it must be ≥ 0`);
        }
        await core.clock.advance(ms);
        return { now: core.clock.now() };
    });
}

function site(app: FastifyInstance, core: CloudflareCore, dir: string | undefined): void {
    app.put("/origin", (request) => setOrigin(core, request.body, dir));
    app.get("/cache", () => listCopies(core));
    app.delete("/cache", () => {
        core.edge.clear();
        return listCopies(core);
    });
    app.put("/propagation", (request) => {
        const { ms, dataCentres, upper } = (request.body ?? {}) as Record<string, never>;
        core.setPropagation(ms ?? { dataCentres: dataCentres ?? [0], upper: upper ?? 0 });
        return core.edge.tiers().map(({ name, delay }) => ({ name, delay }));
    });
}

function accounts(app: FastifyInstance, core: CloudflareCore): void {
    app.get("/zones", () => core.zones);
    app.post("/zones", (request) => core.addZone(request.body as never));
    app.post("/tokens", () => core.createToken());
    app.post("/global-key", () => ({ email: core.directory.user.email, key: core.directory.createGlobalKey() }));
}
