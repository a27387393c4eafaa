/** What provider replies say beyond their plain fields. */
import { createRequire } from "node:module";
import type { ServiceError } from "@grpc/grpc-js";
import type { ChangeKind, Changes } from "./difference";
import type { ProviderRequest } from "./proto";
import { fromStruct, providerMessages } from "./proto";
import type { Checked, Diff } from "./provider";
import type { Bag } from "./values";

const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Status } = fromSdk("@pulumi/pulumi/proto/status_pb") as {
    Status: {
        deserializeBinary(bytes: Uint8Array): {
            getDetailsList(): { getTypeName(): string; getValue_asU8(): Uint8Array }[];
        };
    };
};

const { InputPropertiesError } = fromSdk("@pulumi/pulumi/proto/errors_pb") as {
    InputPropertiesError: {
        deserializeBinary(bytes: Uint8Array): {
            getErrorsList(): { getPropertyPath(): string; getReason(): string }[];
        };
    };
};

/**
 * A refusal that left something behind: the provider made or changed the resource, but it is not finished. The
 * details travel in the trailer `grpc-status-details-bin`. Every other error is thrown again.
 */
export function initFailure(error: ServiceError): { id: string; outputs: Bag; inputs?: Bag; reasons: string[] } {
    for (const bytes of error.metadata?.get("grpc-status-details-bin") ?? []) {
        const details = Status.deserializeBinary(bytes as Buffer).getDetailsList();
        const found = details.find((detail) => detail.getTypeName() === "pulumirpc.ErrorResourceInitFailed");
        if (!found) {
            continue;
        }
        const failed = providerMessages.ErrorResourceInitFailed.deserializeBinary(found.getValue_asU8());
        return {
            id: failed.getId(),
            outputs: fromStruct(failed.getProperties()),
            ...(failed.getInputs() ? { inputs: fromStruct(failed.getInputs()) } : {}),
            reasons: failed.getReasonsList(),
        };
    }
    throw error;
}

/** A component's inputs that its plugin refuses, in the CLI's words; every other error as it is. */
export function inputFailure(error: ServiceError, request: ProviderRequest<"ConstructRequest">): Error {
    for (const bytes of error.metadata?.get("grpc-status-details-bin") ?? []) {
        const details = Status.deserializeBinary(bytes as Buffer).getDetailsList();
        const found = details.find((detail) => detail.getTypeName() === "pulumirpc.InputPropertiesError");
        if (found) {
            const wrong = InputPropertiesError.deserializeBinary(found.getValue_asU8()).getErrorsList();
            const lines = wrong.map((one) => `- property ${one.getPropertyPath()} has a problem: ${one.getReason()}`);
            const name = `${request.getType()} resource '${request.getName()}'`;
            return new Error(`${name} has a problem:\n${lines.join("\n")}`);
        }
    }
    return error;
}

type DiffReply = InstanceType<typeof providerMessages.DiffResponse>;
const kindName: Record<number, ChangeKind> = {
    [providerMessages.PropertyDiff.Kind.ADD]: "add",
    [providerMessages.PropertyDiff.Kind.ADD_REPLACE]: "add-replace",
    [providerMessages.PropertyDiff.Kind.DELETE]: "delete",
    [providerMessages.PropertyDiff.Kind.DELETE_REPLACE]: "delete-replace",
    [providerMessages.PropertyDiff.Kind.UPDATE]: "update",
    [providerMessages.PropertyDiff.Kind.UPDATE_REPLACE]: "update-replace",
};

/** A reply to diff, with the detailed diff when the provider gave one. */
export function diffFrom(reply: DiffReply): Diff {
    const kinds = providerMessages.DiffResponse.DiffChanges;
    const changes = reply.getChanges();
    return {
        changes: changes === kinds.DIFF_NONE ? "none" : changes === kinds.DIFF_SOME ? "some" : "unknown",
        replaceKeys: reply.getReplacesList(),
        changedKeys: reply.getDiffsList(),
        deleteBeforeReplace: reply.getDeletebeforereplace(),
        ...detailed(reply),
    };
}

function detailed(reply: DiffReply): { detailed?: Changes } {
    if (!reply.getHasdetaileddiff()) {
        return {};
    }
    const changes: Changes = {};
    for (const [path, change] of reply.getDetaileddiffMap().entries()) {
        changes[path] = kindName[change.getKind()] ?? "update";
    }
    return { detailed: changes };
}

/** Why a provider refuses an input. */
export const failureFrom = (of: InstanceType<typeof providerMessages.CheckFailure>) => ({
    property: of.getProperty(),
    reason: of.getReason(),
});

/** A reply to check. */
export const checkedFrom = (reply: InstanceType<typeof providerMessages.CheckResponse>): Checked => ({
    inputs: fromStruct(reply.getInputs()),
    failures: reply.getFailuresList().map(failureFrom),
});
