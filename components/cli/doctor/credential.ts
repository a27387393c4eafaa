import { checkUrl } from "../../diagnosis/zoneProblems";
import { UsageError } from "../../errors/problem";
import type { FoundCredential } from "../credential";
import { problemOf } from "../problem";
import type { CheckList } from "./report";

/** Finds the credential and looks at its form. @returns `undefined`: there is none that could be tried. */
export async function checkCredential(
    checks: CheckList,
    find: () => Promise<FoundCredential>,
): Promise<FoundCredential | undefined> {
    let found: FoundCredential;
    try {
        found = await find();
    } catch (error) {
        const failure = problemOf(error);
        if (failure instanceof UsageError) {
            throw failure;
        }
        checks.problem("credential", "failed", failure);
        return undefined;
    }
    const { credential, source, ignored, problem } = found;
    if (problem !== undefined) {
        checks.problem("credential", "failed", { ...problem, cause: `${source}: ${problem.cause}` });
        return undefined;
    }
    if (ignored.length > 0) {
        const others = `${ignored.join(" and ")} ${ignored.length === 1 ? "is" : "are"} not`;
        const cause = `Several credentials are set: ${source} is used, ${others}.`;
        const remedy = `Keep one and unset the rest, such as \`unset ${ignored.join(" ")}\`.`;
        checks.problem("credential", "warning", { key: "several-credentials", cause, remedy });
    } else if ("token" in credential) {
        checks.ok("credential", `a well-formed API token from ${source}`);
    } else {
        const advice = "it may do everything in every account; prefer a token that may only purge this zone";
        checks.note("credential", `the global API key from ${source}: ${advice}`);
    }
    return found;
}

/** Whether the URL is an absolute one. */
export function checkForm(checks: CheckList, url: string | undefined): boolean {
    const problem = url === undefined ? undefined : checkUrl(url);
    if (problem !== undefined) {
        checks.problem("url", "failed", problem);
    }
    return problem === undefined;
}
