/** The second thread of {@link hashFiles}. */
import { parentPort } from "node:worker_threads";
import { hashBatch } from "./hashFiles";

parentPort?.on("message", hashBatch);
