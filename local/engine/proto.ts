/**
 * The gRPC stubs of the SDK in one place. Nothing else here imports `@pulumi/pulumi/proto`.
 *
 * google-protobuf is taken from the SDK's own dependency tree: the generated serialisers check `instanceof`, so a
 * second copy of the library would make every message look foreign.
 */
import { createRequire } from "node:module";
import type * as emptyTypes from "google-protobuf/google/protobuf/empty_pb";
import type * as structTypes from "google-protobuf/google/protobuf/struct_pb";

export * as aliasMessages from "@pulumi/pulumi/proto/alias_pb";
export * as callbacks from "@pulumi/pulumi/proto/callback_pb";
export * as engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
export * as engineMessages from "@pulumi/pulumi/proto/engine_pb";
export * as pluginMessages from "@pulumi/pulumi/proto/plugin_pb";
export * as providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
export * as providerMessages from "@pulumi/pulumi/proto/provider_pb";
export * as monitorRpc from "@pulumi/pulumi/proto/resource_grpc_pb";
export * as monitorMessages from "@pulumi/pulumi/proto/resource_pb";

const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const empty = fromSdk("google-protobuf/google/protobuf/empty_pb") as typeof emptyTypes;
const struct = fromSdk("google-protobuf/google/protobuf/struct_pb") as typeof structTypes;

/** A message without fields. */
export const newEmpty = (): emptyTypes.Empty => new empty.Empty();

/** A plain object as a protobuf Struct. `undefined` members are left out. */
export const toStruct = (bag: Record<string, unknown>): structTypes.Struct =>
    struct.Struct.fromJavaScript(withoutUndefined(bag) as never);

/** A protobuf Struct as a plain object; nothing becomes `{}`. */
export const fromStruct = (message: structTypes.Struct | undefined): Record<string, unknown> =>
    (message?.toJavaScript() ?? {}) as Record<string, unknown>;

/** One protobuf Value as a plain value. */
export const fromValue = (message: structTypes.Value | undefined): unknown => message?.toJavaScript();

function withoutUndefined(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => (item === undefined ? null : withoutUndefined(item)));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const kept: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
        if (member !== undefined) {
            kept[key] = withoutUndefined(member);
        }
    }
    return kept;
}

/** No limit on message sizes: a manifest of 100 000 lines is one string of several megabytes. */
export const channelOptions = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

type ProviderMessages = typeof import("@pulumi/pulumi/proto/provider_pb");

/** A request to a provider, by the name of its message. */
export type ProviderRequest<Name extends keyof ProviderMessages> =
    ProviderMessages[Name] extends new () => infer Message ? Message : never;
