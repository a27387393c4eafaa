/**
 * A provider process, spoken to over gRPC by the rules of the CLI:
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/provider_plugin.go
 */
import * as grpc from "@grpc/grpc-js";
import { checkedFrom, diffFrom, failureFrom, initFailure, inputFailure } from "./pluginReplies";
import * as requests from "./pluginRequests";
import type { ProviderRequest as Request } from "./proto";
import { channelOptions, fromStruct, newEmpty, pluginMessages, providerMessages, providerRpc } from "./proto";
import type {
    Applied,
    Checked,
    CheckRequest,
    Constructed,
    CreateRequest,
    DeleteRequest,
    Diff,
    DiffRequest,
    ReadRequest,
    ReadResult,
    ResourceProvider,
    UpdateRequest,
} from "./provider";
import { DiffUnavailable } from "./provider";
import type { Bag } from "./values";
import { hasSecret, hasUnknown, isSecret, markLike, secret } from "./values";

type Client = InstanceType<typeof providerRpc.ResourceProviderClient>;
type Reply<Name extends keyof typeof providerMessages> = (typeof providerMessages)[Name] extends new () => infer Message
    ? Message
    : never;
type Unary<Message> = (request: unknown, done: (error: grpc.ServiceError | null, reply: Message) => void) => void;

/** What the provider said it understands. */
interface Protocol {
    secrets: boolean;
    resources: boolean;
    previews: boolean;
}

/** What providers are told about their own configuration. */
const everything = { secrets: true, resources: true, unknowns: true };

/** A connected provider. `configure` comes before any resource. */
export class PluginProvider implements ResourceProvider {
    readonly #client: Client;
    #protocol: Protocol | undefined;
    /** False when a preview could not know the configuration: then the process is not asked anything. */
    #configured: Promise<boolean> | undefined;

    constructor(address: string) {
        // A channel of its own for each provider resource: providers tell configurations apart by connection.
        this.#client = new providerRpc.ResourceProviderClient(address, grpc.credentials.createInsecure(), {
            ...channelOptions,
            "grpc.use_local_subchannel_pool": 1,
        });
    }

    close(): void {
        this.#client.close();
    }

    /** Tells a process that the engine did not start who speaks, as the CLI does, and learns what it understands. */
    async attach(engine: string): Promise<void> {
        const hello = new providerMessages.ProviderHandshakeRequest();
        hello.setEngineAddress(engine);
        hello.setConfigureWithUrn(true);
        try {
            const reply = await this.#call<Reply<"ProviderHandshakeResponse">>("handshake", hello);
            const [secrets, resources] = [reply.getAcceptSecrets(), reply.getAcceptResources()];
            this.#protocol = { secrets, resources, previews: true };
        } catch (error) {
            if (!isUnimplemented(error)) {
                throw error;
            }
        }
        const attach = new pluginMessages.PluginAttach();
        attach.setAddress(engine);
        await this.#call("attach", attach);
    }

    /** Checks a provider's own inputs; a provider that has no such check takes them as they are. */
    async checkConfig(of: CheckRequest): Promise<Checked> {
        try {
            return checkedFrom(await this.#call("checkConfig", requests.checkRequest(of, everything)));
        } catch (error) {
            if (isUnimplemented(error)) {
                return { inputs: of.news, failures: [] };
            }
            throw error;
        }
    }

    /** What a change of a provider's inputs means; a provider that cannot say replaces nothing. */
    async diffConfig(of: DiffRequest): Promise<Diff> {
        try {
            return diffFrom(await this.#call("diffConfig", requests.diffRequest(of, everything)));
        } catch (error) {
            if (!isUnimplemented(error)) {
                throw error;
            }
            return { changes: "unknown", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false };
        }
    }

    /** Configures the process. It is awaited by the first request that needs it, as in the CLI. */
    configure(urn: string, id: string, inputs: Bag): void {
        const { version: _version, ...settings } = inputs;
        if (hasUnknown(settings)) {
            this.#configured = Promise.resolve(false);
            return;
        }
        const request = requests.configureRequest(urn, id, inputs);
        this.#configured = this.#call<Reply<"ConfigureResponse">>("configure", request).then((reply) => {
            this.#protocol ??= {
                secrets: reply.getAcceptsecrets(),
                resources: reply.getAcceptresources(),
                previews: reply.getSupportspreview(),
            };
            return true;
        });
        // The failure is thrown by the first request; until then it is not an unhandled one.
        this.#configured.catch(() => undefined);
    }

    async check(of: CheckRequest): Promise<Checked> {
        const { known, accepts } = await this.#ready(of.preview);
        if (!known) {
            return { inputs: of.news, failures: [] };
        }
        const reply = checkedFrom(await this.#call("check", requests.checkRequest(of, accepts)));
        return accepts.secrets ? reply : { ...reply, inputs: markLike(reply.inputs, of.news) };
    }

    async diff(of: DiffRequest): Promise<Diff> {
        const { known, accepts } = await this.#ready(of.preview);
        if (known) {
            return diffFrom(await this.#call("diff", requests.diffRequest(of, accepts)));
        }
        throw new DiffUnavailable(
            "The provider for this resource has inputs that are not known during preview.\n" +
                "This preview may not correctly represent the changes that will be applied during an update.",
        );
    }

    async create(of: CreateRequest): Promise<Applied> {
        const { known, accepts, previews } = await this.#ready(of.preview);
        if (!known) {
            return { id: "", outputs: {} };
        }
        if (of.preview && !previews) {
            return { id: "", outputs: of.inputs };
        }
        const reply = await this.#applied("create", requests.createRequest(of, accepts));
        if (reply.id === "" && !of.preview) {
            throw new Error(`plugin returned empty resource.ID from create '${of.urn}'`);
        }
        return accepts.secrets ? reply : { ...reply, outputs: markLike(reply.outputs, of.inputs) };
    }

    async update(of: UpdateRequest): Promise<Applied> {
        const { known, accepts, previews } = await this.#ready(of.preview);
        if (!known) {
            return { id: of.id, outputs: {} };
        }
        if (of.preview && !previews) {
            return { id: of.id, outputs: of.newInputs };
        }
        const reply = { ...(await this.#applied("update", requests.updateRequest(of, accepts))), id: of.id };
        return accepts.secrets ? reply : { ...reply, outputs: markLike(reply.outputs, of.newInputs) };
    }

    async delete(of: DeleteRequest): Promise<void> {
        const { accepts } = await this.#ready(false);
        await this.#call("delete", requests.deleteRequest(of, accepts));
    }

    async read(of: ReadRequest): Promise<ReadResult> {
        const { known, accepts } = await this.#ready(false);
        if (!known) {
            return { id: "", outputs: {} };
        }
        const request = requests.readRequest(of, accepts);
        const reply = await this.#call<Reply<"ReadResponse">>("read", request).catch(initFailure);
        const read =
            "reasons" in reply
                ? reply
                : {
                      id: reply.getId(),
                      outputs: fromStruct(reply.getProperties()),
                      ...(reply.getInputs() ? { inputs: fromStruct(reply.getInputs()) } : {}),
                  };
        if (accepts.secrets) {
            return read;
        }
        const inputs = read.inputs ? { inputs: markLike(read.inputs, of.inputs) } : {};
        return { ...read, outputs: markLike(read.outputs, of.outputs), ...inputs };
    }

    /** Calls a function of the provider. With an unknown configuration it answers nothing, in previews only. */
    async invoke(token: string, args: Bag, preview: boolean): Promise<{ result: Bag; failures: Checked["failures"] }> {
        const { known, accepts } = await this.#ready(false);
        if (!known) {
            return { result: {}, failures: [] };
        }
        const request = requests.invokeRequest(token, args, preview, accepts);
        const reply = await this.#call<Reply<"InvokeResponse">>("invoke", request);
        const result = fromStruct(reply.getReturn());
        if (hasSecret(args) && !accepts.secrets) {
            for (const [key, value] of Object.entries(result)) {
                result[key] = isSecret(value) ? value : secret(value);
            }
        }
        return { result, failures: reply.getFailuresList().map(failureFrom) };
    }

    /** Makes a component: the process registers its parts with the monitor that the request names. */
    async construct(request: Request<"ConstructRequest">): Promise<Constructed> {
        await this.#ready(false);
        const reply = await this.#call<Reply<"ConstructResponse">>("construct", request).catch((error) => {
            throw inputFailure(error, request);
        });
        const dependencies = [...reply.getStatedependenciesMap().entries()];
        return {
            urn: reply.getUrn(),
            outputs: fromStruct(reply.getState()),
            dependencies: Object.fromEntries(dependencies.map(([key, of]) => [key, of.getUrnsList()])),
        };
    }

    /** Says that the run is ending. */
    async cancel(): Promise<void> {
        await this.#call("cancel", newEmpty());
    }

    async #ready(preview: boolean) {
        if (!this.#configured) {
            throw new Error("This provider was not configured");
        }
        const known = await this.#configured;
        const { secrets = false, resources = false, previews = false } = this.#protocol ?? {};
        return { known, previews, accepts: { secrets, resources, unknowns: preview } };
    }

    async #applied(method: "create" | "update", request: unknown): Promise<Applied> {
        const reply = await this.#call<Reply<"CreateResponse">>(method, request).catch(initFailure);
        if ("reasons" in reply) {
            return reply;
        }
        return { id: method === "create" ? reply.getId() : "", outputs: fromStruct(reply.getProperties()) };
    }

    #call<Message>(method: string, request: unknown): Promise<Message> {
        return new Promise((resolve, reject) => {
            const send = (this.#client as unknown as Record<string, Unary<Message>>)[method];
            send?.call(this.#client, request, (error, reply) => (error ? reject(error) : resolve(reply)));
        });
    }
}

const isUnimplemented = (error: unknown): boolean =>
    (error as Partial<grpc.ServiceError>).code === grpc.status.UNIMPLEMENTED;
