/** The plugin's process, with an engine and a monitor that only write down what they are told. */
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { constructRequest } from "../../local/engine/construct";
import { engineService } from "../../local/engine/engineService";
import { PluginProvider } from "../../local/engine/pluginProvider";
import { engineRpc, fromStruct, monitorMessages, monitorRpc, toStruct } from "../../local/engine/proto";
import { launchPlugin } from "../../local/engine/providerProcess";
import type { RegisterRequest } from "../../local/engine/registration";
import { optionsOf } from "../../local/engine/registration";
import type { Call } from "../../local/engine/unary";
import { serve, unary } from "../../local/engine/unary";
import type { Bag } from "../../local/engine/values";
import { withoutOutputs } from "../../local/engine/values";
import { QUICK_START } from "../quickStart";

const FOLDER = path.join(__dirname, "..", "..", "components", "plugin");

export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly inputs: Bag;
    readonly version: string;
    readonly download: string;
    readonly aliasTypes: readonly string[];
}

export interface Plugin {
    readonly provider: PluginProvider;
    readonly registered: readonly Registered[];
    /** What was logged, as `severity: message`. */
    readonly log: readonly string[];
    /** Constructs a component. */
    construct(type: string, name: string, inputs: Bag, options?: Partial<Options>): Promise<Bag>;
    close(): Promise<void>;
}

interface Options {
    readonly preview: boolean;
    readonly dependsOn: readonly string[];
    readonly providers: Readonly<Record<string, string>>;
}

/** A zone that a look-up finds. */
export interface FoundZone {
    readonly name: string;
    /** Default: 32 times 1. */
    readonly id?: string;
    /** Default: 32 times a. */
    readonly accountId?: string;
}

/** How the look-up of a zone is refused. */
const REFUSALS: Readonly<Record<string, string>> = {
    "refused.example": '403 Forbidden {"errors":[{"code":10000,"message":"Authentication error"}]}',
    "html.example": "404 Not Found <html><body>nginx</body></html>",
};

/** @param zones what look-ups find. One of a name that begins with `slow.` waits until another one failed.
 * @param folder the plugin's. */
export async function startPlugin(zones: readonly FoundZone[], folder = FOLDER): Promise<Plugin> {
    const registered: Registered[] = [];
    const log: string[] = [];
    let others: () => void = () => {};
    const anotherFailed = new Promise<void>((resolve) => {
        others = resolve;
    });
    const server = new grpc.Server();
    const report = {
        diagnostic: (severity: string, message: string) => void log.push(`${severity}: ${message}`),
        begins: () => {},
        ended: () => {},
        outputs: () => {},
    };
    server.addService(engineRpc.EngineService, engineService(report));
    server.addService(monitorRpc.ResourceMonitorService, {
        getDeploymentInfo: unary(async () => {
            const features = monitorMessages.ResourceMonitorFeature;
            const info = new monitorMessages.DeploymentInfo();
            info.setProject("p");
            info.setStack("s");
            info.setSupportedfeaturesList([
                features.RESOURCE_MONITOR_FEATURE_SECRETS,
                features.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
                features.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
                features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
            ]);
            return info;
        }),
        // What older versions of the SDK ask, one by one.
        supportsFeature: unary(
            async ({ request }: Call<InstanceType<typeof monitorMessages.SupportsFeatureRequest>>) => {
                const answer = new monitorMessages.SupportsFeatureResponse();
                answer.setHassupport(
                    ["secrets", "resourceReferences", "outputValues", "aliasSpecs"].includes(request.getId()),
                );
                return answer;
            },
        ),
        registerResource: unary(async ({ request }: Call<RegisterRequest>) => {
            const inputs = withoutOutputs(fromStruct(request.getObject())) as Bag;
            const [type, name] = [request.getType(), request.getName()];
            registered.push({
                type,
                name,
                parent: request.getParent(),
                inputs,
                version: request.getVersion(),
                download: request.getPlugindownloadurl(),
                aliasTypes: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getType() || []),
            });
            const reply = new monitorMessages.RegisterResourceResponse();
            reply.setUrn(`urn:pulumi:s::p::${type}::${name}`);
            reply.setId(request.getCustom() ? `id-of-${name}` : "");
            reply.setObject(toStruct({ ...inputs, record: "the record", value: "t".repeat(40), receipt: {} }));
            return reply;
        }),
        registerResourceOutputs: unary(async () => new (require("google-protobuf/google/protobuf/empty_pb").Empty)()),
        invoke: unary(async ({ request }: Call<InstanceType<typeof monitorMessages.ResourceInvokeRequest>>) => {
            const { name, urn } = fromStruct(request.getArgs()) as { name?: string; urn?: string };
            const reply = new monitorMessages.ResourceInvokeResponse();
            if (request.getTok() === "pulumi:pulumi:getResource") {
                reply.setReturn(toStruct({ urn, id: "id", state: {} }));
                return reply;
            }
            if (name?.startsWith("slow.")) {
                await anotherFailed;
            }
            const refusal = REFUSALS[name ?? ""];
            if (refusal !== undefined) {
                throw new Error(`GET "https://api.cloudflare.com/client/v4/zones": ${refusal}`);
            }
            const found = zones.filter((zone) => zone.name === name || name === undefined);
            const results = found.map(({ name: its, id = "1".repeat(32), accountId = "a".repeat(32) }) => ({
                id,
                name: its,
                status: "active",
                account: { id: accountId },
            }));
            reply.setReturn(toStruct({ results }));
            return reply;
        }),
    });
    const { address } = await serve(server);
    const { child, port } = launchPlugin(folder, {
        programDir: path.join(folder, "..", ".."),
        env: { ...process.env, ...QUICK_START },
        engine: address,
        onLine: (line) => void log.push(`line: ${line}`),
    });
    const provider = new PluginProvider(`127.0.0.1:${await port}`);
    provider.configure("urn:pulumi:s::p::pulumi:providers:cloudflare-cache-purge::default", "id", {});
    return {
        provider,
        registered,
        log,
        construct: async (type, name, inputs, { preview = false, dependsOn = [], providers = {} } = {}) => {
            const request = new monitorMessages.RegisterResourceRequest();
            request.setType(type);
            request.setName(name);
            request.setRemote(true);
            request.setDependenciesList([...dependsOn]);
            for (const [pkg, reference] of Object.entries(providers)) {
                request.getProvidersMap().set(pkg, reference);
            }
            const facts = {
                project: "p",
                stack: "s",
                preview,
                parallel: 4,
                config: { values: {}, secretKeys: [] },
                address,
            };
            const sent = constructRequest(request, optionsOf(request), inputs, [], facts);
            try {
                return (await provider.construct(sent)).outputs;
            } catch (error) {
                others();
                throw error;
            }
        },
        close: async () => {
            provider.close();
            const gone = new Promise((resolve) => child.once("close", resolve));
            child.kill("SIGTERM");
            await gone;
            server.forceShutdown();
        },
    };
}
