/** A change that is no file: when the worker's script changes, what it answers is purged. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { CachePurge } from "pulumi-cloudflare-cache-purge";

const script = createHash("sha256").update(readFileSync("worker.js")).digest("hex");

const purge = new CachePurge("api", {
    zone: "example.com",
    triggers: { script },
    targets: { prefixes: ["api.example.com/v1/"], tags: ["catalogue"] },
});

export const purged = purge.receipt;
