import { endWithEngine } from "./abortWithEngine";
import * as journalMethods from "./journal";
import * as purgeMethods from "./purge";
import * as sweepMethods from "./sweep";

/** What the one-line methods of the dynamic resources call (see dynamic.ts). Nobody else does. */
type Methods = Readonly<Record<string, unknown>>;

export const journal: Methods = journalMethods;
export const purge: Methods = purgeMethods;
export const sweep: Methods = sweepMethods;

// The process that serves this: the SDK's for dynamic resources, or that of the plugin.
endWithEngine();
