import { domainToASCII } from "node:url";
import type { Headers } from "./messages";

/**
 * Why a request is refused, if it is. A page of the web can have its name resolved to this machine (DNS rebinding) and then
 * read what stands on a loopback port; what it cannot do is to send another Host than its own.
 *
 * @param isServed Which hosts are visited here, besides this machine's own names.
 */
export function refusalOf(headers: Headers, isServed: (host: string) => boolean = () => false): string | undefined {
    const host = (headers.host ?? "").toLowerCase();
    const bare = domainToASCII(host.replace(/\.?(?::\d+)?$/, "")) || host.replace(/:\d+$/, "");
    if (isLoopback(bare)) {
        const { origin } = headers;
        return origin === undefined || isOwnOrigin(origin) ? undefined : `a page of ${origin} may not ask this server`;
    }
    return isServed(host) ? undefined : `this server is not ${host || "a host without a name"}`;
}

function isOwnOrigin(origin: string): boolean {
    return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}

/** 127.0.0.0/8, ::1 and the name that stands for them (RFC 6761, 6.3). */
function isLoopback(host: string): boolean {
    return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
