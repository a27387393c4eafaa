import { deepStrictEqual, match, strictEqual } from "node:assert";
import { emptyRecord, encodeRecord } from "../../components/plan/record";
import { check, diff } from "../../components/resources/purge";
import type { PurgeInputs, PurgeOutputs } from "../../components/resources/state";
import { UNKNOWN } from "../../components/resources/state";
import { DEFAULTS } from "../../components/settings/componentOptions";

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
        ["a zone ID with a digit too many", { zoneId: `${GOOD.zoneId}0` }, ["zoneId"], /32 hexadecimal digits/],
        ["32 characters that are no digits", { zoneId: "g".repeat(32) }, ["zoneId"], /32 hexadecimal digits/],
        ["a zone ID in capitals", { zoneId: GOOD.zoneId.toUpperCase() }, [], /^$/],
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

describe("resources/purge: another environment is another place", () => {
    const [ONE, TWO] = ["e".repeat(32), "d".repeat(32)];
    const state = (environment?: string) =>
        ({
            zoneId: GOOD.zoneId,
            zoneName: GOOD.zoneName,
            ...(environment === undefined ? {} : { environment }),
            paid: { epoch: "e", generation: 0 },
            owed: "",
        }) as PurgeOutputs;
    const journal = encodeRecord(emptyRecord("e"));
    const replaced = { changes: true, replaces: ["environment"] };
    const rows: [string, string | undefined, string | undefined, object][] = [
        ["production as before", undefined, undefined, { changes: false }],
        ["the same one", ONE, ONE, { changes: false }],
        ["one instead of production", undefined, ONE, replaced],
        ["production instead of one", ONE, undefined, replaced],
        ["another one", ONE, TWO, replaced],
        ["one that a preview does not know yet", ONE, UNKNOWN, { changes: false }],
    ];
    const print = console.log;
    const printed: string[] = [];
    beforeEach(() => {
        printed.length = 0;
        console.log = (line: string) => printed.push(line);
    });
    afterEach(() => {
        console.log = print;
    });
    for (const [title, before, now, expected] of rows) {
        it(title, async () => {
            const news = { ...GOOD, journal, ...(now === undefined ? {} : { environment: now }) };
            deepStrictEqual(await diff("id", state(before), news), expected);
            const said =
                expected === replaced
                    ? `cache-purge: the environment changed from ${before ?? "production"} to ${now ?? "production"}: what its journal holds is purged`
                    : "";
            strictEqual(printed.join(), said);
        });
    }
});
