/** A page in Chromium, by the DevTools protocol. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Debian's chromium-headless-shell, or what CHROMIUM names. */
export const BROWSER = [process.env.CHROMIUM, "chromium-headless-shell", "chromium"].find(
    (name) => name !== undefined && spawnSync(name, ["--version"], { timeout: 30_000 }).status === 0,
);

/** Opens an address, and hands over what its page shows each time that `isDone` has not been satisfied yet. */
export async function pageText(address: string, isDone: (html: string) => boolean): Promise<string> {
    const profile = mkdtempSync(path.join(tmpdir(), "chromium-"));
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const flags = [
        ...sandbox,
        "--headless",
        "--disable-gpu",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
    ];
    // Its command may be a script that starts it: they are ended together, as a group.
    const child = spawn(BROWSER ?? "", [...flags, "about:blank"], {
        stdio: ["ignore", "ignore", "pipe"],
        detached: true,
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    try {
        const port = await new Promise<string>((resolve, reject) => {
            let said = "";
            child.stderr.setEncoding("utf8").on("data", (text: string) => {
                said += text;
                const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said)?.[1];
                if (found !== undefined) {
                    resolve(found);
                }
            });
            child.once("exit", () => reject(new Error(`the browser has ended: ${said}`)));
        });
        const opened = await fetch(`http://127.0.0.1:${port}/json/new?${encodeURIComponent(address)}`, {
            method: "PUT",
        });
        const { webSocketDebuggerUrl } = (await opened.json()) as { webSocketDebuggerUrl: string };
        const socket = new WebSocket(webSocketDebuggerUrl);
        await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
        for (let id = 1; ; id++) {
            const answer = new Promise<string>((resolve) =>
                socket.addEventListener("message", ({ data }) => resolve(String(data)), { once: true }),
            );
            const params = { expression: "document.body.outerHTML", returnByValue: true };
            socket.send(JSON.stringify({ id, method: "Runtime.evaluate", params }));
            const { result } = JSON.parse(await answer) as { result?: { result?: { value?: string } } };
            const html = result?.result?.value ?? "";
            if (isDone(html)) {
                socket.close();
                return html;
            }
            await sleep(100);
        }
    } finally {
        if (child.pid !== undefined) {
            process.kill(-child.pid, "SIGKILL");
        }
        await exited;
        child.stderr.destroy();
        rmSync(profile, { recursive: true, force: true });
    }
}
