import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import path from "node:path";

const PROVIDER = path.join(__dirname, "../../components/dist/resources/provider.js");
const GUARD = path.join(__dirname, "../../components/dist/resources/abortWithEngine.js");

/** A port that takes connections, and counts them. */
async function listening(): Promise<{ server: Server; port: number; sockets: Socket[]; next(): Promise<unknown> }> {
    const server = createServer();
    const sockets: Socket[] = [];
    server.on("connection", (socket) => sockets.push(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { server, port, sockets, next: () => once(server, "connection") };
}

function gone({ server, sockets }: { server: Server; sockets: Socket[] }): void {
    for (const socket of sockets) {
        socket.destroy();
    }
    server.close();
}

describe("the process of the provider, when its engine is gone", () => {
    /** Serves as the SDK's process does: a server of its own, the provider, and the engine's address at the end. */
    const start = (engine: string, more = ""): { child: ChildProcess; line: () => Promise<string> } => {
        const script = `require("node:net").createServer().listen(0, "127.0.0.1"); require(${JSON.stringify(PROVIDER)}); ${more}; console.log("ready");`;
        const child = spawn(process.execPath, ["-e", script, "provider", engine], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        return { child, line: async () => String((await once(child.stdout as NodeJS.ReadableStream, "data"))[0]) };
    };

    it("lives as long as the engine, and ends by itself after it", async () => {
        const engine = await listening();
        const { child, line } = start(`127.0.0.1:${engine.port}`);
        const ended = once(child, "exit");
        await line();
        await engine.next();
        await engine.next();
        assert.equal(child.exitCode, null);
        gone(engine);
        assert.deepEqual(await ended, [0, null]);
    });

    it("ends only when what is under way has been broken off", async () => {
        const engine = await listening();
        const purge = `const { signal, stop } = require(${JSON.stringify(GUARD)}).abortWithEngine(600);
            signal.addEventListener("abort", () => { console.log("aborted"); process.stdin.once("data", stop); process.stdin.resume(); });`;
        const script = `require("node:net").createServer().listen(0, "127.0.0.1"); require(${JSON.stringify(PROVIDER)}); ${purge}; console.log("ready");`;
        const child = spawn(process.execPath, ["-e", script, "provider", `127.0.0.1:${engine.port}`], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        const ended = once(child, "exit");
        await once(child.stdout, "data");
        await engine.next();
        gone(engine);
        assert.equal(String((await once(child.stdout, "data"))[0]), "aborted\n");
        assert.equal(child.exitCode, null);
        child.stdin.end("go\n");
        assert.deepEqual(await ended, [0, null]);
    });

    it("leaves another package's resource its connection", async () => {
        const engine = await listening();
        const other = await listening();
        // Each look that finds no engine is told, so that this test need not wait for a time.
        const { child, line } = start(
            `127.0.0.1:${engine.port}`,
            `const net = require("node:net");
             net.connect(${other.port}, "127.0.0.1").on("error", () => {});
             const { connect } = net;
             net.connect = (...args) => connect(...args).on("error", () => console.log("refused"))`,
        );
        const ended = once(child, "exit");
        const connected = other.next();
        await line();
        await connected;
        await engine.next();
        gone(engine);
        for (let looks = 0; looks < 3; looks++) {
            assert.equal(await line(), "refused\n");
        }
        assert.equal(child.exitCode, null);
        gone(other);
        assert.deepEqual(await ended, [0, null]);
    });
});
