const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
exports.zone = config.require("zone");
exports.count = config.requireNumber("count");
exports.always = config.require("always");
exports.other = new pulumi.Config("other").get("key");
