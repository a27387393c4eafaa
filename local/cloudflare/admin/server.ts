import type { FastifyInstance } from "fastify";
import fastify from "fastify";
import { isAdvanceable } from "../clock";
import type { CloudflareCore } from "../core";
import type { Fault } from "../faults/fault";
import type { Listening } from "../http/listen";
import { LOOPBACK, portError } from "../http/listen";
import { listCopies } from "./copies";
import { setOrigin } from "./origin";

/**
 * The admin API: what tests in the same process do directly, for everybody else. JSON in, JSON out; a mistake is a
 * 400 with `{"error": "…"}`.
 */
export async function listenAdmin(port: number, core: CloudflareCore): Promise<Listening> {
    const app = fastify({ forceCloseConnections: true });
    app.setErrorHandler((error: Error, _request, reply) => reply.status(400).send({ error: error.message }));
    logs(app, core);
    faults(app, core);
    time(app, core);
    site(app, core);
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

function logs(app: FastifyInstance, core: CloudflareCore): void {
    app.get("/purges", () => core.purgeLog);
    app.delete("/purges", () => ({ removed: core.purgeLog.splice(0).length }));
    app.get("/requests", () => core.requestLog);
    app.delete("/requests", () => ({ removed: core.requestLog.splice(0).length }));
    app.get("/origin/requests", () => core.origin.requests);
    app.delete("/origin/requests", () => ({ removed: core.origin.requests.splice(0).length }));
}

function faults(app: FastifyInstance, core: CloudflareCore): void {
    app.get("/faults", () => core.faults.list());
    app.post("/faults", (request) => {
        core.faults.add(request.body as Fault);
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

function site(app: FastifyInstance, core: CloudflareCore): void {
    app.put("/origin", (request) => setOrigin(core, request.body));
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
