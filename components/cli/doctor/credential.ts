import { checkUrl } from "../../diagnosis/url";
import { UsageError } from "../../errors/usageError";
import type { Found } from "../credential";
import { problemOf } from "../problem";
import type { Checks } from "./report";

/** Finds the credential and looks at its form. @returns `undefined`: there is none that could be tried. */
export async function checkCredential(checks: Checks, find: () => Promise<Found>): Promise<Found | undefined> {
    let found: Found;
    try {
        found = await find();
    } catch (error) {
        const failure = problemOf(error);
        if (failure instanceof UsageError) {
            throw failure;
        }
        checks.told("credential", "failed", failure);
        return undefined;
    }
    const { credential, source, ignored, problem } = found;
    if (problem !== undefined) {
        checks.told("credential", "failed", { ...problem, cause: `${source}: ${problem.cause}` });
        return undefined;
    }
    if (ignored.length > 0) {
        const others = `${ignored.join(" and ")} ${ignored.length === 1 ? "is" : "are"} not`;
        const cause = `Several credentials are set: ${source} is used, ${others}.`;
        const remedy = `Unset what is not meant: unset ${ignored.join(" ")}.`;
        checks.told("credential", "warning", { key: "several-credentials", cause, remedy });
    } else if ("token" in credential) {
        checks.ok("credential", `an API token from ${source}, of good form`);
    } else {
        const advice = "it may do everything in every account; prefer a token that may only purge this zone";
        checks.mentioned("credential", `the global API key from ${source}: ${advice}`);
    }
    return found;
}

/** Whether a URL is one. */
export function checkForm(checks: Checks, url: string | undefined): boolean {
    const problem = url === undefined ? undefined : checkUrl(url, undefined);
    if (problem !== undefined) {
        checks.told("url", "failed", problem);
    }
    return problem === undefined;
}
