import type { Problem } from "../errors/problem";
import type { ErrorKind } from "./cloudflareError";
import { CloudflareError } from "./cloudflareError";

/** What a connection's failure means for a person. */
interface Failure extends Problem {
    /** The codes of Node and axios that mean it. */
    readonly codes: readonly string[];
    /** Default: `network`. */
    readonly kind?: ErrorKind;
    readonly retryable?: true;
}

/** @param host Where the request went. @param seconds Its time limit. */
function failures(host: string, seconds: number): readonly Failure[] {
    return [
        {
            codes: ["ENOTFOUND"],
            key: "dns",
            cause: `The name ${host} is not known here (DNS).`,
            remedy: "Check the spelling of the base URL, the network and the DNS server; behind a proxy set HTTPS_PROXY.",
        },
        {
            codes: ["EAI_AGAIN"],
            key: "dns",
            cause: `The DNS server does not answer for ${host}.`,
            remedy: "Check the network connection and the DNS server; behind a proxy set HTTPS_PROXY.",
            retryable: true,
        },
        {
            codes: ["ECONNREFUSED"],
            key: "network",
            cause: `Nothing accepts connections at ${host}, or at the proxy before it.`,
            remedy: "Check the base URL and HTTPS_PROXY, and that a firewall lets the connection out.",
            retryable: true,
        },
        {
            codes: ["ETIMEDOUT", "ECONNABORTED", "ERR_CANCELED"],
            key: "network",
            cause: `${host} did not answer within ${seconds} s.`,
            remedy: "Check the network, or raise `timeout`.",
            retryable: true,
        },
        {
            codes: ["CERT_NOT_YET_VALID", "CERT_HAS_EXPIRED"],
            key: "clock",
            cause: `The certificate of ${host} is not valid at the date that this machine has.`,
            remedy: "Check the machine's date (`date -u`); if it is right, something between here and Cloudflare presents an old certificate.",
        },
        {
            codes: ["ERR_INVALID_URL", "ERR_UNSUPPORTED_PROTOCOL"],
            key: "not-the-api",
            kind: "not-the-api",
            cause: "The base URL or the proxy's URL is not a URL.",
            remedy: "Check the base URL and HTTPS_PROXY.",
        },
        {
            codes: ["ERR_INVALID_CHAR"],
            key: "malformed-token",
            kind: "authentication",
            cause: "The credential has a character that no header may carry, such as a line end.",
            remedy: "Paste the bare value again, without line ends or quotes.",
        },
        {
            codes: ["ERR_BAD_RESPONSE"],
            key: "not-the-api",
            kind: "not-the-api",
            cause: `${host} sent far more than Cloudflare's API ever does.`,
            remedy: "Check the base URL and whether a proxy stands between.",
        },
    ];
}

/** The error for a request that got no answer. Nothing of the library's own error is kept but its code. */
export function noAnswer(code: string, url: string, operation: string, timeout: number): CloudflareError {
    const host = URL.canParse(url) ? new URL(url).host : "the base URL";
    const known = failures(host, timeout).find(({ codes }) => codes.includes(code));
    if (known !== undefined) {
        const { codes: _, kind = "network", ...rest } = known;
        return new CloudflareError({ operation, kind, ...rest });
    }
    if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER|ALTNAME|EPROTO|UNABLE_TO_VERIFY/.test(code)) {
        return new CloudflareError({
            operation,
            kind: "network",
            key: "tls",
            cause: `The TLS connection to ${host} failed (${code}).`,
            remedy: "If a proxy of your network inspects TLS, give its certificate in NODE_EXTRA_CA_CERTS; else check the base URL and the machine's date.",
        });
    }
    return new CloudflareError({
        operation,
        kind: "network",
        key: "network",
        cause: `The connection to ${host} broke (${code}).`,
        remedy: "Check the network, then run it again.",
        retryable: true,
    });
}
