import { match, rejects, strictEqual } from "node:assert";
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { httpVisit, VisitError } from "../../components/purge/visit";

/** A server with one way to answer. */
async function serving(answer: (response: ServerResponse) => void, run: (address: string) => Promise<void>) {
    const server = createServer((_request, response) => answer(response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    try {
        await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
        server.closeAllConnections();
        server.close();
    }
}

describe("purge/visit: an answer that does not end", () => {
    const url = "https://www.example.com/a.js";

    it("a body that drips is given up when the time is up, however often a byte comes", () =>
        serving(
            (response) => {
                response.writeHead(200);
                const drip = setInterval(() => response.write("."), 50);
                response.on("close", () => clearInterval(drip));
            },
            async (address) => {
                const visit = httpVisit({ "*": address });
                await rejects(visit(url, undefined, 1.005), (error) => {
                    strictEqual(error instanceof VisitError, true);
                    match((error as VisitError).reason, /ETIMEDOUT/);
                    return true;
                });
            },
        ));

    it("a huge body is given up at 64 MiB", () =>
        serving(
            (response) => {
                const part = Buffer.alloc(1024 * 1024);
                const more = (): void => {
                    while (!response.destroyed && response.write(part)) {
                        // until the reader is behind
                    }
                };
                response.on("drain", more);
                more();
            },
            async (address) => {
                await rejects(httpVisit({ "*": address })(url), /more than 67108864 bytes/);
            },
        ));

    it("a stop ends it at once", () =>
        serving(
            () => {},
            async (address) => {
                const stop = new AbortController();
                const visit = httpVisit({ "*": address })(url, stop.signal);
                stop.abort();
                await rejects(visit, VisitError);
            },
        ));
});
