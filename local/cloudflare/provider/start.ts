/**
 * The Pulumi provider process of the local Cloudflare: what `pulumi-resource-cloudflare` is to the real one. Both
 * engines attach to it by PULUMI_DEBUG_PROVIDERS, with a connection of its own for every provider resource; so one
 * process serves several configurations, told apart by their connections.
 */
import type * as grpc from "@grpc/grpc-js";
import type { ProviderRequest, pluginMessages } from "../../engine/proto";
import { fromStruct, providerMessages as messages, newEmpty, toStruct } from "../../engine/proto";
import { checkReply, configuredReply, diffReply, serveProvider } from "../../engine/servedProvider";
import type { Call, RunningProvider } from "../../engine/unary";
import { unary } from "../../engine/unary";
import type { Bag } from "../../engine/values";
import { isUnknown, withoutSecrets } from "../../engine/values";
import type { Sleep } from "./api";
import { Api } from "./api";
import { EngineLog } from "./engineLog";
import { invoke } from "./functions";
import { settingsOf, tokenProblem } from "./settings";
import { checkToken, createToken, deleteToken, diffToken, readToken, tokenTypes, updateToken } from "./tokens";

export interface ProviderOptions {
    /** Default: a free one. */
    port?: number;
    /** Where settings come from that the stack's config lacks. Default: the process's environment. */
    env?: NodeJS.ProcessEnv;
    /** Waits between retries. Default: by the clock. */
    sleep?: Sleep;
}

type PluginAttach = InstanceType<typeof pluginMessages.PluginAttach>;

/** The version of @pulumi/cloudflare that this provider stands in for. */
const version = "6.22.1";

/** Serves the provider on a loopback port. */
export function startCloudflareProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
    return serveProvider(service(options), version, options.port);
}

function service({ env = process.env, sleep = realSleep }: ProviderOptions): grpc.UntypedServiceImplementation {
    const configured = new Map<string, Api>();
    const engines = new Map<string, EngineLog>();
    const apiOf = (call: { getPeer(): string }): Api => {
        const api = configured.get(call.getPeer()) ?? (configured.size === 1 ? [...configured.values()][0] : undefined);
        if (!api) {
            throw new Error("the local Cloudflare provider was not configured on this connection");
        }
        return api;
    };
    return {
        attach: unary(async (call: Call<PluginAttach>) => {
            engines.set(call.getPeer(), new EngineLog(call.request.getAddress()));
            return newEmpty();
        }),
        checkConfig: unary(async ({ request }: Call<ProviderRequest<"CheckRequest">>) => {
            const news = fromStruct(request.getNews());
            const { apiToken } = withoutSecrets(news) as Bag;
            const problem = typeof apiToken === "string" && !isUnknown(apiToken) ? tokenProblem(apiToken) : undefined;
            return checkReply(news, problem ? [{ property: "apiToken", reason: problem }] : []);
        }),
        diffConfig: unary(async ({ request }: Call<ProviderRequest<"DiffRequest">>) => {
            const { changes } = diffToken(fromStruct(request.getOldInputs()), fromStruct(request.getNews()));
            return changed(Object.keys(changes), []);
        }),
        configure: unary(async (call: Call<ProviderRequest<"ConfigureRequest">>) => {
            const config = withoutSecrets(fromStruct(call.request.getArgs())) as Bag;
            configured.set(call.getPeer(), new Api(settingsOf(config, env), sleep));
            return configuredReply();
        }),
        invoke: unary(async (call: Call<ProviderRequest<"InvokeRequest">>) => {
            const args = withoutSecrets(fromStruct(call.request.getArgs())) as Bag;
            const reply = new messages.InvokeResponse();
            try {
                reply.setReturn(toStruct(await invoke(apiOf(call), call.request.getTok(), args)));
            } catch (error) {
                // As the real provider does: an error of its own in the run's log, whatever the program makes of the failure.
                await engines.get(call.getPeer())?.error(`[ERROR] ${(error as Error).message}`);
                throw error;
            }
            return reply;
        }),
        check: unary(async ({ request }: Call<ProviderRequest<"CheckRequest">>) => {
            const news = fromStruct(request.getNews());
            return checkReply(news, checkToken(known(request.getType()), news));
        }),
        diff: unary(async ({ request }: Call<ProviderRequest<"DiffRequest">>) => {
            const { changes, replaces } = diffToken(fromStruct(request.getOldInputs()), fromStruct(request.getNews()));
            return changed(Object.keys(changes), replaces);
        }),
        create: unary(async (call: Call<ProviderRequest<"CreateRequest">>) => {
            const { request } = call;
            const inputs = fromStruct(request.getProperties());
            const { id, outputs } = await createToken(
                apiOf(call),
                known(request.getType()),
                inputs,
                request.getPreview(),
            );
            const reply = new messages.CreateResponse();
            reply.setId(id);
            reply.setProperties(toStruct(outputs));
            return reply;
        }),
        update: unary(async (call: Call<ProviderRequest<"UpdateRequest">>) => {
            const { request } = call;
            const [news, olds] = [fromStruct(request.getNews()), fromStruct(request.getOlds())];
            const type = known(request.getType());
            const reply = new messages.UpdateResponse();
            const outputs = await updateToken(apiOf(call), type, request.getId(), news, olds, request.getPreview());
            reply.setProperties(toStruct(outputs));
            return reply;
        }),
        read: unary(async (call: Call<ProviderRequest<"ReadRequest">>) => {
            const { request } = call;
            const [inputs, old] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
            const found = await readToken(apiOf(call), known(request.getType()), request.getId(), inputs, old);
            const reply = new messages.ReadResponse();
            if (!found) {
                return reply;
            }
            reply.setId(request.getId());
            reply.setProperties(toStruct(found.outputs));
            reply.setInputs(toStruct(found.inputs));
            return reply;
        }),
        delete: unary(async (call: Call<ProviderRequest<"DeleteRequest">>) => {
            const { request } = call;
            await deleteToken(
                apiOf(call),
                known(request.getType()),
                request.getId(),
                fromStruct(request.getProperties()),
            );
            return newEmpty();
        }),
    };
}

const realSleep: Sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function known(type: string): string {
    if (!tokenTypes.includes(type)) {
        throw new Error(`the local Cloudflare provider has no resource ${type}`);
    }
    return type;
}

function changed(paths: string[], replaces: string[]) {
    const names = new Set(paths.map((path) => /^[^.[]+/.exec(path)?.[0] ?? path));
    return diffReply([...names], replaces);
}
