import type { Voice } from "../../purge/words";

/** How the command line calls what only it has. */
export const VOICE: Voice = {
    old: "Purge them again once the upload is done.",
    absent: "Purge them once they are there.",
    removed: "Purge them when you have deleted them.",
    stale: "The command below purges them once more.",
    exclude: "--exclude",
    checks: "--connect-to; --no-verify switches the check off",
    command: "cache-purge",
};
