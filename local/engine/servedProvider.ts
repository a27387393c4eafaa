/** What every provider process here shares: serving on a loopback port, and the replies that all of them give. */
import * as grpc from "@grpc/grpc-js";
import { providerMessages as messages, newEmpty, pluginMessages, providerRpc, toStruct } from "./proto";
import type { RunningProvider } from "./unary";
import { serve, unary } from "./unary";
import type { Bag } from "./values";

/** Serves the provider. Without a port, on a free one. */
export async function serveProvider(
    service: grpc.UntypedServiceImplementation,
    version: string,
    port?: number,
): Promise<RunningProvider> {
    const server = new grpc.Server();
    server.addService(providerRpc.ResourceProviderService, {
        attach: unary(async () => newEmpty()),
        cancel: unary(async () => newEmpty()),
        getPluginInfo: unary(async () => {
            const info = new pluginMessages.PluginInfo();
            info.setVersion(version);
            return info;
        }),
        ...service,
    });
    const served = await serve(server, port);
    return {
        port: served.port,
        close: () =>
            new Promise((resolve, reject) => server.tryShutdown((error) => (error ? reject(error) : resolve()))),
    };
}

export function configuredReply() {
    const reply = new messages.ConfigureResponse();
    reply.setAcceptsecrets(true);
    reply.setSupportspreview(true);
    return reply;
}

export function checkReply(inputs: Bag, failures: { property: string; reason: string }[]) {
    const reply = new messages.CheckResponse();
    reply.setInputs(toStruct(inputs));
    reply.setFailuresList(
        failures.map(({ property, reason }) => {
            const failure = new messages.CheckFailure();
            failure.setProperty(property);
            failure.setReason(reason);
            return failure;
        }),
    );
    return reply;
}

/** Properties that changed, and those of them that ask for a new resource. */
export function diffReply(changed: readonly string[], replaces: readonly string[]) {
    const reply = new messages.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    reply.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
    reply.setDiffsList([...changed]);
    reply.setReplacesList([...replaces]);
    return reply;
}
