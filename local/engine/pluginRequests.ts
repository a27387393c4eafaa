/** Requests to a provider process, filled from the engine's own. */

import { providerMessages, toStruct } from "./proto";
import type { CheckRequest, CreateRequest, DeleteRequest, DiffRequest, ReadRequest, UpdateRequest } from "./provider";
import { nameOf, typeOf } from "./urn";
import type { Accepts, Bag } from "./values";
import { forProvider, withoutSecrets } from "./values";

interface Named {
    setUrn(urn: string): unknown;
    setName(name: string): unknown;
    setType(type: string): unknown;
}

function named<Request extends Named>(request: Request, urn: string): Request {
    request.setUrn(urn);
    request.setName(nameOf(urn));
    request.setType(typeOf(urn));
    return request;
}

const struct = (bag: Bag, accepts: Accepts) => toStruct(forProvider(bag, accepts));

/** The configuration as it is, secrets marked, and once more as the texts that old providers read. */
export function configureRequest(urn: string, id: string, inputs: Bag) {
    const request = named(new providerMessages.ConfigureRequest(), urn);
    request.setId(id);
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    request.setArgs(toStruct(inputs));
    const variables = request.getVariablesMap();
    const pkg = typeOf(urn).split(":").at(-1);
    const { version: _version, ...settings } = withoutSecrets(inputs) as Bag;
    for (const [key, value] of Object.entries(settings)) {
        variables.set(`${pkg}:config:${key}`, typeof value === "string" ? value : JSON.stringify(value));
    }
    return request;
}

export function checkRequest({ urn, olds, news, randomSeed }: CheckRequest, accepts: Accepts) {
    const request = named(new providerMessages.CheckRequest(), urn);
    request.setOlds(struct(olds, accepts));
    request.setNews(struct(news, accepts));
    if (randomSeed) {
        request.setRandomseed(randomSeed);
    }
    return request;
}

export function diffRequest(of: DiffRequest, accepts: Accepts) {
    const request = named(new providerMessages.DiffRequest(), of.urn);
    request.setId(of.id);
    request.setOldInputs(struct(of.oldInputs, accepts));
    request.setOlds(struct(of.oldOutputs, accepts));
    request.setNews(struct(of.newInputs, accepts));
    request.setIgnorechangesList(of.ignoreChanges);
    return request;
}

export function createRequest({ urn, inputs, timeout, preview }: CreateRequest, accepts: Accepts) {
    const request = named(new providerMessages.CreateRequest(), urn);
    request.setProperties(struct(inputs, accepts));
    request.setTimeout(timeout);
    request.setPreview(preview);
    return request;
}

export function updateRequest(of: UpdateRequest, accepts: Accepts) {
    const request = named(new providerMessages.UpdateRequest(), of.urn);
    request.setId(of.id);
    request.setOldInputs(struct(of.oldInputs, accepts));
    request.setOlds(struct(of.oldOutputs, accepts));
    request.setNews(struct(of.newInputs, accepts));
    request.setTimeout(of.timeout);
    request.setPreview(of.preview);
    request.setIgnorechangesList(of.ignoreChanges);
    return request;
}

export function deleteRequest({ urn, id, inputs, outputs, timeout }: DeleteRequest, accepts: Accepts) {
    const request = named(new providerMessages.DeleteRequest(), urn);
    request.setId(id);
    request.setProperties(struct(outputs, accepts));
    request.setOldInputs(struct(inputs, accepts));
    request.setTimeout(timeout);
    return request;
}

export function readRequest({ urn, id, inputs, outputs, timeout }: ReadRequest, accepts: Accepts) {
    const request = named(new providerMessages.ReadRequest(), urn);
    request.setId(id);
    request.setInputs(struct(inputs, accepts));
    request.setProperties(struct(outputs, accepts));
    request.setTimeout(timeout);
    return request;
}

export function invokeRequest(token: string, args: Bag, preview: boolean, accepts: Accepts) {
    const request = new providerMessages.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args, accepts));
    request.setPreview(preview);
    return request;
}
