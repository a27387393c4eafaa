import type { Checks } from "./report";

/** Milliseconds by which a clock may be off before dates of tokens and certificates go wrong. */
const SKEW = 5 * 60_000;

/** Compares this machine's clock with the date of the API's answers. */
export function checkClock(checks: Checks, now: number, serverTime: number | undefined): void {
    if (serverTime === undefined) {
        checks.skipped("clock", "the API's answers carry no date");
        return;
    }
    const off = now - serverTime;
    if (Math.abs(off) < SKEW) {
        checks.ok("clock", "agrees with Cloudflare's");
        return;
    }
    const hours = Math.abs(off) / 3_600_000;
    const words = hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
    checks.told("clock", "warning", {
        key: "clock",
        cause: `This machine's clock is ${words} ${off > 0 ? "ahead of" : "behind"} Cloudflare's: certificates and dates of tokens are judged wrongly.`,
        remedy: "Set the clock (`date -u` shows it; `timedatectl set-ntp true` corrects it).",
    });
}
