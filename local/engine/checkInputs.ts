/** The inputs of a registration as the provider wants them: old values kept where the program ignores changes. */
import type { Deployment } from "./deployment";
import { ignoreChanges } from "./ignoreChanges";
import type { Registering } from "./registering";
import { isTargetedReplace } from "./resourceDiff";

/**
 * Puts the checked inputs into the new state. False: the provider refused them, and that was told. A resource outside
 * of `--target` keeps its old inputs, unasked.
 */
export async function checkInputs(
    deployment: Deployment,
    { goal, next, old, provider, randomSeed }: Registering,
    targeted: boolean,
): Promise<boolean> {
    if (!targeted) {
        if (old && provider) {
            next.inputs = old.inputs;
        }
        return true;
    }
    let news = next.inputs;
    if (old) {
        news = ignoreChanges(news, old.inputs, goal.ignoreChanges);
    }
    if (!provider) {
        next.inputs = news;
        return true;
    }
    const afresh = !old || old.external || isTargetedReplace(deployment, old, next.urn);
    const { inputs, failures } = await provider.check({
        urn: next.urn,
        olds: afresh ? {} : old.inputs,
        news: afresh ? goal.inputs : news,
        preview: deployment.options.preview,
        randomSeed,
    });
    next.inputs = inputs;
    for (const { property, reason } of failures) {
        const what = property ? `property ${property} ` : "";
        const message = `${goal.type} resource '${goal.name}' has a problem: ${what}${reason}`;
        deployment.report.diagnostic("error", message, next.urn);
    }
    return failures.length === 0;
}
