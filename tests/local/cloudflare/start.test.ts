import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { LocalCloudflare, LocalCloudflareOptions } from "../../../local/cloudflare";
import { createLocalCloudflare, startLocalCloudflare } from "../../../local/cloudflare";

describe("starting and stopping", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "local-"));
    before(() => fs.writeFileSync(path.join(folder, "index.html"), "one"));
    after(() => fs.rmSync(folder, { recursive: true }));

    const wrong: [object, RegExp][] = [
        [{ plan: "gold" }, /plan "gold" is not one of free, pro, business, enterprise/],
        [{ zones: [] }, /option zones is "\[\]"; it must be a list with at least one zone/],
        [{ zones: [{ name: "localhost" }] }, /zone name "localhost" is not a domain name such as example.com/],
        [{ zones: [{ name: "https://example.com" }] }, /is not a domain name/],
        [{ zones: [{ name: "example.com", id: "1" }] }, /zone ID "1" is not 32 lower-case hex digits/],
        [{ zones: [{ name: "example.com", status: "gone" }] }, /zone status "gone" is not one of initializing/],
        [{ zones: [{ name: "example.com", plan: "gold" }] }, /plan "gold"/],
        [
            {
                zones: [
                    { name: "a.example", id: "a".repeat(32) },
                    { name: "b.example", id: "a".repeat(32) },
                ],
            },
            /is given twice/,
        ],
        [{ accounts: [{ id: "x", name: "X" }] }, /account ID "x" is not 32 hex digits/],
        [{ origin: { dir: "/nowhere/at/all" } }, /folder \/nowhere\/at\/all does not exist; make it, or name another/],
        [{ origin: { dir: __filename } }, /is not a folder; name the folder that holds it/],
        [
            { origin: { htmlHandling: "sometimes" } },
            /option origin.htmlHandling is "sometimes"; it must be auto-trailing-slash/,
        ],
        [{ dataCentres: 0 }, /option dataCentres is 0; it must be a whole number, 1 to 8/],
        [{ propagation: -1 }, /option propagation is -1; it must be a whole number, 0 or more/],
        [{ ports: { api: 70000 } }, /option ports.api is 70000; it must be a whole number, 0 to 65535/],
        [{ colour: "red" }, /there is no option colour; there are plan, zones/],
        [{ zones: [{ name: "example.com", cacheAll: true }] }, /there is no option zones.cacheAll/],
        [{ origin: { folder: "x" } }, /there is no option origin.folder/],
        [{ ports: { dns: 53 } }, /there is no option ports.dns/],
    ];
    for (const [options, message] of wrong) {
        it(`refuses ${JSON.stringify(options).slice(0, 70)}`, async () => {
            await assert.rejects(startLocalCloudflare(options as LocalCloudflareOptions), message);
            assert.throws(() => createLocalCloudflare(options as LocalCloudflareOptions), message);
        });
    }

    for (const name of ["api", "edge", "origin", "admin"] as const) {
        it(`says so when the port of the ${name} is taken, and leaves nothing open`, async () => {
            const taken = net.createServer();
            await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
            const { port } = taken.address() as net.AddressInfo;
            const said = new RegExp(`port ${port} for the ${name}.* is taken; stop what uses it, or give 0`, "i");
            await assert.rejects(startLocalCloudflare({ ports: { [name]: port } }), said);
            taken.close();
        });
    }

    it("listens on the loopback interface only, on ports of its own", async () => {
        const local = await startLocalCloudflare();
        const bases = [local.apiBaseUrl, local.edgeBaseUrl, local.originBaseUrl, local.adminBaseUrl];
        for (const base of bases) {
            assert.match(base, /^http:\/\/127\.0\.0\.1:\d+(\/client\/v4)?$/);
        }
        assert.equal(new Set(bases.map((base) => new URL(base).port)).size, 4);
        const outside = Object.values(os.networkInterfaces())
            .flat()
            .find((address) => address && !address.internal && address.family === "IPv4");
        if (outside) {
            await assert.rejects(fetch(local.apiBaseUrl.replace("127.0.0.1", outside.address)), /fetch failed/);
        }
        await local.close();
    });

    it("closes connections that are kept alive and answers that are held", async () => {
        const local = await startLocalCloudflare();
        const agent = new http.Agent({ keepAlive: true });
        await new Promise<void>((resolve, reject) => {
            http.get(`${local.apiBaseUrl}/zones`, { agent }, (response) => response.resume().on("end", resolve)).on(
                "error",
                reject,
            );
        });
        const hold = local.origin.hold("/");
        const visit = local.visit("https://example.com/held");
        await hold.begun;
        await Promise.all([local.close(), assert.rejects(visit)]);
        await assert.rejects(fetch(local.apiBaseUrl), /fetch failed/);
        agent.destroy();
    });

    it("serves a folder as it is at each request, and another when told", async () => {
        const local = await startLocalCloudflare({ origin: { dir: folder } });
        const other = fs.mkdtempSync(path.join(os.tmpdir(), "other-"));
        fs.writeFileSync(path.join(other, "index.html"), "three");
        const body = async (query: string) => `${(await local.visit(`https://example.com/?${query}`)).body}`;
        assert.equal(await body("1"), "one");
        fs.writeFileSync(path.join(folder, "index.html"), "two");
        assert.deepEqual([await body("1"), await body("2")], ["one", "two"]);
        local.origin.setDir(other);
        assert.deepEqual([await body("2"), await body("3")], ["two", "three"]);
        assert.throws(() => local.origin.setDir("/nowhere"), /does not exist/);
        assert.equal(local.origin.root, other);
        const page = await fetch(`${local.originBaseUrl}/`);
        const again = await fetch(`${local.originBaseUrl}/`, {
            headers: { "if-none-match": page.headers.get("etag") ?? "" },
        });
        const since = await fetch(`${local.originBaseUrl}/`, {
            headers: { "if-modified-since": page.headers.get("last-modified") ?? "" },
        });
        assert.deepEqual([page.status, again.status, since.status], [200, 304, 304]);
        await local.close();
        fs.rmSync(other, { recursive: true });
    });

    it("tells zones by the Host header and the scheme by X-Forwarded-Proto, https without one", async () => {
        const local = await startLocalCloudflare({ origin: { dir: folder } });
        const raw = (headers: http.OutgoingHttpHeaders) =>
            new Promise<string | undefined>((resolve, reject) => {
                http.get(local.edgeBaseUrl, { headers }, (response) => {
                    response
                        .resume()
                        .on("end", () => resolve(response.headers["cf-cache-status"] as string | undefined));
                }).on("error", reject);
            });
        const host = { host: "www.example.com" };
        assert.deepEqual([await raw(host), await raw(host)], ["MISS", "HIT"]);
        assert.equal((await local.visit("https://www.example.com/")).cacheStatus, "HIT");
        assert.deepEqual(
            [
                await raw({ ...host, "x-forwarded-proto": "http" }),
                (await local.visit("http://www.example.com/")).cacheStatus,
            ],
            ["MISS", "HIT"],
        );
        assert.equal((await local.visit("https://www.example.com/", { dataCentre: 1 })).cacheStatus, "MISS");
        assert.equal((await local.visit("https://www.example.com/", { dataCentre: 7 })).status, 400);
        await assert.rejects(local.visit("/path"), /"\/path" is not an absolute http or https URL/);
        await local.close();
    });

    describe("refuses pages of the web, whatever name they have for this machine", () => {
        let local: LocalCloudflare;
        before(async () => {
            local = await startLocalCloudflare({ zones: [{ name: "example.com", unproxied: ["raw.example.com"] }] });
        });
        after(() => local.close());

        const PORTS = ["api", "edge", "origin", "admin"] as const;
        const status = (port: (typeof PORTS)[number], headers: http.OutgoingHttpHeaders) =>
            new Promise<number | undefined>((resolve, reject) => {
                const base = local[`${port}BaseUrl`];
                const authorization = `Bearer ${port === "admin" ? local.adminToken : local.token}`;
                const where = { api: "/zones", edge: "/", origin: "/", admin: "/zones" }[port];
                http.get(base + where, { headers: { authorization, ...headers } }, (answer) =>
                    answer.resume().on("end", () => resolve(answer.statusCode)),
                ).on("error", reject);
            });
        const rows: [what: string, headers: http.OutgoingHttpHeaders, refused: readonly string[]][] = [
            ["this machine's address", {}, []],
            ["its name", { host: "localhost:1234" }, []],
            ["its other address", { host: "[::1]:80" }, []],
            ["a page of this machine", { origin: "http://localhost:3000" }, []],
            ["another name", { host: "attacker.example" }, PORTS],
            ["another name with a port", { host: "attacker.example:8080" }, PORTS],
            ["a name that ends like a zone's", { host: "example.com.attacker.example" }, PORTS],
            ["a name that begins like this machine's", { host: "127.0.0.1.attacker.example" }, PORTS],
            ["a name that begins like localhost", { host: "localhost.attacker.example" }, PORTS],
            ["a zone's host", { host: "www.example.com" }, ["api", "admin"]],
            ["a zone's host that is not proxied", { host: "raw.example.com" }, ["api", "admin"]],
            ["a page elsewhere", { origin: "https://attacker.example" }, PORTS],
            ["a page without a name", { origin: "null" }, PORTS],
            ["a page of the site", { host: "www.example.com", origin: "https://app.example.org" }, ["api", "admin"]],
        ];
        for (const [what, headers, refused] of rows) {
            it(what, async () => {
                for (const port of PORTS) {
                    assert.equal((await status(port, headers)) === 403, refused.includes(port), port);
                }
            });
        }
    });
});
