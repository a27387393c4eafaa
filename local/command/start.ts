/**
 * The Pulumi provider process for `command:local:Command`: what `pulumi-resource-command` is, as far as the programs here
 * use it. Both engines attach to it by PULUMI_DEBUG_PROVIDERS, so no plugin has to be downloaded.
 */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type * as grpc from "@grpc/grpc-js";
import type { ProviderRequest } from "../engine/proto";
import { fromStruct, providerMessages as messages, newEmpty, toStruct } from "../engine/proto";
import { checkReply, configuredReply, diffReply, serveProvider } from "../engine/servedProvider";
import type { Call, RunningProvider } from "../engine/unary";
import { unary } from "../engine/unary";
import type { Bag } from "../engine/values";
import { hasUnknown, unknownValue, withoutSecrets } from "../engine/values";
import type { Around, CommandInputs } from "./run";
import { KNOWN, run } from "./run";

/** The version of @pulumi/command that this provider stands in for. */
const VERSION = "1.2.1";
const TYPE = "command:local:Command";

const text = { type: "string" };
const list = { type: "array", items: { $ref: "pulumi.json#/Any" } };
const TYPES: Readonly<Record<string, object>> = {
    triggers: list,
    interpreter: list,
    environment: { type: "object", additionalProperties: text },
};

/** For languages that look types up while the program runs, as YAML does. */
const SCHEMA = {
    name: "command",
    version: VERSION,
    resources: {
        [TYPE]: {
            inputProperties: Object.fromEntries(KNOWN.map((name) => [name, TYPES[name] ?? text])),
            properties: { stdout: text, stderr: text },
            required: ["stdout", "stderr"],
        },
    },
};

/** Serves the provider on a free loopback port. @param around Where its commands run: default, as this process does. */
export function startCommandProvider(around: Around = {}): Promise<RunningProvider> {
    return serveProvider(service(around), VERSION);
}

const service = (around: Around): grpc.UntypedServiceImplementation => ({
    getSchema: unary(async () => {
        const reply = new messages.GetSchemaResponse();
        reply.setSchema(JSON.stringify(SCHEMA));
        return reply;
    }),
    checkConfig: unary(async ({ request }: Call<ProviderRequest<"CheckRequest">>) =>
        checkReply(fromStruct(request.getNews()), []),
    ),
    diffConfig: unary(async () => changed([])),
    configure: unary(async () => configuredReply()),
    check: unary(async ({ request }: Call<ProviderRequest<"CheckRequest">>) => {
        const news = fromStruct(request.getNews());
        const unknown = Object.keys(news).filter((name) => !KNOWN.includes(name));
        const type = request.getType();
        return checkReply(news, [
            ...(type === TYPE ? [] : [{ property: "", reason: `the local provider has no resource ${type}` }]),
            ...unknown.map((property) => ({ property, reason: `the local provider does not know "${property}"` })),
        ]);
    }),
    diff: unary(async ({ request }: Call<ProviderRequest<"DiffRequest">>) => {
        const olds = bare(request.getOldInputs());
        const news = bare(request.getNews());
        return changed(KNOWN.filter((name) => !isDeepStrictEqual(olds[name], news[name])));
    }),
    create: unary(async ({ request }: Call<ProviderRequest<"CreateRequest">>) => {
        const reply = new messages.CreateResponse();
        reply.setId(request.getPreview() ? unknownValue : randomUUID());
        reply.setProperties(await outputs(request.getProperties(), {}, "create", request.getPreview(), around));
        return reply;
    }),
    update: unary(async ({ request }: Call<ProviderRequest<"UpdateRequest">>) => {
        const reply = new messages.UpdateResponse();
        const olds = bare(request.getOlds());
        reply.setProperties(await outputs(request.getNews(), olds, "update", request.getPreview(), around));
        return reply;
    }),
    read: unary(async ({ request }: Call<ProviderRequest<"ReadRequest">>) => {
        const reply = new messages.ReadResponse();
        reply.setId(request.getId());
        reply.setProperties(request.getProperties());
        reply.setInputs(request.getInputs());
        return reply;
    }),
    delete: unary(async ({ request }: Call<ProviderRequest<"DeleteRequest">>) => {
        const olds = bare(request.getProperties());
        const { delete: line } = olds as CommandInputs;
        if (line !== undefined) {
            await run(line, olds, previous(olds), around);
        }
        return newEmpty();
    }),
});

/** Runs the command of a create or an update (which is the create's where there is none), unless this is a preview. */
async function outputs(
    properties: Parameters<typeof fromStruct>[0],
    olds: Bag,
    kind: "create" | "update",
    preview: boolean,
    around: Around,
): Promise<ReturnType<typeof toStruct>> {
    const news = fromStruct(properties);
    const inputs = withoutSecrets(news) as CommandInputs;
    if (preview || hasUnknown(news)) {
        return toStruct({ ...news, stdout: unknownValue, stderr: unknownValue });
    }
    const line = kind === "create" ? inputs.create : (inputs.update ?? inputs.create);
    return toStruct({
        ...news,
        ...(line === undefined ? previous(olds) : await run(line, inputs, previous(olds), around)),
    });
}

function previous({ stdout = "", stderr = "" }: Bag): { stdout: string; stderr: string } {
    return { stdout: String(stdout), stderr: String(stderr) };
}

function bare(properties: Parameters<typeof fromStruct>[0]): Bag {
    return withoutSecrets(fromStruct(properties)) as Bag;
}

/** A changed trigger asks for a new resource; everything else is an update. */
function changed(names: readonly string[]) {
    return diffReply(
        names,
        names.filter((name) => name === "triggers"),
    );
}
