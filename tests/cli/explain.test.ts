import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { CATALOGUE } from "../../components/cloudflare/errorCodes";
import { grouped } from "../../components/errors/text";
import { API_LIMIT, planLimits, ZONE_PLANS } from "../../components/settings/limits";
import { invoke } from "./invoke";

const root = path.join(__dirname, "../..");
const docs = readFileSync(path.join(root, "docs/errors.md"), "utf8");
const keys = [...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, key]) => key as string);

describe("cli: explain", () => {
    it("explains every key of docs/errors.md in the page's own words", async () => {
        ok(keys.length > 30);
        for (const key of keys) {
            const { code, out, err } = await invoke(["explain", key]);
            deepStrictEqual([code, err], [0, ""], key);
            match(out, new RegExp(`^${key}\n`));
            const row = docs.split("\n").find((line) => line.startsWith(`| \`${key}\` |`)) ?? "";
            const words = row.split("|")[2]?.trim().split(" ").slice(0, 4).join(" ") ?? "";
            ok(out.replace(/\s+/g, " ").includes(words), `${words} in ${out}`);
            match(out, /remedy: \S/);
        }
    });

    it("explains Cloudflare's codes, with what may cause them", async () => {
        for (const { code, meaning, causes } of CATALOGUE) {
            const { out } = await invoke(["explain", String(code)]);
            ok(out.replace(/\s+/g, " ").includes(meaning), out);
            ok(causes.every((cause) => out.includes(cause)));
        }
    });

    it("a topic: stale", async () => {
        const { code, out } = await invoke(["explain", "stale"]);
        strictEqual(code, 0);
        match(out, /cf-cache-status: HIT/);
        match(out, /http\.request\.method in/);
        ok(!/\]\(|^\|/m.test(out), "no Markdown tables or links");
    });

    it("a topic: credentials, in the words of docs/cli.md", async () => {
        const { code, out } = await invoke(["explain", "credentials"]);
        strictEqual(code, 0);
        const page = readFileSync(path.join(root, "docs/cli.md"), "utf8");
        const [, section = ""] = /\n## Credentials\n([\s\S]*?)\n## /.exec(page) ?? [];
        ok(section.length > 500);
        strictEqual(out.replace(/\s+/g, " ").trim(), section.replace(/\s+/g, " ").trim());
    });

    it("a topic: limits, with the figures that purges are paced by", async () => {
        const { code, out } = await invoke(["explain", "limits"]);
        strictEqual(code, 0);
        for (const plan of ZONE_PLANS) {
            const { urlsPerRequest, itemsPerRequest, urlsPerSecond, requestsPerMinute, bucket } = planLimits(plan);
            const figures = [urlsPerRequest, itemsPerRequest, urlsPerSecond, requestsPerMinute, bucket]
                .map(grouped)
                .join(" +");
            match(out, new RegExp(`^${plan} +${figures}$`, "m"));
        }
        match(
            out.replace(/\s+/g, " "),
            new RegExp(`${grouped(API_LIMIT.requests)} requests in ${API_LIMIT.seconds} seconds`),
        );
        ok(!/\]\(|^\|/m.test(out), "no Markdown tables or links");
    });

    it("without a word, lists what there is; an unknown one is wrong usage, with the nearest", async () => {
        const { code, out } = await invoke(["explain"]);
        strictEqual(code, 0);
        ok(keys.every((key) => out.includes(key)));
        match(out, /topics: stale, credentials, limits/);
        const wrong = await invoke(["explain", "mising-permission"]);
        strictEqual(wrong.code, 2);
        match(wrong.err, /"mising-permission" is not .*explain missing-permission/s);
    });

    it("no line is longer than the terminal is wide", async () => {
        for (const topic of ["stale", "wrong-zone-id", "10000", "credentials", "limits"]) {
            const { out } = await invoke(["explain", topic], { tty: true });
            deepStrictEqual(
                out.split("\n").filter((line) => line.length > 80 && line.includes(" ") && !/\S{70}/.test(line)),
                [],
            );
        }
    });

    it("the compiled command brings the pages along", () => {
        const main = path.join(root, "components/dist/cli/main.js");
        const { status, stdout } = spawnSync(process.execPath, [main, "explain", "stale"], { encoding: "utf8" });
        strictEqual(status, 0);
        match(stdout, /cf-cache-status/);
        ok(readFileSync(path.join(root, "components/docs/errors.md"), "utf8") === docs);
    });
});
