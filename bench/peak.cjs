/** Preloaded into each process of an `up`: leaves the most memory that it ever held, by what it does. */
const { writeFileSync } = require("node:fs");
const { join, basename } = require("node:path");
const { isMainThread } = require("node:worker_threads");

if (isMainThread && process.env.BENCH_PEAK !== undefined) {
    const kind = (process.argv[1] ?? "").includes("dynamic-provider") ? "provider" : "program";
    const file = join(process.env.BENCH_PEAK, `${kind}-${process.pid}-${basename(process.argv[1] ?? "")}`);
    const write = () => writeFileSync(file, String(process.resourceUsage().maxRSS / 1024));
    // A provider is killed when the engine is done with it.
    setInterval(write, 100).unref();
    process.on("exit", write);
}
