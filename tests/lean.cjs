/**
 * Loaded before the SDK in the processes of scenarios (NODE_OPTIONS), of which there are some hundred: each of them would
 * otherwise spend a third of its time on loading the TypeScript compiler and npm's resolver, which only come into use
 * when a program is serialised, and on source maps. Nothing is replaced: what is asked for is loaded then.
 */
const Module = require("node:module");

const LATE = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;

Module._load = function (request, parent, ...rest) {
    if (request === "source-map-support/register") return {};
    if (!LATE.has(request) || !/@pulumi/.test(parent?.filename ?? "")) return load.call(this, request, parent, ...rest);
    let loaded;
    const module = () => (loaded ??= load.call(this, request, parent, ...rest));
    return new Proxy(
        {},
        {
            get: (_, key) => module()[key],
            has: (_, key) => key in module(),
        },
    );
};
