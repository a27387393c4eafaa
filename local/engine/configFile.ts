/**
 * Stack config on disk, in the shape of the CLI's `Pulumi.<stack>.yaml`; written as JSON, which YAML includes, so that
 * both engines read the same file. Secret values are encrypted with the key of `encryptionsalt`.
 */
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { Config } from "./defaultProviders";
import { newSecrets, openSecrets } from "./secrets";

interface ConfigFile {
    encryptionsalt?: string;
    /** What a person writes can be of any type; what is written here is text. */
    config?: Record<string, unknown>;
}

/** Where the config of a stack is kept. */
export const configFileOf = (folder: string, stack: string): string => path.join(folder, `Pulumi.${stack}.yaml`);

/** A key with its namespace: `zone` is the project's own. */
export const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** The config in a file; none when there is no file. */
export async function readConfig(file: string, passphrase: string): Promise<Config> {
    const { encryptionsalt, config = {} } = readFile(file);
    const secrets = encryptionsalt ? await openSecrets(passphrase, encryptionsalt) : undefined;
    const values: Record<string, string> = {};
    const secretKeys: string[] = [];
    for (const [key, value] of Object.entries(config)) {
        if (typeof value !== "object" || value === null || !("secure" in value)) {
            values[key] = typeof value === "object" ? JSON.stringify(value) : String(value);
            continue;
        }
        if (!secrets) {
            throw new Error(`${file}: the secret "${key}" cannot be read: encryptionsalt is missing`);
        }
        values[key] = secrets.decrypt(String(value.secure));
        secretKeys.push(key);
    }
    return { values, secretKeys };
}

/** Adds entries to the config file, and makes it when there is none. Keys are full keys. */
export async function writeConfig(
    file: string,
    passphrase: string,
    entries: { key: string; value: string; secret: boolean }[],
): Promise<void> {
    const old = readFile(file);
    const secrets = old.encryptionsalt
        ? await openSecrets(passphrase, old.encryptionsalt)
        : await newSecrets(passphrase);
    const config = { ...old.config };
    for (const { key, value, secret } of entries) {
        config[key] = secret ? { secure: secrets.encrypt(value) } : value;
    }
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(
        file,
        `${JSON.stringify({ encryptionsalt: secrets.salt, config } satisfies ConfigFile, null, 4)}\n`,
    );
}

function readFile(file: string): ConfigFile {
    if (!fs.existsSync(file)) {
        return {};
    }
    return (parse(fs.readFileSync(file, "utf8")) as ConfigFile | null) ?? {};
}
