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

/** What is installed at the start: nothing. */
const NOTHING = { install() {}, register() {}, isInitializedAsync: async () => {} };

/** Modules that are left out, where they are asked for by these. */
const LEFT_OUT = [
    [/^source-map-support/, /./],
    // Tracing's libraries, of which nothing is used unless the engine asks for traces.
    [/^@opentelemetry\/(?!api$)/, /cmd.run.tracing\.js$/],
    // A plugin's process compiles TypeScript, whether the plugin has any or not.
    [/^ts-node$/, /(?:tsutils|cmd.run-plugin.run)\.js$/],
    // The inspector, from before the program is loaded: whoever serialises a function starts it.
    [/closure\/v8Hooks$/, /cmd.run(?:-plugin)?.index\.js$/],
];

/**
 * The inspector as the SDK uses it to serialise functions, but that it is not told of scripts, which it wants to know for the
 * names of files in messages: that takes a digest of each, and the TypeScript compiler is one of them.
 */
const withoutScripts = ({ Session }) => ({
    Session: class extends Session {
        post(method, ...rest) {
            return method === "Debugger.enable" ? rest.at(-1)(null, {}) : super.post(method, ...rest);
        }
    },
});

// Node has them in modules of their own, which it loads as soon as somebody looks at one of these, as axios and the SDK do.
for (const name of [
    "fetch",
    "FormData",
    "Headers",
    "Request",
    "Response",
    "MessageEvent",
    "WebSocket",
    "EventSource",
]) {
    delete globalThis[name];
}

Module._load = function (request, parent, ...rest) {
    const from = parent?.filename ?? "";
    if (LEFT_OUT.some(([what, asks]) => what.test(request) && asks.test(from))) {
        return NOTHING;
    }
    if (request === "inspector" && /closure.v8Hooks\.js$/.test(from)) {
        return withoutScripts(load.call(this, request, parent, ...rest));
    }
    if (!LATE.has(request) || !/@pulumi/.test(from)) {
        return load.call(this, request, parent, ...rest);
    }
    const version = () => load.call(this, `${request}/package.json`, parent, ...rest).version;
    let loaded;
    const module = () => (loaded ??= load.call(this, request, parent, ...rest));
    return new Proxy(
        {},
        {
            // `import * as …` asks for this mark when the SDK loads; a module that has it is used as it is.
            get: (_, key) => (key === "__esModule" ? true : key === "version" ? version() : module()[key]),
            has: (_, key) => key in module(),
        },
    );
};
