/** What the one-line methods of the dynamic resources require (see dynamic.ts). */
export * as journal from "./journal";
export * as purge from "./purge";
export * as sweep from "./sweep";
