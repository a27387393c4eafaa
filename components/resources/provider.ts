import { endWithEngine } from "./abortWithEngine";

/** What the one-line methods of the dynamic resources require (see dynamic.ts). */
export * as journal from "./journal";
export * as purge from "./purge";
export * as sweep from "./sweep";

// The process that serves this: the SDK's for dynamic resources, or that of the plugin.
endWithEngine();
