/** Deploys from a script: `npm run deploy`, in this folder. The Pulumi CLI has to be on PATH. */
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Receipt } from "pulumi-cloudflare-cache-purge";

async function deploy(): Promise<void> {
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: "production", workDir: process.cwd() });
    const { outputs } = await stack.up({ onOutput: (text) => process.stdout.write(text) });
    const { urls, owed } = outputs.purged?.value as Receipt;
    console.log(`${urls} URLs purged, ${owed} owed`);
}

deploy().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
