/**
 * Turns what the program registers into steps, by the rules of the CLI's step generator:
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
 * Registrations are decided one after the other; their steps run side by side.
 */
import { randomBytes } from "node:crypto";
import { checkInputs } from "./checkInputs";
import type { Deployment } from "./deployment";
import type { Goal } from "./goal";
import { stateOf } from "./goal";
import { findOld } from "./oldResource";
import { Progress } from "./progress";
import type { Diff } from "./provider";
import { DiffUnavailable } from "./provider";
import type { Registering } from "./registering";
import { replacementSteps } from "./replacement";
import { diffResource, mustReplace } from "./resourceDiff";
import type { ResourceState } from "./resourceState";
import type { Registration, Step } from "./steps";
import { Reported } from "./steps";
import { oldDependencies, refuseSkippedDependencies, untargetedSames } from "./untargeted";
import { isProviderType, isStack, makeUrn, nameOf } from "./urn";

export class StepGenerator {
    readonly progress: Progress;
    #turn: Promise<unknown> = Promise.resolve();

    constructor(readonly deployment: Deployment) {
        this.progress = new Progress(deployment.deletes);
    }

    /** The steps for one registration. Throws when the deployment has to end. */
    register(goal: Goal, registration: Registration): Promise<Step[]> {
        return this.#inTurn(() => this.#register(goal, registration));
    }

    /** The step for a read of the program (`Resource.get`). */
    read(state: ResourceState, registration: Registration): Promise<Step[]> {
        return this.#inTurn(async () => {
            this.#claim(state.urn);
            const { old } = findOld(this.deployment, this.progress, state.urn, {
                name: nameOf(state.urn),
                type: state.type,
                aliases: [],
            });
            if (old && !old.external && old.id !== state.id) {
                this.progress.replaces.add(state.urn);
                const both = { urn: state.urn, old, new: state };
                return [
                    { op: "read-replacement", ...both, registration },
                    { op: "replace", ...both, pendingDelete: true },
                ] satisfies Step[];
            }
            this.progress.reads.add(state.urn);
            return [{ op: "read", urn: state.urn, ...(old ? { old } : {}), new: state, registration }] satisfies Step[];
        });
    }

    /** Runs one decision when the one before is made. */
    #inTurn<T>(decide: () => Promise<T>): Promise<T> {
        const mine = this.#turn.then(decide);
        this.#turn = mine.catch(() => undefined);
        return mine;
    }

    #claim(urn: string): void {
        if (this.progress.urns.has(urn)) {
            throw this.deployment.fail(`Duplicate resource URN '${urn}'; try giving it a unique name`, urn);
        }
        this.progress.urns.add(urn);
    }

    async #register(goal: Goal, registration: Registration): Promise<Step[]> {
        const { deployment, progress } = this;
        const { stack, project } = deployment.options;
        if (goal.parent && !progress.urns.has(goal.parent)) {
            throw new Error(`could not find parent resource ${goal.parent}`);
        }
        const urn = makeUrn({
            stack,
            project,
            type: goal.type,
            name: goal.name,
            ...(goal.parent ? { parent: goal.parent } : {}),
        });
        this.#claim(urn);
        const { old, alias, invalid } = findOld(deployment, progress, urn, goal);
        const next = stateOf(goal, urn, old, alias);
        if (isProviderType(goal.type)) {
            progress.providers.set(urn, next);
            if (alias) {
                progress.providers.set(alias, next);
            }
        }
        const provider = await deployment.managerOf(next);
        const registering: Registering = {
            goal,
            registration,
            next,
            randomSeed: randomBytes(32),
            ...(old ? { old } : {}),
            ...(provider ? { provider } : {}),
        };
        const targeted = isProviderType(goal.type) || isStack(urn) || this.#isIncluded(urn);
        const valid = await checkInputs(deployment, registering, targeted);
        if (invalid || !valid) {
            throw new Reported(`resource ${urn} is invalid`);
        }
        const carried = targeted ? oldDependencies(deployment, progress, next) : [];
        const steps = await this.#decide(registering, targeted);
        const all = [...carried, ...steps];
        refuseSkippedDependencies(deployment, progress, all);
        return all;
    }

    #isIncluded(urn: string): boolean {
        const { targets, excludes } = this.deployment.options;
        if (targets.constrained) {
            return targets.contains(urn);
        }
        return !excludes.constrained || !excludes.contains(urn);
    }

    async #decide(of: Registering, targeted: boolean): Promise<Step[]> {
        const { next, old, registration } = of;
        const { progress } = this;
        const urn = next.urn;
        const base = { urn, new: next, registration };
        if (old?.external) {
            progress.creates.add(urn);
            return [
                { op: "create-replacement", ...base, old, pendingDelete: true },
                { op: "replace", urn, old, new: next, pendingDelete: true },
            ];
        }
        if (!targeted) {
            if (old) {
                return untargetedSames(this.deployment, progress, old, registration, urn);
            }
            progress.sames.add(urn);
            progress.skippedCreates.add(urn);
            return [{ op: "same", ...base, skippedCreate: true }];
        }
        if (old) {
            return this.#changeOf({ ...of, old });
        }
        progress.creates.add(urn);
        return [{ op: "create", ...base }];
    }

    async #changeOf(of: Registering & { old: ResourceState }): Promise<Step[]> {
        const { goal, old, next, registration } = of;
        const { deployment, progress } = this;
        const urn = next.urn;
        const diff = await this.#diff(of);
        const hasInitErrors = old.initErrors.length > 0;
        const changes = diff.changes === "some";
        if (changes && mustReplace(diff)) {
            return replacementSteps(deployment, progress, of, diff);
        }
        const both = { urn, old, new: next, registration };
        if (changes || hasInitErrors) {
            progress.updates.add(urn);
            const { changedKeys, detailed } = diff;
            return [
                {
                    op: "update",
                    ...both,
                    changedKeys,
                    ...(detailed ? { detailed } : {}),
                    ignoreChanges: goal.ignoreChanges,
                },
            ];
        }
        progress.sames.add(urn);
        return [{ op: "same", ...both }];
    }

    async #diff({ old, next, provider }: Registering & { old: ResourceState }): Promise<Diff> {
        try {
            return await diffResource(this.deployment, this.progress, old, next, provider);
        } catch (error) {
            if (!(error instanceof DiffUnavailable)) {
                throw error;
            }
            this.deployment.report.diagnostic("warning", error.message, next.urn);
            return { changes: "some", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false };
        }
    }
}
