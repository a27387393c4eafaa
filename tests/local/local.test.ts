import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import { readArguments } from "../../local/local";
import { output, startLocal } from "./terminal";

describe("npm run local", () => {
    it("--json prints one line when ready, works as a deploy credential needs it, and ends at SIGTERM", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "site-"));
        fs.writeFileSync(path.join(folder, "index.html"), "hello");
        const child = startLocal("--json", "--dir", folder, "--zone", "example.org", "--plan", "pro");
        const lines: string[] = [];
        const reader = readline.createInterface({ input: child.stdout as NodeJS.ReadableStream });
        reader.on("line", (line) => lines.push(line));
        await once(reader, "line");
        const ready = JSON.parse(lines[0] as string);
        assert.deepEqual(Object.keys(ready), [
            "apiBaseUrl",
            "edgeBaseUrl",
            "originBaseUrl",
            "adminBaseUrl",
            "adminToken",
            "accountId",
            "zone",
            "token",
        ]);
        assert.match(ready.apiBaseUrl, /\/client\/v4$/);
        assert.deepEqual(Object.keys(ready.zone), ["id", "name"]);

        const api = async (method: string, where: string, token: string, body?: unknown) => {
            const response = await fetch(ready.apiBaseUrl + where, {
                method,
                headers: { authorization: `Bearer ${token}` },
                body: JSON.stringify(body),
            });
            return {
                status: response.status,
                ...((await response.json()) as {
                    result: { id: string; value: string; plan: { legacy_id: string } }[] & { value: string };
                }),
            };
        };
        const zones = await api("GET", "/zones?name=example.org", ready.token);
        assert.deepEqual([zones.result[0]?.id, zones.result[0]?.plan.legacy_id], [ready.zone.id, "pro"]);
        const files = { files: ["https://www.example.org/"] };
        assert.equal((await api("POST", `/zones/${ready.zone.id}/purge_cache`, ready.token, files)).status, 403);
        const made = await api("POST", "/user/tokens", ready.token, {
            name: "purge",
            policies: [
                {
                    effect: "allow",
                    permission_groups: [{ id: "e17beae8b8cb423a99b1730f21238bed" }],
                    resources: { [`com.cloudflare.api.account.zone.${ready.zone.id}`]: "*" },
                },
            ],
        });
        assert.equal((await api("POST", `/zones/${ready.zone.id}/purge_cache`, made.result.value, files)).status, 200);
        const purges = (await (
            await fetch(`${ready.adminBaseUrl}/purges`, { headers: { authorization: `Bearer ${ready.adminToken}` } })
        ).json()) as { accepted: boolean }[];
        assert.deepEqual(
            purges.map(({ accepted }) => accepted),
            [false, true],
        );
        assert.equal(await (await fetch(ready.originBaseUrl)).text(), "hello");

        child.kill("SIGTERM");
        assert.deepEqual(await once(child, "close"), [0, null]);
        assert.equal(lines.length, 1);
        fs.rmSync(folder, { recursive: true });
    });

    it("prints what a person pastes, and ends at Ctrl-C", async () => {
        const child = startLocal();
        const seen = output(child);
        child.stdout?.on("data", (chunk) => {
            if (String(chunk).includes("Ctrl-C")) {
                child.kill("SIGINT");
            }
        });
        const { code, out, err } = await seen;
        assert.deepEqual([code, err], [0, ""]);
        assert.match(out, /export CLOUDFLARE_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/client\/v4\n/);
        assert.match(out, /export CLOUDFLARE_API_TOKEN=cfut_\w{48}\n/);
        assert.match(out, /zone {4}example\.com {3}[0-9a-f]{32}\n/);
    });

    it("a mistake is a sentence and status 2", async () => {
        const { code, out, err } = await output(startLocal("--json", "--dir", "/nowhere/at/all"));
        assert.deepEqual([code, out], [2, ""]);
        assert.match(
            err,
            /^local Cloudflare: the origin's folder \/nowhere\/at\/all does not exist; make it, or name another\n/,
        );
    });

    const wrong: [string[], RegExp][] = [
        [["--colour"], /Unknown option '--colour'/],
        [["--propagation", "soon"], /--propagation is "soon"; it must be a whole number/],
        [["--api-port=-1"], /--api-port is "-1"; it must be a whole number/],
        [["folder"], /Unexpected argument 'folder'/],
    ];
    for (const [args, message] of wrong) {
        it(`refuses ${args.join(" ")}`, () => assert.throws(() => readArguments(args), message));
    }
});
