import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";

const PROVIDER = path.join(__dirname, "../../components/dist/resources/provider.js");
const GUARD = path.join(__dirname, "../../components/dist/resources/abortWithEngine.js");

/** A port that takes connections, until it is gone. */
interface Listening {
    readonly port: number;
    /** The next connection. */
    next(): Promise<unknown>;
    /** From now on connections are refused, and nobody else is given the port. */
    gone(): void;
    /** The port is anybody's again. */
    free(): void;
}

async function listening(): Promise<Listening> {
    const server = createServer();
    const sockets: Socket[] = [];
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    // While a connection of its own has the port, no other test that asks for a free one gets it, to answer in its place.
    const own = connect(port, "127.0.0.1");
    const [held] = (await once(server, "connection")) as [Socket];
    server.on("connection", (socket) => sockets.push(socket));
    return {
        port,
        next: () => once(server, "connection"),
        gone: () => {
            for (const socket of sockets) {
                socket.destroy();
            }
            server.close();
        },
        free: () => {
            own.destroy();
            held.destroy();
        },
    };
}

describe("the process of the provider, when its engine is gone", function () {
    this.timeout(60_000);

    let engine: Listening;
    beforeEach(async () => {
        engine = await listening();
    });
    afterEach(() => engine.free());

    /** Serves as the SDK's process does: a server of its own, the provider, and the engine's address at the end. */
    const start = (more = "") => {
        const script = `require("node:net").createServer().listen(0, "127.0.0.1"); require(${JSON.stringify(PROVIDER)}); ${more}; console.log("ready");`;
        const child: ChildProcess = spawn(process.execPath, ["-e", script, "provider", `127.0.0.1:${engine.port}`], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
        return { child, ended: once(child, "exit"), line: async () => (await lines.next()).value as string };
    };

    it("lives as long as the engine, and ends by itself after it", async () => {
        const { child, ended, line } = start();
        assert.equal(await line(), "ready");
        await engine.next();
        await engine.next();
        assert.equal(child.exitCode, null);
        engine.gone();
        assert.deepEqual(await ended, [0, null]);
    });

    it("ends only when what is under way has been broken off", async () => {
        const { child, ended, line } = start(
            `const { signal, stop } = require(${JSON.stringify(GUARD)}).abortWithEngine(600);
             signal.addEventListener("abort", () => { console.log("aborted"); process.stdin.once("data", stop); process.stdin.resume(); });`,
        );
        assert.equal(await line(), "ready");
        await engine.next();
        engine.gone();
        assert.equal(await line(), "aborted");
        assert.equal(child.exitCode, null);
        child.stdin?.end("go\n");
        assert.deepEqual(await ended, [0, null]);
    });

    it("leaves another package's resource its connection", async () => {
        const other = await listening();
        // Each look that finds no engine is told, so that this test need not wait for a time.
        const connected = other.next();
        const { child, ended, line } = start(
            `const net = require("node:net");
             net.connect(${other.port}, "127.0.0.1").on("error", () => {});
             const { connect } = net;
             net.connect = (...args) => connect(...args).on("error", () => console.log("refused"))`,
        );
        assert.equal(await line(), "ready");
        await connected;
        await engine.next();
        engine.gone();
        for (let looks = 0; looks < 3; looks++) {
            assert.equal(await line(), "refused");
        }
        assert.equal(child.exitCode, null);
        other.gone();
        assert.deepEqual(await ended, [0, null]);
        other.free();
    });
});
