import type { Headers } from "../http/messages";

/** One entry of an envelope's `errors` or `messages`. */
export interface Message {
    code: number;
    message: string;
    error_chain?: { code: number; message: string }[];
}

/** Refuses a request: with this status, these entries, and perhaps headers. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        readonly errors: Message[],
        readonly headers: Headers = {},
    ) {
        super(errors.map(({ code, message }) => `${code}: ${message}`).join("; "));
    }
}

const one = (status: number, code: number, message: string, headers?: Headers) =>
    new Refusal(status, [{ code, message }], headers);

/**
 * Cloudflare's errors, each with its code and HTTP status. Where public material does not settle a status or a code
 * for a case, docs/local-cloudflare.md says what was chosen.
 */
export const refuse = {
    badAuthorization: () =>
        new Refusal(400, [
            {
                code: 6003,
                message: "Invalid request headers",
                error_chain: [{ code: 6111, message: "Invalid format for Authorization header" }],
            },
        ]),
    badAuthKey: (email: boolean, key: boolean) =>
        new Refusal(400, [
            {
                code: 6003,
                message: "Invalid request headers",
                error_chain: [
                    ...(email ? [{ code: 6102, message: "Invalid format for X-Auth-Email header" }] : []),
                    ...(key ? [{ code: 6103, message: "Invalid format for X-Auth-Key header" }] : []),
                ],
            },
        ]),
    noCredentials: () => one(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"),
    unknownKey: () => one(403, 9103, "Unknown X-Auth-Key or X-Auth-Email"),
    authentication: () => one(403, 10000, "Authentication error"),
    invalidToken: () => one(401, 1000, "Invalid API Token"),
    location: (address: string) => one(403, 9109, `Cannot use the access token from location: ${address}`),
    unauthorized: () => one(403, 9109, "Unauthorized to access requested resource"),
    badIdentifier: (path: string) =>
        new Refusal(400, [
            { code: 7003, message: `Could not route to ${path}, perhaps your object identifier is invalid?` },
            { code: 7000, message: "No route for that URI" },
        ]),
    noRoute: () => one(404, 7000, "No route for that URI"),
    method: (method: string) => one(405, 10405, `Method not allowed for this authentication scheme: ${method}`),
    malformedJson: () => one(400, 6007, "Malformed JSON in request body"),
    noSelector: () =>
        one(
            400,
            1012,
            'Request must contain one of "purge_everything", "files", "tags", "hosts" or "prefixes" and nothing else',
        ),
    everythingNotTrue: () => one(400, 1013, '"purge_everything" must be true'),
    notAnArray: (name: string, of: string) => one(400, 1014, `"${name}" must be an array of ${of}`),
    outsideZone: (name: string, value: string) =>
        one(400, 1082, `Unable to purge ${value}: ${name} must be within the zone`),
    everythingAlone: () => one(400, 1092, '"purge_everything" may not be used with other parameters'),
    tooMany: (name: string, limit: number) => one(400, 1094, `"${name}" may hold at most ${limit} items per request`),
    selectedByVisitor: () =>
        one(
            400,
            1136,
            "Single-file purge is not available in an environment that is selected by IP, country, ASN or threat score",
        ),
    noPurgeAccess: () => one(403, 1095, "Purge is not available: the zone is invalid or not active"),
    purgeLimited: (seconds: number) =>
        one(429, 1134, "Unable to purge: rate limit reached. Please wait and consider throttling your request speed", {
            "retry-after": `${seconds}`,
        }),
    throttled: (seconds: number, headers: Headers = {}) =>
        one(429, 971, "Please wait and consider throttling your request speed", {
            ...headers,
            "retry-after": `${seconds}`,
        }),
    badToken: (message: string) => one(400, 1001, message),
    noToken: () => one(404, 1003, "API token not found"),
    badPage: (name: string) => one(400, 1004, `Invalid value for ${name}`),
};
