/** The ResourceMonitor: the gRPC service to which the program registers its resources. */
import * as grpc from "@grpc/grpc-js";
import { aliasUrns } from "./aliases";
import type { RunFacts } from "./construct";
import { constructRequest } from "./construct";
import type { DefaultProviders } from "./defaultProviders";
import type { Deployment } from "./deployment";
import type { Goal, Registered } from "./goal";
import { Lineage } from "./lineage";
import { fromStruct, monitorMessages, newEmpty, providerMessages, toStruct } from "./proto";
import type { RegisterRequest, ResourceOptions } from "./registration";
import { aliasOf, goalOf, inputsOf, optionsOf, refuseUnsupported } from "./registration";
import type { ResourceState } from "./resourceState";
import type { Callback } from "./transforms";
import { Callbacks, withDependencies } from "./transforms";
import type { Call } from "./unary";
import { unary } from "./unary";
import { isProviderType, isStack, makeUrn, packageOf } from "./urn";
import type { Bag } from "./values";
import { forProvider, withoutOutputs } from "./values";

const features = monitorMessages.ResourceMonitorFeature;
/** By the name under which an SDK that does not know getDeploymentInfo asks for each. */
const supported = new Map([
    ["secrets", features.RESOURCE_MONITOR_FEATURE_SECRETS],
    ["resourceReferences", features.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES],
    ["outputValues", features.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES],
    ["aliasSpecs", features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS],
    ["replacementTrigger", features.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER],
    ["deletedWith", features.RESOURCE_MONITOR_FEATURE_DELETED_WITH],
    ["replaceWith", features.RESOURCE_MONITOR_FEATURE_REPLACE_WITH],
    ["transforms", features.RESOURCE_MONITOR_FEATURE_TRANSFORMS],
]);

/** What the monitor needs of the deployment that it serves. */
export interface MonitorHost {
    deployment: Deployment;
    defaults: DefaultProviders;
    register(goal: Goal): Promise<Registered>;
    read(state: ResourceState): Promise<Registered>;
    outputs(urn: string, outputs: Bag): Promise<void>;
    /** What plugins are told of the run. */
    facts(): RunFacts;
    /** A failure that ends the deployment: it is told, and no step is begun any more. */
    fail(error: Error): void;
    /** The program has nothing more to register; resolves when the deployment is over. */
    finished(): Promise<void>;
}

type FeatureRequest = InstanceType<typeof monitorMessages.SupportsFeatureRequest>;
type InvokeRequest = InstanceType<typeof monitorMessages.ResourceInvokeRequest>;
type ReadResourceRequest = InstanceType<typeof monitorMessages.ReadResourceRequest>;
type OutputsRequest = InstanceType<typeof monitorMessages.RegisterResourceOutputsRequest>;

export class Monitor {
    readonly #host: MonitorHost;
    readonly #callbacks = new Callbacks();
    readonly #lineage = new Lineage();
    readonly #stackTransforms: Callback[] = [];
    readonly #over = rejectable();
    #closed = false;

    constructor(host: MonitorHost) {
        this.#host = host;
        this.#over.promise.catch(() => undefined);
    }

    /** From now on every request is refused as from a server that is gone: the SDK ends the program quietly. */
    close(): void {
        this.#closed = true;
        this.#over.reject(new Error("resource monitor shut down"));
        this.#callbacks.close();
    }

    /** The methods to serve. What is not here answers UNIMPLEMENTED, and the SDK says so. */
    service(): grpc.UntypedServiceImplementation {
        const unsupported = (what: string) => async () => {
            throw new Error(`the local engine does not support ${what}. Use the Pulumi CLI for it`);
        };
        return {
            getDeploymentInfo: this.#unary(async () => {
                const { project, stack, preview } = this.#host.deployment.options;
                const info = new monitorMessages.DeploymentInfo();
                info.setProject(project);
                info.setStack(stack);
                info.setDryrun(preview);
                info.setSupportedfeaturesList([...supported.values()]);
                return info;
            }),
            supportsFeature: this.#unary(async ({ request }: Call<FeatureRequest>) => {
                const answer = new monitorMessages.SupportsFeatureResponse();
                answer.setHassupport(supported.has(request.getId()));
                return answer;
            }),
            registerResource: this.#unary(({ request }: Call<RegisterRequest>) => this.#register(request)),
            readResource: this.#unary(({ request }: Call<ReadResourceRequest>) => this.#read(request)),
            registerResourceOutputs: this.#unary(async ({ request }: Call<OutputsRequest>) => {
                await this.#host.outputs(request.getUrn(), withoutOutputs(fromStruct(request.getOutputs())) as Bag);
                return newEmpty();
            }),
            invoke: this.#unary(({ request }: Call<InvokeRequest>) => this.#invoke(request)),
            registerStackTransform: this.#unary(async ({ request }: Call<Callback>) => {
                this.#stackTransforms.push(request);
                return newEmpty();
            }),
            signalAndWaitForShutdown: this.#unary(async () => {
                await this.#host.finished();
                return newEmpty();
            }),
            call: this.#unary(unsupported("calls of resource methods")),
            registerStackInvokeTransform: this.#unary(unsupported("invoke transforms")),
            registerPackage: this.#unary(unsupported("parameterized packages")),
            registerResourceHook: this.#unary(unsupported("resource hooks")),
            registerErrorHook: this.#unary(unsupported("error hooks")),
        };
    }

    /** A method that refuses everything once the deployment is over, as a server that is gone. */
    #unary<Request, Reply>(handle: (call: Call<Request>) => Promise<Reply>) {
        const gone = { code: grpc.status.UNAVAILABLE, details: "resource monitor shut down" };
        return unary<Request, Reply>(async (call) => {
            if (this.#closed) {
                throw gone;
            }
            try {
                return await Promise.race([handle(call), this.#over.promise]);
            } catch (error) {
                throw this.#closed ? gone : error;
            }
        });
    }

    async #register(request: RegisterRequest) {
        this.#lineage.inherit(request);
        const { options, inputs } = await this.#transform(request);
        refuseUnsupported(request, options, inputs);
        if (request.getRemote()) {
            return this.#construct(request, options, inputs);
        }
        const goal = goalOf(request, options, inputs, await this.#providerFor(request, options));
        const { state, unknown } = await this.#host.register(goal);
        this.#lineage.add(state.urn, goal, request, options);
        const reply = new monitorMessages.RegisterResourceResponse();
        reply.setUrn(state.urn);
        reply.setId(state.id ?? "");
        // Outputs of components may refer to resources that are not registered yet.
        const outputs = goal.custom ? state.outputs : {};
        const accepts = {
            secrets: request.getAcceptsecrets(),
            resources: request.getAcceptresources(),
            unknowns: true,
        };
        reply.setObject(toStruct(forProvider(outputs, accepts)));
        reply.setUnknown(unknown);
        return reply;
    }

    /** A component of a plugin, which registers it and its parts here in turn. */
    async #construct(request: RegisterRequest, options: ResourceOptions, inputs: Bag) {
        const { deployment } = this.#host;
        const provider = await deployment.provider(await this.#providerFor(request, options, true));
        const aliases = options.getAliasesList().map(aliasOf);
        const parent = request.getParent();
        const aliased = aliasUrns(
            { name: request.getName(), type: request.getType(), aliases, ...(parent ? { parent } : {}) },
            { ...deployment.options, oldUrn: (former) => deployment.news.get(former)?.aliases[0] },
        );
        const { urn, outputs, dependencies } = await provider
            .construct(constructRequest(request, options, inputs, aliased, this.#host.facts()))
            .catch((error: Error) => {
                this.#host.fail(error);
                throw new Error("resource monitor shut down");
            });
        const reply = new monitorMessages.RegisterResourceResponse();
        reply.setUrn(urn);
        reply.setObject(toStruct(outputs));
        for (const [key, urns] of Object.entries(dependencies)) {
            const of = new monitorMessages.RegisterResourceResponse.PropertyDependencies();
            of.setUrnsList(urns);
            reply.getPropertydependenciesMap().set(key, of);
        }
        return reply;
    }

    /** Inputs and options after all transforms: own ones first, then those of each ancestor, then the stack's. */
    async #transform(request: RegisterRequest): Promise<{ inputs: Bag; options: ResourceOptions }> {
        const transforms = [...this.#lineage.transforms(request), ...this.#stackTransforms];
        const inputs = inputsOf(request);
        let settled = {
            inputs: transforms.length > 0 ? withDependencies(request, inputs) : inputs,
            options: optionsOf(request),
        };
        for (const transform of transforms) {
            settled = await this.#callbacks.transform(transform, request, settled.inputs, settled.options);
        }
        return settled;
    }

    async #providerFor(request: RegisterRequest, options: ResourceOptions, isRemote = false): Promise<string> {
        if (!request.getCustom() && !isRemote) {
            return options.getProvider();
        }
        if (isProviderType(request.getType())) {
            return "";
        }
        const pkg = packageOf(request.getType());
        return (
            options.getProvider() ||
            options.getProvidersMap().get(pkg) ||
            this.#lineage.provider(request.getParent(), pkg) ||
            this.#host.defaults.reference(pkg, options.getVersion())
        );
    }

    async #read(request: ReadResourceRequest) {
        const { stack, project } = this.#host.deployment.options;
        const type = request.getType();
        const provider =
            request.getProvider() || (await this.#host.defaults.reference(packageOf(type), request.getVersion()));
        const parent = request.getParent();
        const { state } = await this.#host.read({
            urn: makeUrn({ stack, project, type, name: request.getName(), ...(parent ? { parent } : {}) }),
            type,
            custom: true,
            external: true,
            id: request.getId(),
            inputs: fromStruct(request.getProperties()),
            outputs: {},
            ...(parent ? { parent } : {}),
            dependencies: request.getDependenciesList(),
            initErrors: [],
            provider,
            additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
            aliases: [],
            rest: {},
        });
        const reply = new monitorMessages.ReadResourceResponse();
        reply.setUrn(state.urn);
        const accepts = {
            secrets: request.getAcceptsecrets(),
            resources: request.getAcceptresources(),
            unknowns: true,
        };
        reply.setProperties(toStruct(forProvider(state.outputs, accepts)));
        return reply;
    }

    async #invoke(request: InvokeRequest) {
        const token = request.getTok();
        const args = fromStruct(request.getArgs());
        const reply = new monitorMessages.ResourceInvokeResponse();
        const accepts = { secrets: true, resources: request.getAcceptresources(), unknowns: true };
        if (token === "pulumi:pulumi:getResource") {
            reply.setReturn(toStruct(this.#getResource(String(args.urn))));
            return reply;
        }
        const pkg = packageOf(token);
        const reference =
            request.getProvider() ||
            this.#lineage.provider(request.getParent(), pkg) ||
            (await this.#host.defaults.reference(pkg, request.getVersion()));
        const { deployment } = this.#host;
        const provider = await deployment.provider(reference);
        const { result, failures } = await provider
            .invoke(token, args, deployment.options.preview)
            .catch((error: Error) => {
                const message = "details" in error ? String(error.details) : error.message;
                throw new Error(`invocation of ${token} returned an error: ${message}`);
            });
        reply.setReturn(toStruct(forProvider(result, accepts)));
        reply.setFailuresList(
            failures.map(({ property, reason }) => {
                const failure = new providerMessages.CheckFailure();
                failure.setProperty(property);
                failure.setReason(reason);
                return failure;
            }),
        );
        return reply;
    }

    /** A resource that the program refers to by its URN. */
    #getResource(urn: string): Bag {
        const state = this.#host.deployment.news.get(urn);
        if (!state) {
            throw new Error(`unknown resource ${urn}${isStack(urn) ? " (another stack)" : ""}`);
        }
        return { urn: state.urn, id: state.id ?? "", state: state.outputs };
    }
}

/** A promise that ends waits once it is rejected, and its reject. */
function rejectable(): { promise: Promise<never>; reject(error: Error): void } {
    let reject: (error: Error) => void = () => undefined;
    const promise = new Promise<never>((_, no) => {
        reject = no;
    });
    return { promise, reject: (error) => reject(error) };
}
