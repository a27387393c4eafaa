// Before everything that imports them.
import "../component/checkPeers";

import * as pulumi from "@pulumi/pulumi";
import { provider } from "./provider";

// The engine's address is the last argument, also after flags for logging and tracing.
pulumi.provider.main(provider, process.argv.slice(2));
