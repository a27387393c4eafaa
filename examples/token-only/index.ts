/** A token that can purge one zone, for a pipeline that purges by other means. */
import { PurgeToken } from "pulumi-cloudflare-cache-purge";

const token = new PurgeToken("pipeline", {
    zone: { name: "example.com", accountId: "your account's ID, where two accounts have the zone" },
    owner: "account",
    expiresOn: "2027-12-31T00:00:00Z",
    allowedIps: ["203.0.113.0/24"],
});

export const purgeToken = token.value;
export const tokenId = token.tokenId;
