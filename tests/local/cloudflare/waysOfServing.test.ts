import { deepStrictEqual } from "node:assert";
import type { OriginOptions } from "../../../local/cloudflare";
import { LocalOrigin, memorySite } from "../../../local/cloudflare";
import { MovingClock } from "../../../local/cloudflare/clock";
import { Faults } from "../../../local/cloudflare/faults/faults";

const FILES = ["index.html", "404.html", "docs/index.html", "docs/404.html", "app.js"];

describe("ways of serving", () => {
    const rows: [title: string, options: OriginOptions, answers: Record<string, [status: number, body: string]>][] = [
        ["no fallback", {}, { "/app.js": [200, "app.js"], "/no": [404, "Not Found\n"], "/404": [200, "404.html"] }],
        [
            "404 pages, the nearest one answers",
            { fallback: "404.html" },
            { "/no": [404, "404.html"], "/docs/a/no": [404, "docs/404.html"], "/404": [200, "404.html"] },
        ],
        [
            "an internal 404 page",
            { fallback: "404.html", internal: ["404.html"] },
            { "/no": [404, "404.html"], "/404": [404, "404.html"], "/404.html": [404, "404.html"] },
        ],
        ["a single-page application", { fallback: "index.html" }, { "/no": [200, "index.html"] }],
        [
            "an object store that may not be listed",
            { missingStatus: 403 },
            { "/app.js": [200, "app.js"], "/no": [403, "Access Denied\n"] },
        ],
        ["a login", { login: "https://login.example.com/" }, { "/app.js": [302, ""], "/no": [302, ""] }],
    ];
    const site = memorySite(new Map(FILES.map((name) => [`/${name}`, Buffer.from(name)])));
    const ask = async (options: OriginOptions, target: string, headers: Record<string, string> = {}) => {
        const origin = new LocalOrigin({ clock: new MovingClock(0), faults: new Faults() }, { site, ...options });
        const { status, body } = await origin.handle({
            method: "GET",
            target,
            headers: { host: "example.com", ...headers },
        });
        return [status, body.toString()];
    };
    for (const [title, options, answers] of rows) {
        it(title, async () => {
            for (const [target, expected] of Object.entries(answers)) {
                deepStrictEqual([target, ...(await ask(options, target))], [target, ...expected]);
            }
        });
    }

    it("whoever has logged in passes", async () => {
        const login = "https://login.example.com/";
        deepStrictEqual(await ask({ login }, "/app.js", { cookie: "session=1" }), [200, "app.js"]);
    });
});
