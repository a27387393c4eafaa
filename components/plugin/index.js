// Pulumi's runner for plugins requires this folder: the provider then serves itself. It must export nothing, since
// exported components would make the runner infer another schema from them.
require("../dist/plugin/main");
