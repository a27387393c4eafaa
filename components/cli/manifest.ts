import { Command } from "commander";
import { encodeManifest, plainText } from "../assets/manifestText";
import type { Done, Io } from "./io";
import type { ManifestLimit } from "./readManifest";
import { readManifestFile, withManifestLimit } from "./readManifest";
import type { SiteOptions } from "./siteOptions";
import { folderManifest, withSiteOptions } from "./siteOptions";

/** `cache-purge manifest DIR` and `cache-purge manifest show FILE`. */
export function manifestCommand(io: Io, _done: Done): Command {
    const command = new Command("manifest")
        .description("Print the manifest of a folder: every URL that it answers, with the digest of the answer.")
        .argument("<dir>", "the folder")
        .addHelpText(
            "after",
            `
Above 5 000 URLs the manifest is packed; \`cache-purge manifest show\` unpacks it.

Examples:
  $ cache-purge manifest dist --base-url https://www.example.com > deployed.manifest
  $ cache-purge manifest show deployed.manifest
  $ pulumi stack export | cache-purge manifest show -`,
        )
        .action((dir: string, options: SiteOptions) => {
            io.stdout.write(encodeManifest(folderManifest(dir, options, io)));
        });
    withSiteOptions(command);
    const show = withManifestLimit(new Command("show"));
    command.addCommand(
        show
            .description("Print a manifest as text, packed or not, or the one in a `pulumi stack export`.")
            .argument("<file>", "the manifest's file; - for stdin")
            .action(async (file: string, options: ManifestLimit) => {
                io.stdout.write(plainText(await readManifestFile(file, options, io)));
            }),
    );
    return command;
}
