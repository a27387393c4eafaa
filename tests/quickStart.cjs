/**
 * Loaded before the SDK in the processes of scenarios (NODE_OPTIONS), of which there are some hundred: each of them would
 * otherwise spend half of its time on what a scenario has little use for. The TypeScript compiler, npm's resolver and what
 * else is rarely asked for is loaded when it is, and not at once; tracing and source maps are left out, so stack traces name
 * compiled lines.
 */
const Module = require("node:module");

// A process that a signal ends writes no coverage.
if (process.env.NODE_V8_COVERAGE !== undefined) {
    process.once("SIGTERM", () => process.exit());
}

const LATE = new Set(["typescript", "@npmcli/arborist", "normalize-package-data", "./automation", "js-yaml", "execa"]);
const load = Module._load;

Module._load = function (request, parent, ...rest) {
    if (request === "source-map-support/register") {
        return {};
    }
    // Tracing's libraries, of which nothing is used unless the engine asks for traces.
    if (/^@opentelemetry\/(?!api$)/.test(request) && /cmd.run.tracing\.js$/.test(parent?.filename ?? "")) {
        return {};
    }
    if (!LATE.has(request) || !/@pulumi/.test(parent?.filename ?? "")) {
        return load.call(this, request, parent, ...rest);
    }
    let loaded;
    const module = () => (loaded ??= load.call(this, request, parent, ...rest));
    return new Proxy(
        {},
        {
            // `import * as …` asks for this mark when the SDK loads; a module that has it is used as it is.
            get: (_, key) => (key === "__esModule" ? true : module()[key]),
            has: (_, key) => key in module(),
        },
    );
};
