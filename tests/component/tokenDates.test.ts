import { match, rejects, strictEqual, throws } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { PurgeTokenOptions } from "../../components";
import { CachePurge, PurgeToken } from "../../components";
import { dateProblem } from "../../components/component/purgeToken";
import { problemText } from "../../components/errors/problem";
import { mockEngine, resolved } from "./mocks";

const NOW = Date.parse("2026-01-01T00:00:00Z");

describe("components/tokenDates", () => {
    const rows: [name: "expiresOn" | "notBefore", value: string, inUse: boolean, problem: RegExp | undefined][] = [
        ["expiresOn", "2026-01-01T00:00:01Z", true, undefined],
        ["expiresOn", "2026-01-01T02:00:01.5+02:00", true, undefined],
        ["expiresOn", "2026-01-01T00:00:00Z", true, /token\.expiresOn is "2026-01-01T00:00:00Z", which is in the past/],
        ["expiresOn", "2026-01-01T01:00:00+02:00", false, /in the past.*Give a later date, or leave it out/],
        [
            "expiresOn",
            "2030-01-01",
            true,
            /token\.expiresOn is "2030-01-01"; it must be a date with time and time zone/,
        ],
        ["expiresOn", "2030-01-01T00:00:00", true, /it must be a date with time and time zone/],
        ["expiresOn", "2030-13-01T00:00:00Z", true, /it must be a date/],
        ["expiresOn", "in a year", true, /it must be a date/],
        ["notBefore", "2025-12-31T00:00:00Z", true, undefined],
        ["notBefore", "2026-06-01T00:00:00Z", false, undefined],
        ["notBefore", "2026-06-01T00:00:00Z", true, /token\.notBefore .* in the future: this deploy could not purge/],
        ["notBefore", "tomorrow", false, /token\.notBefore is "tomorrow"; it must be a date/],
    ];
    for (const [name, value, inUse, problem] of rows) {
        it(`${name} ${value}${inUse ? "" : ", for a token that stands alone"}`, () => {
            const found = dateProblem(name, value, "token.", inUse, NOW);
            if (problem === undefined) {
                strictEqual(found, undefined);
            } else {
                match(found === undefined ? "" : problemText(found), problem);
            }
        });
    }

    const purge = (token: PurgeTokenOptions) =>
        new CachePurge("site", { zone: "example.com", triggers: ["a"], targets: "everything", token });

    it("a date in the past ends the program before any token is made or anything is recorded", async () => {
        const engine = await mockEngine();
        throws(
            () => purge({ expiresOn: "2020-01-01T00:00:00Z" }),
            (error) => pulumi.RunError.isInstance(error) && /^token\.expiresOn is "2020/.test((error as Error).message),
        );
        strictEqual(engine.registered.filter(({ type }) => /:(ApiToken|Journal)$/.test(type)).length, 0);
    });

    it("so does one that comes from another resource, before the token is made", async () => {
        const engine = await mockEngine();
        await rejects(
            resolved(purge({ expiresOn: pulumi.output("2020-01-01T00:00:00Z") }).token),
            /^.*token\.expiresOn is "2020/,
        );
        strictEqual(engine.registered.filter(({ type }) => type.endsWith(":ApiToken")).length, 0);
    });

    const alone: [object, RegExp][] = [
        [{ expiresOn: "2030-01-01" }, /^(?!token)expiresOn is "2030-01-01"; it must be a date/],
        [{ expiresOn: "2020-01-01T00:00:00Z" }, /^expiresOn is .* in the past/],
        [{ owner: "team" }, /owner is "team"; it must be "user" or "account"/],
        [{ expires: "2030" }, /unknown option "expires": did you mean "expiresOn"\?/],
    ];
    for (const [args, message] of alone) {
        it(`a token that stands alone refuses ${JSON.stringify(args)}`, async () => {
            await mockEngine();
            throws(
                () => new PurgeToken("token", { zone: "example.com", ...args }),
                (error) => message.test((error as Error).message),
            );
        });
    }
});
