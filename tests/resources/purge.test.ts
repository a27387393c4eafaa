import { deepStrictEqual } from "node:assert";
import { check } from "../../components/resources/purge";
import type { PurgeInputs } from "../../components/resources/state";
import { UNKNOWN } from "../../components/resources/state";
import { withDefaults } from "../../components/settings/settings";

const INPUTS: Omit<PurgeInputs, "settings"> = {
    journal: "",
    zoneId: "0".repeat(32),
    zoneName: "example.com",
    accountId: "",
    zonePlan: "free",
    zoneStatus: "active",
    tokenOwner: "given",
    token: "cfut_0123456789012345678901234567890123456789",
    apiBaseUrl: "https://api.cloudflare.com/client/v4",
};

describe("resources/purge: check", () => {
    const kept = async (given: object) => {
        const news = { ...INPUTS, settings: withDefaults(given) };
        const { inputs } = await check(news, news);
        return [inputs?.settings, withDefaults(inputs?.settings)];
    };

    const rows: [string, object, object][] = [
        ["defaults are not stored, so that no preview shows them", {}, {}],
        ["what differs is", { mode: "invalidate", rebound: false }, { mode: "invalidate", rebound: false }],
        ["a default that is written is not", { verify: { sample: 10, timeout: 30, onStale: "warn" } }, {}],
        ["what is not known yet is", { retries: UNKNOWN }, { retries: UNKNOWN }],
    ];
    for (const [title, given, expected] of rows) {
        it(title, async () => deepStrictEqual(await kept(given), [expected, withDefaults(given)]));
    }
});
