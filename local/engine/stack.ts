/** What the rest of the project uses of the engine: open a stack, run it, read the result. */
export { findEngine, openStack } from "./openStack";
export type { Diagnostic, Severity } from "./report";
export type { Result, StepResult, Summary } from "./result";
export type { EngineKind, OperationName, Run, RunOptions, Stack, StackOptions } from "./stackInterface";
export type { DeploymentJson } from "./stateFile";
