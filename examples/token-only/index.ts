/** A token that can purge one zone, until a date and from some addresses, for a pipeline that purges by other means. */
import * as pulumi from "@pulumi/pulumi";
import { PurgeToken } from "pulumi-cloudflare-cache-purge";

const config = new pulumi.Config();
const token = new PurgeToken("pipeline", {
    zone: "example.com",
    owner: "account",
    expiresOn: config.require("expiresOn"),
    allowedIps: config.requireObject<string[]>("allowedIps"),
});

export const purgeToken = token.value;
export const tokenId = token.tokenId;
