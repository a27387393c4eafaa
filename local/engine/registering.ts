import type { Goal } from "./goal";
import type { ResourceProvider } from "./provider";
import type { ResourceState } from "./resourceState";
import type { Registration } from "./steps";

/** What is known of a registration while it is decided. */
export interface Registering {
    goal: Goal;
    registration: Registration;
    old?: ResourceState;
    next: ResourceState;
    provider?: ResourceProvider;
    randomSeed: Uint8Array;
}
