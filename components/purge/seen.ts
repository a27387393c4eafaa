import { isGone } from "./evidence";
import type { Answer } from "./visit";

/** Status and digest of an answer of the origin. */
export type Seen = readonly [status: number, digest: string];

export function seenOf({ status, digest }: Pick<Answer, "status" | "digest">): Seen {
    return [status, digest];
}

/** Whether two answers are the same as far as that tells something: error pages may differ at each request. */
export function isSameAnswer(one: Seen | undefined, other: Seen | undefined): boolean {
    if (one === undefined || other === undefined) {
        return one === other;
    }
    const [[status, digest], [otherStatus, otherDigest]] = [one, other];
    return status === otherStatus && (status === 403 || isGone({ status }) || digest === otherDigest);
}
