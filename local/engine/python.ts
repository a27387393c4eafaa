/** Starts a program in Python on the SDK from PyPI, as the CLI's language host does, without the CLI's own launcher. */
import path from "node:path";

const LAUNCHER = `
import asyncio, json, os, runpy, sys
import pulumi
facts = json.loads(os.environ["LOCAL_ENGINE"])
pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
pulumi.runtime.configure(pulumi.runtime.Settings(organization="organization", **facts))
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
code = 0
try:
    loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: runpy.run_path(sys.argv[1], run_name="__main__")))
except pulumi.RunError as error:
    pulumi.log.error(str(error))
    code = 32
os._exit(code)
`;

/** What the SDK has to know of a run. */
export interface PythonFacts {
    project: string;
    stack: string;
    parallel: number;
    dry_run: boolean;
    /** Where the monitor and the engine listen. */
    monitor: string;
    engine: string;
}

/** @param virtualenv the folder with the interpreter and the SDK, relative to the project's.
 * @param entry what is run: a file, or a folder with a `__main__.py`. */
export function pythonCommand(
    rootDir: string,
    virtualenv: string | undefined,
    entry: string,
    facts: PythonFacts,
    config: { values: Record<string, string>; secretKeys: string[] },
): { file: string; args: string[]; env: Record<string, string> } {
    return {
        file: virtualenv === undefined ? "python3" : path.resolve(rootDir, virtualenv, "bin", "python3"),
        args: ["-u", "-c", LAUNCHER, entry],
        env: {
            LOCAL_ENGINE: JSON.stringify(facts),
            PULUMI_CONFIG: JSON.stringify(config.values),
            PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
        },
    };
}
