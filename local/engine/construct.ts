/** The request with which a plugin makes a component, from a registration of the program. */
import { aliasMessages, providerMessages, toStruct } from "./proto";
import type { RegisterRequest, ResourceOptions } from "./registration";
import type { Bag } from "./values";

/** What a plugin is told of the run. */
export interface RunFacts {
    project: string;
    stack: string;
    preview: boolean;
    parallel: number;
    config: { values: Record<string, string>; secretKeys: string[] };
    /** Where the monitor listens. */
    address: string;
}

/**
 * @param inputs as the program sent them, output values among them.
 * @param aliases former URNs of the component.
 */
export function constructRequest(
    request: RegisterRequest,
    options: ResourceOptions,
    inputs: Bag,
    aliases: readonly string[],
    run: RunFacts,
) {
    const construct = new providerMessages.ConstructRequest();
    construct.setProject(run.project);
    construct.setStack(run.stack);
    construct.setOrganization("organization");
    construct.setDryrun(run.preview);
    construct.setParallel(run.parallel);
    construct.setMonitorendpoint(run.address);
    construct.setConfigsecretkeysList(run.config.secretKeys);
    for (const [key, value] of Object.entries(run.config.values)) {
        construct.getConfigMap().set(key, value);
    }
    construct.setType(request.getType());
    construct.setName(request.getName());
    construct.setParent(request.getParent());
    construct.setInputs(toStruct(inputs));
    for (const [key, of] of request.getPropertydependenciesMap().entries()) {
        const dependencies = new providerMessages.ConstructRequest.PropertyDependencies();
        dependencies.setUrnsList(of.getUrnsList());
        construct.getInputdependenciesMap().set(key, dependencies);
    }
    construct.setDependenciesList(options.getDependsOnList());
    if (options.hasProtect()) {
        construct.setProtect(options.getProtect() as boolean);
    }
    for (const [name, reference] of options.getProvidersMap().entries()) {
        construct.getProvidersMap().set(name, reference);
    }
    construct.setAliasesList(
        aliases.map((urn) => {
            const alias = new aliasMessages.Alias();
            alias.setUrn(urn);
            return alias;
        }),
    );
    const timeouts = options.getCustomTimeouts();
    const given = new providerMessages.ConstructRequest.CustomTimeouts();
    given.setCreate(timeouts?.getCreate() ?? "");
    given.setUpdate(timeouts?.getUpdate() ?? "");
    given.setDelete(timeouts?.getDelete() ?? "");
    construct.setCustomtimeouts(given);
    construct.setIgnorechangesList(options.getIgnoreChangesList());
    construct.setReplaceonchangesList(options.getReplaceOnChangesList());
    construct.setAcceptsOutputValues(true);
    return construct;
}
