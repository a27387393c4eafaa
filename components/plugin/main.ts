// Before everything that imports them.
import "../component/checkPeers";

import * as pulumi from "@pulumi/pulumi";
import { provider, sayToEngine } from "./provider";

// The engine's address is the last argument, also after flags for logging and tracing. The SDK takes it from the first
// construct on; what the resources say before that has to reach the engine too.
const engine = process.argv.at(-1) ?? "";
pulumi.runtime.resetOptions("", "", -1, engine, "", false, "");
sayToEngine();
pulumi.provider.main(provider, process.argv.slice(2));
