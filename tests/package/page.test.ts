import { ok } from "node:assert";
import type { LocalCloudflare } from "../../local/cloudflare";
import { memorySite, startLocalCloudflare } from "../../local/cloudflare";
import { BROWSER, pageText } from "./browser";

describe("package: the page to look at, in a browser", () => {
    let local: LocalCloudflare;
    before(async function () {
        if (BROWSER === undefined) {
            const line = "!".repeat(100);
            const what = "there is no Chromium (CHROMIUM, or chromium-headless-shell on PATH)";
            console.error(`${line}\n!! NOT TESTED: ${what}, so nobody looked at the page.\n${line}`);
            this.skip();
        }
        local = await startLocalCloudflare({ origin: { site: memorySite(new Map([["/app.js", "a"]])) } });
    });
    after(() => local?.close());

    const row = (...cells: string[]): string => cells.map((cell) => `<td>${cell}</td>`).join("");

    it("is live: a copy comes, and is purged while it is shown", async () => {
        const url = "https://www.example.com/app.js";
        let step: "nothing" | "copy" | "purged" = "nothing";
        await pageText(`${local.adminBaseUrl}/#${local.adminToken}`, (html) => {
            if (step === "nothing" && html.includes('id="state">live<')) {
                step = "copy";
                void local.visit(url);
            } else if (step === "copy" && html.includes(`<td>${url}</td>`) && html.includes("<td>fresh</td>")) {
                step = "purged";
                void fetch(`${local.apiBaseUrl}/zones/${local.zone.id}/purge_cache`, {
                    method: "POST",
                    headers: { authorization: `Bearer ${local.createToken({ name: "<b>bold</b>" }).value}` },
                    body: JSON.stringify({ files: [url] }),
                });
            }
            return (
                step === "purged" &&
                html.includes(`${row(url, "200")}<td>`) &&
                !html.includes("<td>fresh</td>") &&
                html.includes(row("&lt;b&gt;bold&lt;/b&gt;", "Cache Purge", "example.com", "active"))
            );
        });
    });

    it("without its token it shows nothing, and says what it lacks", async () => {
        const html = await pageText(`${local.adminBaseUrl}/`, (text) => text.includes("not live: the address lacks"));
        ok(!html.includes("<td>"));
    });
});
