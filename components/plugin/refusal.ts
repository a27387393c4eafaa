/** Wrong options as the engine prints them: each with the property that it is about. */
import * as pulumi from "@pulumi/pulumi";
import type { WrongArg } from "../component/checkArgs";
import { ProblemError } from "../errors/problem";
import type { Options } from "../settings/option";
import { wrongAssets, wrongInputs } from "./args";
import type { Given } from "./given";

/** @throws pulumi.InputPropertiesError for options that do not exist, and values that break their rule. */
export function check(from: Given, table: Options): void {
    const wrong = wrongInputs(from, table);
    if (wrong.length > 0) {
        throw refusal(wrong);
    }
}

export function refuseInput(wrong: WrongArg | undefined): void {
    if (wrong !== undefined) {
        throw refusal([wrong]);
    }
}

function refusal(wrong: readonly WrongArg[]): pulumi.InputPropertiesError {
    const errors = wrong.map(({ property, reason }) => ({ propertyPath: property, reason }));
    return new pulumi.InputPropertiesError({ message: "", errors });
}

/** Runs what may refuse an option. @param property The one that it is about, where the error does not say. */
export function refusing<T>(property: string, run: () => T): T {
    try {
        return run();
    } catch (error) {
        throw asRefusal(property, error);
    }
}

export async function awaiting<T>(property: string, run: Promise<T>): Promise<T> {
    return run.catch((error: unknown) => {
        throw asRefusal(property, error);
    });
}

function asRefusal(property: string, error: unknown): unknown {
    const wrong =
        wrongAssets(error) ?? (error instanceof ProblemError ? { property, reason: error.message } : undefined);
    return wrong === undefined ? error : refusal([wrong]);
}
