/** Between the state file's JSON and {@link ResourceState}. */

import type { CustomTimeouts, ResourceState } from "./resourceState";
import type { Secrets } from "./secrets";
import type { Bag } from "./values";
import { isObject, isSecret, secretSignature, signatureKey } from "./values";

type Json = Record<string, unknown>;

const known = [
    "urn type custom delete id inputs outputs parent protect taint external dependencies initErrors provider",
    "propertyDependencies additionalSecretOutputs aliases customTimeouts importID",
    "created modified ignoreChanges replaceOnChanges refreshBeforeUpdate sourcePosition stackTrace",
].flatMap((line) => line.split(" "));

/** What the Pulumi CLI writes for options that this engine refuses. */
const unsupported = ["pendingReplacement", "retainOnDelete", "deletedWith", "replaceWith", "replacementTrigger"];

/** A resource of the file, its secrets decrypted. */
export function fromJson(json: Json, secrets: Secrets): ResourceState {
    const found = unsupported.find((key) => !isEmpty(json[key]));
    if (found) {
        throw new Error(
            `${json.urn}: the state holds "${found}", which the local engine does not support. Use the Pulumi CLI for it`,
        );
    }
    const open = (value: unknown) => decrypt(value, secrets);
    return {
        ...(json as object),
        urn: String(json.urn),
        type: String(json.type),
        custom: json.custom === true,
        inputs: open(json.inputs ?? {}) as Bag,
        outputs: open(json.outputs ?? {}) as Bag,
        dependencies: (json.dependencies as string[] | undefined) ?? [],
        initErrors: (json.initErrors as string[] | undefined) ?? [],
        additionalSecretOutputs: (json.additionalSecretOutputs as string[] | undefined) ?? [],
        aliases: (json.aliases as string[] | undefined) ?? [],
        rest: Object.fromEntries(Object.entries(json).filter(([key]) => !known.includes(key))),
    };
}

/** A resource as the file holds it: in the CLI's order, empty fields left out, secrets encrypted. */
export function toJson(state: ResourceState, secrets: Secrets): Json {
    const close = (value: unknown) => encrypt(value, secrets);
    const all: Json = {
        urn: state.urn,
        custom: state.custom,
        delete: state.delete,
        id: state.id,
        type: state.type,
        inputs: close(state.inputs),
        outputs: close(state.outputs),
        parent: state.parent,
        protect: state.protect,
        taint: state.taint,
        external: state.external,
        dependencies: state.dependencies,
        initErrors: state.initErrors,
        provider: state.provider,
        propertyDependencies: state.propertyDependencies,
        additionalSecretOutputs: state.additionalSecretOutputs,
        aliases: state.aliases,
        customTimeouts: timeouts(state.customTimeouts),
        importID: state.importID,
        created: state.created,
        modified: state.modified,
        ignoreChanges: state.ignoreChanges,
        replaceOnChanges: state.replaceOnChanges,
        refreshBeforeUpdate: state.refreshBeforeUpdate,
        ...state.rest,
    };
    return Object.fromEntries(Object.entries(all).filter(([key, value]) => key === "custom" || !isEmpty(value)));
}

const timeouts = (value: CustomTimeouts | undefined): CustomTimeouts =>
    Object.fromEntries(Object.entries(value ?? {}).filter(([, seconds]) => seconds));

const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === false ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0);

function encrypt(value: unknown, secrets: Secrets): unknown {
    if (isSecret(value)) {
        return { [signatureKey]: secretSignature, ciphertext: secrets.encrypt(JSON.stringify(value.value ?? null)) };
    }
    if (Array.isArray(value)) {
        return value.map((item) => encrypt(item, secrets));
    }
    if (!isObject(value)) {
        return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, encrypt(member, secrets)]));
}

function decrypt(value: unknown, secrets: Secrets): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => decrypt(item, secrets));
    }
    if (!isObject(value)) {
        return value;
    }
    if (value[signatureKey] === secretSignature) {
        const text = "plaintext" in value ? String(value.plaintext) : secrets.decrypt(String(value.ciphertext));
        return { [signatureKey]: secretSignature, value: JSON.parse(text) };
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decrypt(member, secrets)]));
}
