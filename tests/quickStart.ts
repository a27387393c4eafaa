import path from "node:path";

/** The environment in which processes of the SDK start sooner; see quickStart.cjs. */
export const QUICK_START = { NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "quickStart.cjs"))}` };
