/** The second thread: it loads as little as it can, since files wait for it. */
import { parentPort } from "node:worker_threads";
import { hashBatch } from "./hash";

parentPort?.on("message", hashBatch);
