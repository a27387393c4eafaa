import { deepStrictEqual, match, strictEqual } from "node:assert";
import { check } from "../../components/resources/purge";
import type { PurgeInputs } from "../../components/resources/state";
import { UNKNOWN } from "../../components/resources/state";
import { DEFAULTS } from "../../components/settings/settings";

const GOOD: PurgeInputs = {
    journal: "",
    zoneId: "023e105f4ecef8ad9ca31a8372d0c353",
    zoneName: "example.com",
    accountId: "",
    zonePlan: "free",
    zoneStatus: "active",
    tokenOwner: "given",
    token: "q8Zt3kLm0PwXr7Yv2NcJ5dHb9SfG1aTe4UiKoQyR",
    apiBaseUrl: "",
    settings: DEFAULTS,
};

describe("resources/purge: what the engine checks", () => {
    const rows: [string, Partial<Record<keyof PurgeInputs, unknown>>, (string | undefined)[], RegExp][] = [
        ["all is well", {}, [], /^$/],
        ["a zone ID that is too short", { zoneId: "023e105f" }, ["zoneId"], /32 hexadecimal digits/],
        ["a zone's name for its ID", { zoneId: "example.com" }, ["zoneId"], /32 hexadecimal digits/],
        ["a token's ID for its value", { token: "9f86d081884c7d659a2feaa0c55ad015" }, ["token"], /form of an ID/],
        ["a setting out of range", { settings: { ...DEFAULTS, retries: 99 } }, ["retries"], /retries is 99/],
        ["what a preview does not know yet", { zoneId: UNKNOWN, token: UNKNOWN, journal: UNKNOWN }, [], /^$/],
    ];
    for (const [title, wrong, properties, reason] of rows) {
        it(title, async () => {
            const { failures = [] } = await check(GOOD, { ...GOOD, ...wrong } as PurgeInputs);
            deepStrictEqual(
                failures.map(({ property }) => property),
                properties,
            );
            match(failures.map((failure) => failure.reason).join("\n"), reason);
        });
    }

    it("no reason holds the token", async () => {
        const token = `${"x".repeat(30)} ${"y".repeat(30)}`;
        const { failures = [] } = await check(GOOD, { ...GOOD, token });
        strictEqual(JSON.stringify(failures).includes("xxxx"), false);
    });
});
