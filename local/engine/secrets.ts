/**
 * Secrets of the state file, in the CLI's own passphrase scheme, so that a state file moves between the two engines:
 * PBKDF2-SHA256 over the passphrase (1 000 000 rounds, 8 bytes of salt) gives the key; each secret is
 * `v1:<nonce>:<ciphertext and tag>` of AES-256-GCM, in base64.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/config/crypt.go
 */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** Encrypts and decrypts with one key. */
export interface Secrets {
    /** What the state file keeps to find the key again: the salt and an encrypted word to check the passphrase. */
    readonly salt: string;
    /** Ciphertext of a text; a text that was read encrypted keeps its old ciphertext, so that files do not churn. */
    encrypt(text: string): string;
    /** The text; an error when the ciphertext is damaged or of another key. */
    decrypt(ciphertext: string): string;
}

const rounds = 1_000_000;
const checkWord = "pulumi";
const keys = new Map<string, Promise<Buffer>>();
const derive = promisify(pbkdf2);

/** A key is derived once in a process for each passphrase and salt: it takes about 0.2 s. */
function keyFor(passphrase: string, salt: Buffer): Promise<Buffer> {
    const name = `${salt.toString("base64")}:${passphrase}`;
    const key = keys.get(name) ?? derive(passphrase, salt, rounds, 32, "sha256");
    keys.set(name, key);
    return key;
}

/** New stacks made in one process share a salt, and with it the derived key. */
let processSalt: Buffer | undefined;

/** Secrets of a new stack. */
export async function newSecrets(passphrase: string): Promise<Secrets> {
    processSalt ??= randomBytes(8);
    const key = await keyFor(passphrase, processSalt);
    return secretsOf(key, `v1:${processSalt.toString("base64")}:${seal(key, checkWord)}`);
}

/** Secrets of a stack that exists; a wrong passphrase is an error. */
export async function openSecrets(passphrase: string, salt: string): Promise<Secrets> {
    const [version, base64, ...check] = salt.split(":");
    if (version !== "v1" || !base64) {
        throw new Error("The state file's salt is damaged: it should begin with v1:");
    }
    const key = await keyFor(passphrase, Buffer.from(base64, "base64"));
    try {
        if (unseal(key, check.join(":")) !== checkWord) {
            throw new Error("wrong word");
        }
    } catch {
        throw new Error(
            "incorrect passphrase. Set PULUMI_CONFIG_PASSPHRASE to the passphrase that the stack was made with",
        );
    }
    return secretsOf(key, salt);
}

function secretsOf(key: Buffer, salt: string): Secrets {
    const seen = new Map<string, string>();
    return {
        salt,
        encrypt(text) {
            const ciphertext = seen.get(text) ?? seal(key, text);
            seen.set(text, ciphertext);
            return ciphertext;
        },
        decrypt(ciphertext) {
            const text = unseal(key, ciphertext);
            seen.set(text, ciphertext);
            return text;
        },
    };
}

function seal(key: Buffer, text: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function unseal(key: Buffer, ciphertext: string): string {
    const [version, nonce, sealed] = ciphertext.split(":");
    if (version !== "v1" || !nonce || !sealed) {
        throw new Error("A secret in the state is damaged");
    }
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
}
