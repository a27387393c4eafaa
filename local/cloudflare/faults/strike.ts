import type { Clock } from "../clock";
import type { HttpRequest, HttpResponse } from "../http/messages";
import { text } from "../http/messages";
import { newRay } from "../state/ids";
import type { Fault } from "./fault";
import type { Faults } from "./faults";

/** An answer that nothing wants to read. */
const NOTHING: HttpResponse = { status: 500, headers: {}, body: Buffer.alloc(0) };

/** How one server words its own errors. */
export type Worded = (status: number, fault: Fault, request: HttpRequest) => HttpResponse;

/**
 * Carries a call out, or what the fault that strikes it makes of it.
 * @param carryOut the call itself
 * @param worded an error answer in the server's own form
 */
export async function strike(
    parts: { faults: Faults; clock: Clock },
    target: NonNullable<Fault["target"]>,
    request: HttpRequest,
    carryOut: () => Promise<HttpResponse>,
    worded: Worded,
): Promise<HttpResponse> {
    const fault = parts.faults.take(target, request);
    if (fault === undefined) {
        return carryOut();
    }
    if (fault.kind === "slow") {
        const done = fault.when === "after" ? await carryOut() : undefined;
        await parts.clock.sleep(fault.ms ?? 1000);
        return done ?? carryOut();
    }
    if (fault.kind === "cut" || fault.kind === "drip") {
        return { ...(await carryOut()), wire: fault.kind };
    }
    if (fault.when === "after") {
        await carryOut();
    }
    switch (fault.kind) {
        case "reset":
        case "stall":
            return { ...NOTHING, wire: fault.kind };
        case "html":
            return text(fault.status ?? 502, "<html><body><h1>502 Bad Gateway</h1></body></html>", {
                "content-type": "text/html; charset=UTF-8",
            });
        case "block":
            return page(fault.status ?? 403);
        case "empty":
            return text(200, "", { "content-type": "application/json" });
        case "rate-limit":
            return worded(429, fault, request);
        case "unsuccessful":
            return worded(200, fault, request);
        default:
            return worded(fault.status ?? 500, fault, request);
    }
}

/** https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/ */
function page(status: number): HttpResponse {
    const challenges = status === 503;
    const title = challenges ? "Just a moment..." : "Attention Required! | Cloudflare";
    return text(status, `<!DOCTYPE html><title>${title}</title>`, {
        "content-type": "text/html; charset=UTF-8",
        server: "cloudflare",
        "cf-ray": `${newRay()}-AMS`,
        ...(challenges ? { "cf-mitigated": "challenge" } : {}),
    });
}
