/**
 * The state of a stack on disk: one JSON file in the format of `pulumi stack export` (version 3), and beside it a
 * lock while a run is under way. Every write is a new file renamed over the old one, so that a kill leaves either.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { ResourceState } from "./resourceState";
import type { Secrets } from "./secrets";
import { newSecrets, openSecrets } from "./secrets";
import { fromJson, toJson } from "./stateJson";

export interface Operation {
    type: "creating" | "updating" | "deleting" | "reading";
    resource: ResourceState;
}

/** A deployment as `pulumi stack export` prints it. */
export interface DeploymentJson {
    version: number;
    deployment: {
        manifest: { time: string; magic: string; version: string };
        secrets_providers?: { type: string; state?: { salt?: string } };
        resources?: Record<string, unknown>[];
        pending_operations?: { resource: Record<string, unknown>; type: string }[];
        metadata?: unknown;
        [other: string]: unknown;
    };
}

/** What the file holds, secrets laid open. */
export interface Saved {
    resources: ResourceState[];
    /** Steps that a killed run had begun and not ended. */
    operations: Operation[];
    secrets: Secrets;
}

/** The CLI whose format this is; the CLI checks that `magic` is the hash of the version. */
const formatVersion = "v3.260.0";
const magic = createHash("sha256").update(formatVersion).digest("hex");

/** Where the state of a stack is kept. */
export const stateFileOf = (stateDir: string, project: string, stack: string): string =>
    path.join(stateDir, `${project}.${stack}.json`);

/** Reads the state; a stack that has none is empty. A wrong passphrase or another format is an error. */
export async function load(file: string, passphrase: string): Promise<Saved> {
    if (!fs.existsSync(file)) {
        return { resources: [], operations: [], secrets: await newSecrets(passphrase) };
    }
    const json = JSON.parse(fs.readFileSync(file, "utf8")) as DeploymentJson;
    return parse(json, passphrase, file);
}

/** A deployment's resources and pending operations. `where` names it in errors. */
export async function parse(
    { version, deployment }: DeploymentJson,
    passphrase: string,
    where: string,
): Promise<Saved> {
    if (version !== 3) {
        throw new Error(`${where}: deployment version ${version}; the local engine reads version 3`);
    }
    const { secrets_providers: provider, resources = [], pending_operations: pending = [] } = deployment;
    if (provider && provider.type !== "passphrase") {
        throw new Error(`${where}: secrets provider "${provider.type}"; the local engine knows "passphrase" only`);
    }
    const salt = provider?.state?.salt;
    const secrets = salt ? await openSecrets(passphrase, salt) : await newSecrets(passphrase);
    return {
        resources: resources.map((resource) => fromJson(resource, secrets)),
        operations: pending.map(({ type, resource }) => ({
            type: type as Operation["type"],
            resource: fromJson(resource, secrets),
        })),
        secrets,
    };
}

/** The JSON of a state. */
export function format({ resources, operations, secrets }: Saved): DeploymentJson {
    return {
        version: 3,
        deployment: {
            manifest: { time: new Date().toISOString(), magic, version: formatVersion },
            secrets_providers: { type: "passphrase", state: { salt: secrets.salt } },
            resources: resources.map((resource) => toJson(resource, secrets)),
            ...(operations.length > 0
                ? {
                      pending_operations: operations.map(({ type, resource }) => ({
                          resource: toJson(resource, secrets),
                          type,
                      })),
                  }
                : {}),
            metadata: {},
        },
    };
}

/** Writes the state in one step. */
export function save(file: string, saved: Saved): void {
    write(file, `${JSON.stringify(format(saved), null, 4)}\n`);
}

function write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const next = `${file}.${process.pid}.tmp`;
    fs.writeFileSync(next, text);
    fs.renameSync(next, file);
}

/** Takes the stack for one run. A lock that a killed run left is an error that says how to remove it. */
export function lock(file: string): { release(): void } {
    const lockFile = `${file}.lock`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    try {
        fs.writeFileSync(lockFile, JSON.stringify({ pid: process.pid, timestamp: new Date().toISOString() }), {
            flag: "wx",
        });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
        const { pid, timestamp } = JSON.parse(fs.readFileSync(lockFile, "utf8")) as { pid: number; timestamp: string };
        throw new Error(
            "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
                `file with \`pulumi cancel\`.\n  ${lockFile}: created by process ${pid} at ${timestamp}`,
        );
    }
    return { release: () => fs.rmSync(lockFile, { force: true }) };
}

/** Removes the lock of a run that is gone. */
export const cancel = (file: string): void => fs.rmSync(`${file}.lock`, { force: true });
