import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");

/** `npm run local`, without npm. */
export const startLocal = (...args: string[]): ChildProcess =>
    spawn(process.execPath, ["--require", "./tests/register.cjs", "local/local.ts", ...args], { cwd: ROOT });

export interface Ended {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
}

/** What a process has printed when it is gone. */
export async function output(child: ChildProcess): Promise<Ended> {
    const said = { out: "", err: "" };
    child.stdout?.on("data", (chunk) => {
        said.out += chunk;
    });
    child.stderr?.on("data", (chunk) => {
        said.err += chunk;
    });
    const [code] = await once(child, "close");
    return { code, ...said };
}

/** A local Cloudflare in another terminal, with what it printed there. */
export class Terminal {
    private constructor(
        private readonly child: ChildProcess,
        private readonly screen: string,
    ) {}

    static async open(...args: string[]): Promise<Terminal> {
        const child = startLocal(...args);
        let screen = "";
        await new Promise<void>((resolve, reject) => {
            child.once("close", () => reject(new Error(`it ended: ${screen}`)));
            child.stdout?.on("data", (chunk) => {
                screen += chunk;
                if (screen.includes("Ctrl-C")) {
                    resolve();
                }
            });
        });
        return new Terminal(child, screen);
    }

    /** The lines to paste. */
    get lines(): string[] {
        return [...this.screen.matchAll(/^ {2}((?:export |cache-purge\(\)).*)$/gm)].map(([, line = ""]) => line);
    }

    /** The first group of what is found on the screen. */
    find(pattern: RegExp): string {
        const [, found] = pattern.exec(this.screen) ?? [];
        if (found === undefined) {
            throw new Error(`no ${pattern} in: ${this.screen}`);
        }
        return found;
    }

    async close(): Promise<void> {
        const closed = once(this.child, "close");
        this.child.kill("SIGTERM");
        await closed;
    }
}
