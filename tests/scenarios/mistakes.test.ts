import { deepStrictEqual, doesNotMatch, match, strictEqual } from "node:assert";
import path from "node:path";
import type { Result } from "../../local/engine/stack";
import { Texts } from "../texts";
import type { Mistake } from "./mistakeCases";
import { ACCOUNT, MISTAKES, ZONES } from "./mistakeCases";
import { BASE, Site } from "./site";

const HEAD = `# What \`pulumi up\` says

Each known mistake, made as the person made it, and the errors and warnings of the failed \`up\`. Written by
\`tests/scenarios/mistakes.test.ts\` (\`UPDATE_TEXTS=1\` writes it anew); the test fails when a text changes.
`;

/** Every known mistake through \`up\`, in one stack: what was never recorded is never there. */
describe("scenarios: every known mistake", () => {
    const texts = new Texts(path.join(__dirname, "texts.snap.md"), HEAD);
    let site: Site;
    let version = 0;
    before(async () => {
        site = await Site.start({
            options: { retries: 0 },
            cloudflare: {
                accounts: [{ id: ACCOUNT, name: "Ours" }],
                zones: [
                    { name: "example.com", id: ZONES.main, cacheEverything: true, unproxied: ["grey.example.com"] },
                    { name: "example.org", id: ZONES.other, cacheEverything: true },
                    { name: "paused.example", id: `${"e".repeat(31)}1`, cacheEverything: true, paused: true },
                    { name: "twice.example", id: `${"d".repeat(31)}1` },
                    { name: "twice.example", id: `${"d".repeat(31)}2`, accountId: "b".repeat(32), status: "pending" },
                ],
            },
        });
    });
    after(() => site.close());

    for (const one of MISTAKES) {
        it(`${one.title} → ${one.key ?? "works"}`, async () => {
            await make(one);
            site.purges();
            Object.assign(process.env, one.env); // an engine takes over the environment that it is started in
            const result = await site.stack.up();
            for (const name of Object.keys(one.env ?? {})) {
                delete process.env[name];
            }
            site.cloudflare.faults.clear();
            site.cloudflare.setPropagation(0);

            strictEqual(result.succeeded, one.ends === "passes", result.log);
            for (const pattern of one.says) {
                match(result.log, pattern);
            }
            const others = MISTAKES.filter(
                ({ key, says }) => key !== one.key && key !== null && says[0]?.test(result.log),
            );
            deepStrictEqual(
                others.map(({ title }) => title),
                [],
                "no other row is named",
            );
            if (one.ends === "early") {
                deepStrictEqual(site.purges(), []);
                deepStrictEqual(
                    result.steps.filter(
                        ({ op, type }) => op !== "same" && /cloudflareCachePurge:Journal|Upload/.test(type),
                    ),
                    [],
                    "nothing is recorded, nothing uploaded",
                );
            }
            strictEqual(/\bat .*:\d+:\d+\)|__pulumi|node:internal/.test(result.log), false, "no stack trace, no dump");
            doesNotMatch(result.log, /\(node:\d+\)/, "no warning of Node's");
            texts.add({ title: one.title, command: "pulumi up", text: told(result), end: one.ends });
        });
    }

    it("every text is the one in texts.snap.md", () => {
        strictEqual(texts.written, texts.expected());
    });

    async function make({ options = {}, token, deployToken, config, fault, propagation }: Mistake): Promise<void> {
        const { cloudflare, stack } = site;
        version += 1;
        await site.warm(["/app.js"]);
        site.edit({ "app.js": `version ${version}` });
        await site.setOptions(options);
        const value = typeof token === "function" ? token(cloudflare) : cloudflare.createToken(token ?? {}).value;
        await stack.setConfig("token", value, true);
        const settings = {
            tokenGiven: String(token !== null),
            baseUrls: JSON.stringify([BASE]),
            assets: "{}",
            "cloudflare:baseUrl": cloudflare.apiBaseUrl,
            ...config?.(cloudflare),
        };
        for (const [key, text] of Object.entries(settings)) {
            await stack.setConfig(key, text);
        }
        await stack.setConfig("cloudflare:apiToken", deployToken?.(cloudflare) ?? cloudflare.token, true);
        if (fault !== undefined) {
            cloudflare.faults.add(fault);
        }
        cloudflare.setPropagation(propagation ?? 0);
    }
});

/** The errors and warnings, as both engines word them. */
function told({ diagnostics }: Result): string {
    return diagnostics
        .filter(({ severity, message }) => severity === "error" || /warning/.test(severity + message))
        .map(({ severity, message }) => `${severity}: ${message.trim()}`)
        .filter((line) => line !== "error: update failed")
        .join("\n");
}
