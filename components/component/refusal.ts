import * as pulumi from "@pulumi/pulumi";

/**
 * A wrong option: its message, and the resource that it was given to. The SDK prints any other error with a stack trace
 * and everything that it holds, which buries the message under the whole component.
 */
export function refusal(message: string, self: pulumi.Resource): pulumi.ResourceError {
    return new pulumi.ResourceError(message, self, true);
}
