const cloudflare = require("@pulumi/cloudflare");
const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
const tokenFor = (name, zoneId, opts) =>
    new cloudflare.ApiToken(
        name,
        {
            name: config.get("tokenName") ?? name,
            policies: [
                {
                    effect: "allow",
                    permissionGroups: [{ id: "e17beae8b8cb423a99b1730f21238bed" }],
                    resources: pulumi.jsonStringify({ [`com.cloudflare.api.account.zone.${zoneId}`]: "*" }),
                },
            ],
        },
        opts,
    );

module.exports = async () => {
    const zone = await cloudflare.getZone({ filter: { name: config.require("zone") } });
    const token = tokenFor("token", zone.id);
    const outputs = { zoneId: zone.id, nameServers: zone.nameServers, plan: zone.plan.legacyId, value: token.value };
    if (!config.get("otherUrl")) {
        return outputs;
    }
    const provider = new cloudflare.Provider("other", {
        baseUrl: config.require("otherUrl"),
        apiToken: config.requireSecret("otherToken"),
    });
    const other = cloudflare.getZoneOutput({ filter: { name: config.require("zone") } }, { provider });
    return { ...outputs, otherId: other.id, otherValue: tokenFor("otherToken", "z2", { provider }).value };
};
