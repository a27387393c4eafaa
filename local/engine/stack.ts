/** What the rest of the project uses of the engine: open a stack, run it, read the result. */
export { findEngine, openStack } from "./openStack";
export type { Result } from "./result";
export type { Run, RunOptions, Stack } from "./stackInterface";
