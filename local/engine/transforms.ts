/** Transforms: functions of the program that change a resource's inputs and options. They run in the program. */
import * as grpc from "@grpc/grpc-js";
import { callbacks, channelOptions, fromStruct, monitorMessages, toStruct } from "./proto";
import type { RegisterRequest, ResourceOptions } from "./registration";
import type { Bag } from "./values";
import { output } from "./values";

export type Callback = InstanceType<typeof callbacks.Callback>;

/** Calls functions that the program serves, one connection for each of its servers. */
export class Callbacks {
    readonly #clients = new Map<string, grpc.Client>();

    close(): void {
        for (const client of this.#clients.values()) {
            client.close();
        }
    }

    /** Calls one function with a serialised request and returns the serialised answer. */
    invoke(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
        const target = callback.getTarget();
        const client =
            this.#clients.get(target) ?? new grpc.Client(target, grpc.credentials.createInsecure(), channelOptions);
        this.#clients.set(target, client);
        const message = new callbacks.CallbackInvokeRequest();
        message.setToken(callback.getToken());
        message.setRequest(request);
        return new Promise((resolve, reject) => {
            client.makeUnaryRequest(
                "/pulumirpc.Callbacks/Invoke",
                (value: InstanceType<typeof callbacks.CallbackInvokeRequest>) => Buffer.from(value.serializeBinary()),
                (bytes: Buffer) => callbacks.CallbackInvokeResponse.deserializeBinary(bytes),
                message,
                (error, reply) => (error ? reject(error) : resolve(reply?.getResponse_asU8() ?? new Uint8Array())),
            );
        });
    }

    /** Inputs and options after one transform. */
    async transform(callback: Callback, request: RegisterRequest, inputs: Bag, options: ResourceOptions) {
        const message = new monitorMessages.TransformRequest();
        message.setType(request.getType());
        message.setName(request.getName());
        message.setCustom(request.getCustom());
        message.setParent(request.getParent());
        message.setProperties(toStruct(inputs));
        message.setOptions(options);
        const bytes = await this.invoke(callback, message.serializeBinary());
        const reply = monitorMessages.TransformResponse.deserializeBinary(bytes);
        return {
            inputs: reply.hasProperties() ? fromStruct(reply.getProperties()) : inputs,
            options: reply.getOptions() ?? options,
        };
    }
}

/** Inputs that say which resources they come from, so that a transform's results still depend on them. */
export function withDependencies(request: RegisterRequest, inputs: Bag): Bag {
    const dependencies = request.getPropertydependenciesMap();
    return Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [key, output(value, dependencies.get(key)?.getUrnsList() ?? [])]),
    );
}
