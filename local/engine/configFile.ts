/**
 * Stack config on disk, in the shape of the CLI's `Pulumi.<stack>.yaml`; written as JSON, which YAML includes, so that
 * both engines read the same file. Secret values are encrypted with the key of `encryptionsalt`.
 */
import fs from "node:fs";
import path from "node:path";
import type { Config } from "./defaultProviders";
import { newSecrets, openSecrets } from "./secrets";

interface ConfigFile {
    encryptionsalt?: string;
    config?: Record<string, string | { secure: string }>;
}

/** Where the config of a stack is kept. */
export const configFileOf = (folder: string, stack: string): string => path.join(folder, `Pulumi.${stack}.yaml`);

/** A key with its namespace: `zone` is the project's own. */
export const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** The config in a file; none when there is no file. */
export async function readConfig(file: string, passphrase: string): Promise<Config> {
    const { encryptionsalt, config = {} } = parse(file);
    const secrets = encryptionsalt ? await openSecrets(passphrase, encryptionsalt) : undefined;
    const values: Record<string, string> = {};
    const secretKeys: string[] = [];
    for (const [key, value] of Object.entries(config)) {
        if (typeof value === "string") {
            values[key] = value;
            continue;
        }
        if (!secrets) {
            throw new Error(`${file}: the secret "${key}" cannot be read: encryptionsalt is missing`);
        }
        values[key] = secrets.decrypt(value.secure);
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
    const old = parse(file);
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

function parse(file: string): ConfigFile {
    if (!fs.existsSync(file)) {
        return {};
    }
    const text = fs.readFileSync(file, "utf8");
    // What `pulumi stack init` writes before any config is set.
    const salt = /^encryptionsalt: (\S+)\s*$/.exec(text)?.[1];
    return salt ? { encryptionsalt: salt } : (JSON.parse(text) as ConfigFile);
}
