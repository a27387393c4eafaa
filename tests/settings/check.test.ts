import { deepStrictEqual, doesNotMatch, ok, strictEqual } from "node:assert";
import * as fc from "fast-check";
import { CHECK, COMPONENT, DEFAULTS, JOURNAL, TOKEN, TUNING } from "../../components/settings/componentOptions";
import type { Options } from "../../components/settings/option";
import { filled, nearest, wrongOptions } from "../../components/settings/option";
import { ANY_LANGUAGE, ANY_LANGUAGE_TOKEN } from "../../components/settings/pluginOptions";
import { SITE } from "../../components/settings/siteOptions";

const OPEN = Symbol("another resource's output");
const isOpen = (value: unknown) => value === OPEN;

describe("the table of options", () => {
    const rows: [values: object, reasons: string[]][] = [
        [{}, []],
        [{ retries: 0, rate: 1.5, batchSize: 500, rebound: false, verify: false, warm: true }, []],
        [{ retries: undefined }, []],
        [{ retries: 20.5 }, ["retries is 20.5; it must be a whole number from 0 to 20"]],
        [{ retries: "5" }, ['retries is "5"; it must be a whole number from 0 to 20']],
        [{ retries: Number.NaN }, ["retries is null; it must be a whole number from 0 to 20"]],
        [{ timeout: 0 }, ["timeout is 0; it must be a number from 1 to 600 (seconds)"]],
        [{ rebound: true }, ["rebound is true; it must be a number from 0 to 600 (seconds), or false"]],
        [{ warm: "yes" }, ['warm is "yes"; it must be true or false']],
        [{ mode: "soft" }, ['mode is "soft"; it must be "purge" or "invalidate"']],
        [{ verify: true }, ["verify is true; it must be { sample, timeout, onStale }, or false"]],
        [{ verify: null }, ["verify is null; it must be { sample, timeout, onStale }, or false"]],
        [
            { originReady: { sample: 0, onStale: "pass" } },
            [
                "originReady.sample is 0; it must be a whole number from 1 to 1000 (URLs)",
                'originReady.onStale is "pass"; it must be "warn" or "fail"',
            ],
        ],
        [{ verify: { waits: 3 } }, ['unknown option "verify.waits": the options are sample, timeout, onStale']],
        [{ toString: 1 }, [`unknown option "toString": the options are ${Object.keys(TUNING).join(", ")}`]],
        [
            { connectTo: { "www.example.com": 443 } },
            [
                'connectTo is {"www.example.com":443}; it must be hosts with addresses, such as { "www.example.com": "203.0.113.7:443" }',
            ],
        ],
        [{ retries: OPEN, verify: OPEN, connectTo: { "www.example.com": OPEN } }, []],
        [
            { verify: { sample: OPEN, timeout: -1 } },
            ["verify.timeout is -1; it must be a number from 0 to 3600 (seconds)"],
        ],
    ];
    for (const [values, reasons] of rows) {
        it(`${JSON.stringify(values) ?? ""}: ${reasons.length === 0 ? "right" : reasons.join("; ")}`, () => {
            deepStrictEqual(
                wrongOptions(TUNING, values, isOpen).map(({ reason }) => reason),
                reasons,
            );
        });
    }

    it("fills in every default, inside the checks as well, and keeps what is given", () => {
        deepStrictEqual(DEFAULTS, {
            mode: "purge",
            onFailure: "fail",
            rebound: 2,
            originReady: { sample: 10, timeout: 30, onStale: "warn" },
            verify: { sample: 10, timeout: 30, onStale: "warn" },
            warm: false,
            connectTo: {},
            timeout: 30,
            retries: 5,
            deadline: 1800,
        });
        const given = { retries: 0, verify: { sample: 3 }, originReady: false, rate: 12, mode: undefined };
        deepStrictEqual(filled(TUNING, given), {
            ...DEFAULTS,
            retries: 0,
            verify: { sample: 3, timeout: 30, onStale: "warn" },
            originReady: false,
            rate: 12,
        });
    });

    const tables: [string, Options][] = Object.entries({
        ...{ COMPONENT, TUNING, CHECK, JOURNAL, TOKEN, SITE },
        ...{ ANY_LANGUAGE, ANY_LANGUAGE_TOKEN },
    });
    for (const [title, table] of tables) {
        it(`${title}: every default keeps its own rule, and every sentence is one`, () => {
            deepStrictEqual(wrongOptions(table, filled(table, {})), []);
            for (const [name, { default: value, otherwise, doc }] of Object.entries(table)) {
                ok((value === undefined) !== (otherwise === undefined), `${name} has a default or says what holds`);
                doesNotMatch(doc, /^[A-Z][a-z]|\.$/, name);
            }
        });
    }

    it("any number within the bounds is accepted, and none outside", () => {
        fc.assert(
            fc.property(fc.double({ noNaN: true }), (rate) => {
                strictEqual(wrongOptions(TUNING, { rate }).length === 0, rate >= 1 && rate <= 3000);
            }),
        );
    });

    it("no value makes the check throw, and a wrong token is never repeated", () => {
        fc.assert(
            fc.property(fc.constantFrom(...Object.keys(COMPONENT)), fc.anything(), (name, value) => {
                for (const { property } of wrongOptions(COMPONENT, { [name]: value })) {
                    strictEqual(property.split(".")[0], name);
                }
            }),
        );
        const secret = "cfut_0123456789012345678901234567890123456789";
        for (const token of [[secret], { value: secret }]) {
            const reasons = wrongOptions(COMPONENT, { token }).map(({ reason }) => reason);
            strictEqual(reasons.length, 1);
            ok(!reasons.join().includes(secret), reasons.join());
        }
    });

    const spelt: [string, string | undefined][] = [
        ["verfy", "verify"],
        ["retires", "retries"],
        ["orginReady", "originReady"],
        ["batchsize", "batchSize"],
        ["Zone", "zone"],
        ["max", "maxCollateral"],
        ["colour", undefined],
        ["", undefined],
    ];
    for (const [written, meant] of spelt) {
        it(`"${written}" is near ${meant ?? "no option"}`, () => {
            strictEqual(nearest(written, Object.keys(COMPONENT)), meant);
        });
    }
});
