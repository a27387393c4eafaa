import { ok } from "node:assert";
import type { LocalCloudflare } from "../../local/cloudflare";
import { memorySite, startLocalCloudflare } from "../../local/cloudflare";
import { BROWSER, pageText } from "./browser";
import { say } from "./npm";

describe("package: the page to look at, in a browser", () => {
    const files = new Map([["/app.js", "a"]]);
    let local: LocalCloudflare;
    before(async function () {
        if (BROWSER === undefined) {
            say(
                "there is no Chromium (CHROMIUM, or chromium-headless-shell or chromium on PATH), so nobody looked at the page",
            );
            this.skip();
        }
        local = await startLocalCloudflare({ origin: { site: memorySite(files) } });
    });
    after(() => local?.close());

    it("is live: a copy comes, is stale, and is purged while it is shown", async () => {
        const url = "https://www.example.com/app.js";
        let step: "nothing" | "copy" | "stale" | "purged" = "nothing";
        await pageText(`${local.adminBaseUrl}/#${local.adminToken}`, (html) => {
            if (step === "nothing" && html.includes('class="live">live<')) {
                step = "copy";
                void local.visit(url);
            } else if (step === "copy" && html.includes(`<td>${url}</td><td class="fresh">fresh · 200 · now</td>`)) {
                step = "stale";
                files.set("/app.js", "b");
            } else if (step === "stale" && html.includes('<td class="stale">stale · 200')) {
                step = "purged";
                void fetch(`${local.apiBaseUrl}/zones/${local.zone.id}/purge_cache`, {
                    method: "POST",
                    headers: { authorization: `Bearer ${local.createToken({ name: "<b>bold</b>" }).value}` },
                    body: JSON.stringify({ files: [url] }),
                });
            }
            return (
                step === "purged" &&
                html.includes(`<td>${url}</td><td class="accepted">200</td>`) &&
                !html.includes(" · 200 · ") &&
                html.includes("<td>&lt;b&gt;bold&lt;/b&gt;</td><td>Cache Purge</td><td>example.com</td>") &&
                html.includes('<td class="active">active</td>')
            );
        });
    });

    it("without its token it shows nothing, and says what it lacks", async () => {
        const html = await pageText(`${local.adminBaseUrl}/`, (text) => text.includes("not live: the address lacks"));
        ok(!html.includes("<td>"));
    });
});
