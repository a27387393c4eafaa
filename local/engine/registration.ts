/** A registration of the program as a {@link Goal}: options inherited and transformed, what is unsupported refused. */
import type { Alias, Goal } from "./goal";
import { seconds } from "./goal";
import { fromStruct, fromValue, monitorMessages } from "./proto";
import { isProviderType } from "./urn";
import type { Bag } from "./values";
import { outputDependencies, unsupported, withoutOutputs } from "./values";

export type RegisterRequest = InstanceType<typeof monitorMessages.RegisterResourceRequest>;
export type ResourceOptions = InstanceType<typeof monitorMessages.TransformResourceOptions>;

/** The options of a request in the form that transforms see and may change. */
export function optionsOf(request: RegisterRequest): ResourceOptions {
    const options = new monitorMessages.TransformResourceOptions();
    options.setDependsOnList(request.getDependenciesList());
    if (request.hasProtect()) {
        options.setProtect(request.getProtect() as boolean);
    }
    options.setIgnoreChangesList(request.getIgnorechangesList());
    options.setReplaceOnChangesList(request.getReplaceonchangesList());
    options.setVersion(request.getVersion());
    options.setAliasesList(request.getAliasesList());
    options.setProvider(request.getProvider());
    options.setCustomTimeouts(request.getCustomtimeouts());
    options.setPluginDownloadUrl(request.getPlugindownloadurl());
    if (request.hasRetainondelete()) {
        options.setRetainOnDelete(request.getRetainondelete() as boolean);
    }
    options.setDeletedWith(request.getDeletedwith());
    if (request.getDeletebeforereplacedefined()) {
        options.setDeleteBeforeReplace(request.getDeletebeforereplace());
    }
    options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
    options.setHooks(request.getHooks());
    options.setImport(request.getImportid());
    options.setHideDiffList(request.getHidediffsList());
    options.setReplaceWithList(request.getReplaceWithList());
    options.setReplacementTrigger(request.getReplacementTrigger());
    const providers = options.getProvidersMap();
    for (const [name, reference] of request.getProvidersMap().entries()) {
        providers.set(name, reference);
    }
    return options;
}

/** Refuses what this engine cannot do: better an error than a deployment that differs from the CLI's in silence. */
export function refuseUnsupported(request: RegisterRequest, options: ResourceOptions, inputs: Bag): void {
    const name = `${request.getType()} '${request.getName()}'`;
    const refuse = (what: string) => {
        throw new Error(`${name} uses ${what}, which the local engine does not support. Use the Pulumi CLI for it`);
    };
    if (request.getPackageref() !== "") {
        refuse("a parameterized package");
    }
    if (request.getEnvvarmappingsMap().getLength() > 0) {
        refuse("the option `envVarMappings`");
    }
    if (request.getStateMigrationsList().length > 0) {
        refuse("the option `stateMigrations`");
    }
    for (const [option, used] of unsupportedOptions(options)) {
        if (used) {
            refuse(`the option \`${option}\``);
        }
    }
    for (const [option, keys] of [
        ["ignoreChanges", options.getIgnoreChangesList()],
        ["replaceOnChanges", options.getReplaceOnChangesList().map((path) => path.replace(ELEMENTS, ""))],
    ] as const) {
        const propertyPath = keys.find((key) => /[.[*]/.test(key));
        if (propertyPath) {
            refuse(`the property path "${propertyPath}" in the option \`${option}\``);
        }
    }
    const hooks = options.getHooks()?.toObject() ?? {};
    if (Object.values(hooks).some((names) => Array.isArray(names) && names.length > 0)) {
        refuse("resource hooks");
    }
    const value = unsupported(inputs);
    if (value) {
        refuse(value);
    }
}

/** Of the paths in `replaceOnChanges`, `triggers[*]` is known, which the SDK of a Command says. */
const ELEMENTS = /\[\*\]$/;

/** Options that the engine knows by name only, and whether they are used. */
function unsupportedOptions(options: ResourceOptions): [option: string, used: boolean][] {
    const trigger = fromValue(options.getReplacementTrigger());
    return [
        ["import", options.getImport() !== ""],
        ["deleteBeforeReplace", options.getDeleteBeforeReplace() === true],
        ["deletedWith", options.getDeletedWith() !== ""],
        ["hideDiffs", options.getHideDiffList().length > 0],
        ["replaceWith", options.getReplaceWithList().length > 0],
        ["replacementTrigger", trigger !== undefined && trigger !== null],
        ["retainOnDelete", options.getRetainOnDelete() === true],
    ];
}

/** What the program wants, once the options are settled and the provider is known. */
export function goalOf(request: RegisterRequest, options: ResourceOptions, given: Bag, provider: string): Goal {
    const type = request.getType();
    const inputs = withoutOutputs(given) as Bag;
    const version = options.getVersion();
    const timeouts = options.getCustomTimeouts();
    const { dependencies, propertyDependencies } = dependenciesIn(request, options, given);
    return {
        type,
        name: request.getName(),
        custom: request.getCustom(),
        inputs: isProviderType(type) && version !== "" ? { ...inputs, version } : inputs,
        ...(request.getParent() ? { parent: request.getParent() } : {}),
        ...(options.hasProtect() ? { protect: options.getProtect() as boolean } : {}),
        dependencies,
        propertyDependencies,
        provider,
        ignoreChanges: options.getIgnoreChangesList(),
        replaceOnChanges: options.getReplaceOnChangesList(),
        additionalSecretOutputs: options.getAdditionalSecretOutputsList(),
        aliases: options.getAliasesList().map(aliasOf),
        customTimeouts: {
            create: seconds(timeouts?.getCreate() ?? ""),
            update: seconds(timeouts?.getUpdate() ?? ""),
            delete: seconds(timeouts?.getDelete() ?? ""),
            read: seconds(timeouts?.getRead() ?? ""),
        },
    };
}

/** The resources behind each input. A program that names none for its inputs means all of its dependencies. */
function dependenciesIn(request: RegisterRequest, options: ResourceOptions, given: Bag) {
    const sets = new Map<string, Set<string>>();
    const named = [...request.getPropertydependenciesMap().entries()];
    for (const [key, urns] of named) {
        sets.set(key, new Set(urns.getUrnsList()));
    }
    const all = new Set(options.getDependsOnList());
    for (const [key, value] of Object.entries(given)) {
        const set = sets.get(key) ?? new Set(named.length === 0 ? all : []);
        for (const urn of outputDependencies(value)) {
            set.add(urn);
        }
        sets.set(key, set);
    }
    return {
        dependencies: [...all].sort(),
        propertyDependencies: Object.fromEntries([...sets].map(([key, urns]) => [key, [...urns].sort()])),
    };
}

export function aliasOf(alias: ReturnType<ResourceOptions["getAliasesList"]>[number]): Alias {
    const spec = alias.getSpec();
    if (!spec) {
        return { urn: alias.getUrn() };
    }
    return {
        name: spec.getName(),
        type: spec.getType(),
        stack: spec.getStack(),
        project: spec.getProject(),
        parent: spec.getParenturn(),
        noParent: spec.getNoparent(),
    };
}

/** The inputs of a request. */
export const inputsOf = (request: RegisterRequest): Bag => fromStruct(request.getObject());
