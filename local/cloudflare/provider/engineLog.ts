import * as grpc from "@grpc/grpc-js";
import { engineMessages, engineRpc } from "../../engine/proto";

/** Where a provider logs: the engine that it is attached to. */
export class EngineLog {
    private readonly client: InstanceType<typeof engineRpc.EngineClient>;

    /** @param address The engine's, as it names it when it attaches. */
    constructor(address: string) {
        this.client = new engineRpc.EngineClient(address, grpc.credentials.createInsecure());
    }

    /** Logs an error. An engine that is gone hears nothing. */
    error(message: string): Promise<void> {
        const request = new engineMessages.LogRequest();
        request.setSeverity(engineMessages.LogSeverity.ERROR);
        request.setMessage(message);
        return new Promise((resolve) => {
            this.client.log(request, () => resolve());
        });
    }
}
