/** The URNs that a resource may have had before: its own aliases, and those that it inherits from its parent's. */
import type { Alias, Goal } from "./goal";
import { isStack, makeUrn, nameOf, qualifiedType, typeOf } from "./urn";

export interface AliasContext {
    stack: string;
    project: string;
    /** The old URN of a resource that was found by an alias. */
    oldUrn(urn: string): string | undefined;
}

/** Every former URN to look for, in the order in which they count. */
export function aliasUrns(goal: Pick<Goal, "name" | "type" | "parent" | "aliases">, context: AliasContext): string[] {
    const own = goal.aliases.map((alias) => urnOf(alias, goal, context));
    const parentAlias = goal.parent ? context.oldUrn(goal.parent) : undefined;
    if (!goal.parent || parentAlias === undefined) {
        return [...new Set(own)];
    }
    const parentName = nameOf(goal.parent);
    const inherit = (type: string, name: string) => inherited(type, name, parentName, parentAlias, context);
    return [
        ...new Set([...own, inherit(goal.type, goal.name), ...own.map((urn) => inherit(typeOf(urn), nameOf(urn)))]),
    ];
}

function urnOf(alias: Alias, goal: Pick<Goal, "name" | "type" | "parent">, context: AliasContext): string {
    if ("urn" in alias) {
        return alias.urn;
    }
    const given = alias.parent ? (context.oldUrn(alias.parent) ?? alias.parent) : goal.parent;
    const parent = alias.noParent || (given && isStack(given)) ? undefined : given;
    return makeUrn({
        stack: alias.stack || context.stack,
        project: alias.project || context.project,
        type: alias.type || goal.type,
        name: alias.name || goal.name,
        ...(parent ? { parent } : {}),
    });
}

/** A child named after its parent (`site-zone` of `site`) was named after the parent's old name. */
function inherited(type: string, name: string, parentName: string, parentAlias: string, context: AliasContext): string {
    const oldName = name.startsWith(parentName) ? nameOf(parentAlias) + name.slice(parentName.length) : name;
    const parentTypes = isStack(parentAlias) ? "" : `${qualifiedType(parentAlias)}$`;
    return `urn:pulumi:${context.stack}::${context.project}::${parentTypes}${type}::${oldName}`;
}
