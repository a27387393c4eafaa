/** The Engine service: where programs and providers send what they have to say. */
import * as grpc from "@grpc/grpc-js";
import { engineMessages, newEmpty } from "./proto";
import type { Report, Severity } from "./report";
import type { Call } from "./unary";
import { unary } from "./unary";

type LogRequest = InstanceType<typeof engineMessages.LogRequest>;

const severities: Record<number, Severity> = {
    [engineMessages.LogSeverity.DEBUG]: "debug",
    [engineMessages.LogSeverity.INFO]: "info",
    [engineMessages.LogSeverity.WARNING]: "warning",
    [engineMessages.LogSeverity.ERROR]: "error",
};

/** The methods to serve. `debug` messages are dropped, as without `--debug`. */
export function engineService(report: Report): grpc.UntypedServiceImplementation {
    let root = "";
    return {
        log: unary(async ({ request }: Call<LogRequest>) => {
            const severity = severities[request.getSeverity()] ?? "info";
            if (severity !== "debug") {
                report.diagnostic(severity, request.getMessage(), request.getUrn() || undefined);
            }
            return newEmpty();
        }),
        getRootResource: unary(async () => {
            const reply = new engineMessages.GetRootResourceResponse();
            reply.setUrn(root);
            return reply;
        }),
        setRootResource: unary(
            async ({ request }: Call<InstanceType<typeof engineMessages.SetRootResourceRequest>>) => {
                root = request.getUrn();
                return new engineMessages.SetRootResourceResponse();
            },
        ),
        requirePulumiVersion: unary(
            async ({ request }: Call<InstanceType<typeof engineMessages.RequirePulumiVersionRequest>>) => {
                const range = request.getPulumiVersionRange();
                throw {
                    code: grpc.status.FAILED_PRECONDITION,
                    details: `the program needs Pulumi ${range}; the local engine has no version. Use the Pulumi CLI for it`,
                };
            },
        ),
    };
}
