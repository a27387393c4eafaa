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

describe("purge/visit: headers that let a check in", () => {
    const check = { headers: { "CF-Access-Client-Secret": "s3cr3t" }, hosts: ["www.example.com"] };

    /** What a server at this address was sent. */
    async function sentTo(
        url: string,
        connectTo: (address: string) => Record<string, string>,
    ): Promise<string | undefined> {
        let got: string | undefined;
        const server = createServer((request, response) => {
            got = request.headers["cf-access-client-secret"]?.toString();
            response.end();
        });
        await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
        const { port } = server.address() as AddressInfo;
        try {
            await httpVisit(connectTo(`127.0.0.1:${port}`), check)(url);
        } finally {
            server.close();
        }
        return got;
    }

    it("go to the hosts of the base URLs", async () => {
        const at = (address: string) => ({ "*": `http://${address}` });
        strictEqual(await sentTo("https://www.example.com/a.js", at), "s3cr3t");
        strictEqual(await sentTo("https://www.example.com:8443/a.js", at), "s3cr3t");
    });

    it("go to no other host", async () => {
        for (const host of ["login.example.com", "example.com", "www.example.com.evil.test"]) {
            strictEqual(
                await sentTo(`https://${host}/a.js`, (address) => ({ "*": `http://${address}` })),
                undefined,
                host,
            );
        }
    });

    it("do not travel in clear: plain HTTP to anything but this machine goes without them", async () => {
        // The proxy that the environment names stands for the network: it sees what plain HTTP would carry.
        let seen: Record<string, unknown> | undefined;
        const proxy = createServer((request, response) => {
            seen = request.headers;
            response.end();
        });
        await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
        const before = process.env.http_proxy;
        process.env.http_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
        try {
            await httpVisit({}, check)("http://www.example.com/a.js");
        } finally {
            if (before === undefined) {
                delete process.env.http_proxy;
            } else {
                process.env.http_proxy = before;
            }
            proxy.close();
        }
        strictEqual(seen?.host, "www.example.com");
        strictEqual(seen?.["cf-access-client-secret"], undefined);
    });

    it("an address that was named is asked past any proxy of the environment", async () => {
        const before = process.env.http_proxy;
        process.env.http_proxy = "http://127.0.0.1:1";
        try {
            const at = (address: string) => ({ "*": `http://${address}` });
            strictEqual(await sentTo("https://www.example.com/a.js", at), "s3cr3t");
        } finally {
            if (before === undefined) {
                delete process.env.http_proxy;
            } else {
                process.env.http_proxy = before;
            }
        }
    });

    it("no error holds them", async () => {
        await rejects(httpVisit({ "*": "http://127.0.0.1:1" }, check)("https://www.example.com/a.js"), (error) => {
            strictEqual(`${(error as Error).stack} ${JSON.stringify(error)}`.includes("s3cr3t"), false);
            return true;
        });
    });
});
