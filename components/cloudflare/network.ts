import type { ErrorDetails, ErrorKind } from "./cloudflareError";
import { CloudflareError } from "./cloudflareError";

type Told = Pick<ErrorDetails, "key" | "cause" | "remedy"> & { readonly retryable?: boolean };

/** What a connection's failure means for a person. `host` is where the request went, `seconds` its time limit. */
function tell(code: string, host: string, seconds: number): Told {
    switch (code) {
        case "ENOTFOUND":
            return {
                key: "dns",
                cause: `The name ${host} is not known here (DNS).`,
                remedy: "Check the spelling of the base URL, the network and the DNS server; behind a proxy set HTTPS_PROXY.",
            };
        case "EAI_AGAIN":
            return {
                key: "dns",
                cause: `The DNS server does not answer for ${host}.`,
                remedy: "Check the network connection and the DNS server; behind a proxy set HTTPS_PROXY.",
                retryable: true,
            };
        case "ECONNREFUSED":
            return {
                key: "network",
                cause: `Nothing accepts connections at ${host}, or at the proxy before it.`,
                remedy: "Check the base URL and HTTPS_PROXY, and that a firewall lets the connection out.",
                retryable: true,
            };
        case "ETIMEDOUT":
        case "ECONNABORTED":
        case "ERR_CANCELED":
            return {
                key: "network",
                cause: `${host} did not answer within ${seconds} s.`,
                remedy: "Check the network, or raise `timeout`.",
                retryable: true,
            };
        case "CERT_NOT_YET_VALID":
        case "CERT_HAS_EXPIRED":
            return {
                key: "clock",
                cause: `The certificate of ${host} is not valid at the date that this machine has.`,
                remedy: "Check the machine's date (`date -u`); if it is right, something between here and Cloudflare presents an old certificate.",
            };
        case "ERR_INVALID_URL":
        case "ERR_UNSUPPORTED_PROTOCOL":
            return {
                key: "not-the-api",
                cause: "The base URL or the proxy's URL is not one.",
                remedy: "Check the base URL and HTTPS_PROXY.",
            };
        case "ERR_INVALID_CHAR":
            return {
                key: "malformed-token",
                cause: "The credential has a character that no header may carry, such as a line end.",
                remedy: "Paste the bare value again, without line ends or quotes.",
            };
        case "ERR_BAD_RESPONSE":
            return {
                key: "not-the-api",
                cause: `${host} sent far more than Cloudflare's API ever does.`,
                remedy: "Check the base URL and whether a proxy stands between.",
            };
        default:
            break;
    }
    if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER|ALTNAME|EPROTO|UNABLE_TO_VERIFY/.test(code)) {
        return {
            key: "tls",
            cause: `The TLS connection to ${host} failed (${code}).`,
            remedy: "If a proxy of your network inspects TLS, give its certificate in NODE_EXTRA_CA_CERTS; else check the base URL and the machine's date.",
        };
    }
    return {
        key: "network",
        cause: `The connection to ${host} broke (${code}).`,
        remedy: "Check the network, then run it again.",
        retryable: true,
    };
}

/** The error for a request that got no answer. Nothing of the library's own error is kept but its code. */
export function noAnswer(
    code: string,
    url: string,
    operation: string,
    options: { readonly timeout: number },
): CloudflareError {
    const told = tell(code, hostOf(url), options.timeout);
    const kind = KINDS[told.key ?? ""] ?? "network";
    return new CloudflareError({ operation, kind, ...told });
}

const KINDS: Readonly<Record<string, ErrorKind>> = {
    "malformed-token": "authentication",
    "not-the-api": "not-the-api",
};

function hostOf(url: string): string {
    try {
        return new URL(url).host;
    } catch {
        return "the base URL";
    }
}
