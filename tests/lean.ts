import path from "node:path";

/** The environment in which processes of the SDK start sooner; see lean.cjs. */
export const LEAN = { NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "lean.cjs"))}` };
