// Registers what the plan file lists: dynamic resources ("thing"), components ("box") and the outputs to export.
// Each thing writes every call that reaches its provider into the log file, as one JSON line.
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");

const { log, resources, throws, transform } = JSON.parse(fs.readFileSync(new pulumi.Config().require("plan"), "utf8"));

const note = (what, name, more) =>
    `require("node:fs").appendFileSync(${JSON.stringify(log)}, JSON.stringify({ method: ${what}, name: ${name}, ...${more} }) + "\\n")`;

/** The provider of all things. Methods are made from text so that the log's path is in them and nothing is captured. */
const method = (parameters, body) => new Function(`return async (${parameters}) => {${body}}`)();
const plain = "const bare = ({ __provider, ...rest }) => rest;";
const partial = (id, what) =>
    `if (${what}.partial) throw Object.assign(new Error("half-way"), { id: ${id}, reasons: ${what}.partial, properties: { ...${what}, done: "some" } });`;
const provider = {
    check: method(
        "olds, news",
        `${plain} ${note('"check"', "news.name", "{ olds: bare(olds), news: bare(news) }")};
        return { inputs: news, failures: news.refuse ? [{ property: "refuse", reason: news.refuse }] : [] };`,
    ),
    diff: method(
        "id, olds, news",
        `${plain} ${note('"diff"', "news.name", "{ id, olds: bare(olds), news: bare(news) }")};
        const keys = Object.keys(bare(news)).filter(key => JSON.stringify(news[key]) !== JSON.stringify(olds[key]));
        if (news.loose) return {};
        return { changes: keys.length > 0, replaces: keys.filter(key => (news.replaceKeys ?? []).includes(key)), deleteBeforeReplace: news.deletesFirst };`,
    ),
    create: method(
        "inputs",
        `${plain} ${note('"create"', "inputs.name", "{ inputs: bare(inputs) }")};
        if (inputs.prints) console.log(inputs.prints);
        if (inputs.gate) await new Promise(done => { const watch = setInterval(() => require("node:fs").existsSync(inputs.gate) && (clearInterval(watch), done()), 20); });
        if (inputs.hangs) await new Promise(() => setInterval(() => undefined, 1 << 30));
        if (inputs.fails === "create") throw new Error("create refused");
        const id = inputs.name + "-" + require("node:crypto").randomUUID().slice(0, 4);
        ${partial("id", "inputs")}
        return { id, outs: { ...inputs, out: "out of " + inputs.text } };`,
    ),
    update: method(
        "id, olds, news",
        `${plain} ${note('"update"', "news.name", "{ id, olds: bare(olds), news: bare(news) }")};
        if (news.prints) console.log(news.prints);
        if (news.hangs) await new Promise(() => setInterval(() => undefined, 1 << 30));
        if (news.fails === "update") throw new Error("update refused");
        ${partial("id", "news")}
        return { outs: { ...news, out: "out of " + news.text } };`,
    ),
    delete: method(
        "id, props",
        `${note('"delete"', "props.name", "{ id }")};
        if (props.fails === "delete") throw new Error("delete refused");`,
    ),
};
const readable = {
    ...provider,
    read: method(
        "id, props",
        `${note('"read"', "props.name", "{ id }")};
        const found = JSON.parse(require("node:fs").readFileSync(props.world, "utf8"))[props.name];
        const { out, ...inputs } = { ...props, ...found };
        return found === undefined ? { id: "", props: {} } : { id, props: { ...props, ...found }, inputs };`,
    ),
};

class Thing extends pulumi.dynamic.Resource {
    constructor(name, { reads, ...props }, opts) {
        super(reads ? readable : provider, name, { name, ...props, out: undefined }, opts, "things", "Thing");
    }
}
class Box extends pulumi.ComponentResource {
    constructor(name, outputs, opts) {
        super("things:index:Box", name, {}, opts);
        this.registerOutputs(outputs);
    }
}

const made = {};
/** `{ $from: "a.out" }` is another resource's output, `{ $secret: x }` a secret, `{ $asset: x }` an asset. */
const input = (value) => {
    if (Array.isArray(value)) {
        return value.map(input);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if ("$secret" in value) {
        return pulumi.secret(value.$secret);
    }
    if ("$asset" in value) {
        return new pulumi.asset.StringAsset(value.$asset);
    }
    if ("$from" in value) {
        return value.$from.split(".").reduce((at, key) => at[key], made);
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, input(member)]));
};
const named = (opts = {}) => {
    const resource = (name) => made[name];
    const { parent, dependsOn, deletedWith, replaceWith, transforms, ...rest } = opts;
    return {
        ...rest,
        ...(parent ? { parent: resource(parent) } : {}),
        ...(dependsOn ? { dependsOn: dependsOn.map(resource) } : {}),
        ...(deletedWith ? { deletedWith: resource(deletedWith) } : {}),
        ...(replaceWith ? { replaceWith: replaceWith.map(resource) } : {}),
        ...(transforms ? { transforms: [(of) => ({ props: { ...of.props, ...transforms }, opts: of.opts })] } : {}),
    };
};

if (transform) {
    pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
        type.startsWith("pulumi-nodejs:") ? { props: { ...props, ...transform }, opts } : undefined,
    );
}
for (const { name, kind = "thing", props = {}, opts } of resources) {
    made[name] = kind === "box" ? new Box(name, input(props), named(opts)) : new Thing(name, input(props), named(opts));
    for (const key of props.exports ?? []) {
        exports[`${name}.${key}`] = made[name][key];
    }
    if (kind === "thing") {
        exports[name] = made[name].out;
    }
}
if (throws) {
    throw new Error(throws);
}
