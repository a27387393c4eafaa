import type { Measured } from "./measure";
import { exponentOf, measured, ratioOf } from "./measure";

/** What was measured of one thing, at one size or several. */
export interface Row {
    readonly name: string;
    readonly unit: string;
    /** What it is compared with, in the same run. */
    readonly against?: string;
    readonly points: readonly Point[];
    /** Where there are three sizes. */
    readonly exponent?: number;
    readonly goals: readonly Goal[];
}

export interface Point {
    /** Files, URLs, or whatever is counted. */
    readonly size: number;
    readonly ours: Measured;
    readonly theirs?: Measured;
    readonly ratio?: Measured;
}

/** At most so much, of the point of a size. */
export interface Goal {
    readonly of: "ratio" | "value" | "exponent";
    readonly most: number;
    /** Default: the last point. */
    readonly size?: number;
}

export interface Sample {
    readonly size: number;
    readonly ours: readonly number[];
    readonly theirs?: readonly number[];
}

export function rowOf(
    name: string,
    unit: string,
    samples: readonly Sample[],
    goals: readonly Goal[],
    against?: string,
): Row {
    const points = samples.map(({ size, ours, theirs }) => ({
        size,
        ours: measured(ours),
        ...(theirs === undefined ? {} : { theirs: measured(theirs), ratio: ratioOf(ours, theirs) }),
    }));
    const exponent =
        points.length < 3 ? {} : { exponent: exponentOf(points.map(({ size, ours }) => [size, ours.median])) };
    return { name, unit, ...(against === undefined ? {} : { against }), points, ...exponent, goals };
}

/** What was reached of a goal. */
export function reached(row: Row, goal: Goal): number {
    const point = row.points.find(({ size }) => size === goal.size) ?? row.points.at(-1);
    const value = { ratio: point?.ratio?.median, value: point?.ours.median, exponent: row.exponent }[goal.of];
    return value ?? Number.NaN;
}
