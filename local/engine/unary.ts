/** gRPC methods as async functions. */
import * as grpc from "@grpc/grpc-js";

/** One request; `peer` tells connections apart. */
export interface Call<Request> {
    request: Request;
    getPeer(): string;
}

/** What a method refuses with, when it is to be more than an UNKNOWN error with the message. */
export interface Refusal {
    code: grpc.status;
    details: string;
    metadata?: grpc.Metadata;
}

/** A method from an async function. What it throws becomes the answer's status. */
export function unary<Request, Reply>(
    handle: (call: Call<Request>) => Promise<Reply>,
): grpc.handleUnaryCall<Request, Reply> {
    return (call, done) => {
        handle(call).then(
            (reply) => done(null, reply),
            (thrown: unknown) => done(refusal(thrown)),
        );
    };
}

function refusal(thrown: unknown): Refusal {
    if (typeof thrown === "object" && thrown !== null && "code" in thrown && "details" in thrown) {
        return thrown as Refusal;
    }
    return { code: grpc.status.UNKNOWN, details: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** Serves services on loopback, on a free port by default. */
export async function serve(server: grpc.Server, wanted = 0): Promise<{ address: string; port: number }> {
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync(`127.0.0.1:${wanted}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    return { address: `127.0.0.1:${port}`, port };
}

/** A provider process that engines can attach to. */
export interface RunningProvider {
    port: number;
    close(): Promise<void>;
}
