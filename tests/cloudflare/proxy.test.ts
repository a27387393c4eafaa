import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { inspect } from "node:util";
import { CloudflareClient } from "../../components/cloudflare/client";
import { ACCEPTED, errorOf, json, TOKEN, ZONE } from "./servers";

const VARIABLES = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

describe("cloudflare/client behind a proxy", () => {
    let proxy: http.Server;
    let proxyUrl: string;
    let seen: { method?: string; url?: string; authorization?: string; head: string }[];
    let answerConnect: (socket: Socket) => void;
    const saved = new Map<string, string | undefined>();

    beforeEach(async () => {
        seen = [];
        for (const name of VARIABLES) {
            saved.set(name, process.env[name]);
            delete process.env[name];
        }
        proxy = http.createServer((request, response) => {
            note(request);
            json(response, 200, ACCEPTED);
        });
        proxy.on("connect", (request, socket: Socket) => {
            note(request);
            answerConnect(socket);
        });
        await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
        proxyUrl = `http://agent:hunter2@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    });
    afterEach(async () => {
        for (const [name, value] of saved) {
            if (value === undefined) {
                delete process.env[name];
            } else {
                process.env[name] = value;
            }
        }
        proxy.closeAllConnections();
        await new Promise((resolve) => proxy.close(resolve));
    });

    function note(request: http.IncomingMessage): void {
        const { method, url, headers } = request;
        const authorization = headers["proxy-authorization"];
        seen.push({
            ...(method && { method }),
            ...(url && { url }),
            ...(authorization && { authorization }),
            head: JSON.stringify(headers),
        });
    }

    const client = (baseUrl: string) =>
        new CloudflareClient({ credential: { token: TOKEN }, baseUrl, retries: 0, timeout: 5 });
    const basic = `Basic ${Buffer.from("agent:hunter2").toString("base64")}`;

    it("HTTP_PROXY: the whole URL goes to the proxy, with its own credentials", async () => {
        process.env.HTTP_PROXY = proxyUrl;
        await client("http://api.example.test/client/v4").purge(ZONE, { tags: ["a"] }, "purge");
        assert.deepEqual(
            [seen[0]?.method, seen[0]?.url, seen[0]?.authorization],
            ["POST", `http://api.example.test/client/v4/zones/${ZONE.id}/purge_cache`, basic],
        );
    });

    it("HTTPS_PROXY: a tunnel, and the token does not pass through it in the clear", async () => {
        process.env.HTTPS_PROXY = proxyUrl;
        let tunnelled = "";
        answerConnect = (socket) => {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            socket.once("data", (data) => {
                tunnelled = data.toString("latin1");
                socket.destroy();
            });
        };
        const error = await errorOf(client("https://api.example.test/client/v4").purge(ZONE, { tags: ["a"] }, "purge"));
        assert.deepEqual(
            [seen[0]?.method, seen[0]?.url, seen[0]?.authorization],
            ["CONNECT", "api.example.test:443", basic],
        );
        assert.equal(tunnelled.charCodeAt(0), 0x16, "a TLS handshake");
        assert.ok(!tunnelled.includes(TOKEN) && !seen[0]?.head.includes(TOKEN));
        assert.equal(error.kind, "network");
        assertClean(error);
    });

    const refusals: [string, string, string, RegExp][] = [
        [
            "wants a password",
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "not-the-api",
            /asks for a user name and a password.*HTTPS_PROXY/,
        ],
        [
            "forbids it",
            "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            "not-the-api",
            /status 403/,
        ],
        ["cannot reach it", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "not-the-api", /status 502/],
    ];
    for (const [name, answer, kind, words] of refusals) {
        it(`HTTPS_PROXY that ${name}`, async () => {
            process.env.HTTPS_PROXY = proxyUrl;
            answerConnect = (socket) => socket.end(answer);
            const error = await errorOf(
                client("https://api.example.test/client/v4").purge(ZONE, { tags: ["a"] }, "purge"),
            );
            assert.equal(error.kind, kind);
            assert.match(error.message, words);
            assertClean(error);
        });
    }

    it("HTTPS_PROXY that is not there", async () => {
        process.env.HTTPS_PROXY = "http://agent:hunter2@127.0.0.1:9";
        const error = await errorOf(client("https://api.example.test/client/v4").purge(ZONE, { tags: ["a"] }, "purge"));
        assert.match(error.message, /proxy/);
        assertClean(error);
    });

    it("HTTPS_PROXY that is no URL", async () => {
        process.env.HTTPS_PROXY = "http://agent:hunter2@";
        const error = await errorOf(client("https://api.example.test/client/v4").purge(ZONE, { tags: ["a"] }, "purge"));
        assertClean(error);
    });

    it("NO_PROXY goes past it", async () => {
        process.env.HTTP_PROXY = proxyUrl;
        process.env.NO_PROXY = "127.0.0.1";
        const error = await errorOf(client("http://127.0.0.1:9").purge(ZONE, { tags: ["a"] }, "purge"));
        assert.deepEqual([error.kind, seen.length], ["network", 0]);
    });

    function assertClean(error: unknown): void {
        const all = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)}`;
        for (const secret of [TOKEN, "hunter2", basic]) {
            assert.ok(!all.includes(secret), all);
        }
    }
});
