import * as assert from "node:assert/strict";
import type { Listening } from "../../../local/cloudflare/http/listen";
import { LOOPBACK, listen } from "../../../local/cloudflare/http/listen";
import { send } from "../../../local/cloudflare/http/send";
import { makeAccounts } from "./contract/accounts";
import { authentication } from "./contract/authentication";
import { purging } from "./contract/purging";
import type { Row } from "./contract/row";
import { tokenCreation } from "./contract/tokenCreation";
import { tokens } from "./contract/tokenRows";
import { zones } from "./contract/zoneRows";

describe("the API's contract", () => {
    const made = makeAccounts();
    let server: Listening;
    before(async () => {
        server = await listen("API", 0, made.core.handleApi);
    });
    after(() => server.close());

    const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name) => made.ids[name] ?? whole);
    const filled = <T>(value: T): T => JSON.parse(fill(JSON.stringify(value)));

    async function check(row: Row): Promise<void> {
        await made.clock.advance(60_000); // no row pays for the limits of the one before
        const body =
            row.body === undefined ? undefined : typeof row.body === "string" ? row.body : JSON.stringify(row.body);
        const response = await send(server.baseUrl, {
            method: row.method ?? "GET",
            target: fill(`/client/v4${row.path}`),
            headers: { host: LOOPBACK, ...(typeof row.as === "string" ? made.credentials[row.as] : row.as) },
            body: body === undefined ? undefined : Buffer.from(fill(body)),
        });
        const answer = JSON.parse(response.body.toString("utf8"));
        const seen = { status: response.status, codes: answer.errors.map((error: { code: number }) => error.code) };
        assert.deepEqual(seen, { status: row.status, codes: row.codes ?? [] }, response.body.toString("utf8"));
        assert.equal(answer.success, row.status === 200);
        assert.match(String(response.headers["content-type"]), /^application\/json/);
        for (const [name, wanted] of Object.entries(row.headers ?? {})) {
            assert.match(response.headers[name] ?? "", wanted);
        }
        assert.equal("retry-after" in response.headers, row.status === 429, "retry-after belongs to 429");
        if (row.chain) {
            assert.deepEqual(
                answer.errors[0].error_chain.map((error: { code: number }) => error.code),
                row.chain,
            );
        }
        if (row.count !== undefined) {
            assert.equal(answer.result.length, row.count);
        }
        if (row.result !== undefined) {
            assert.partialDeepStrictEqual(answer.result, filled(row.result));
        }
        if (row.status !== 200) {
            assert.equal(answer.result, null);
        }
        const secrets = Object.values(made.tokens).map(({ value }) => value);
        assert.ok(!secrets.some((secret) => response.body.includes(secret)), "an answer shows a token's value");
    }

    for (const [group, rows] of Object.entries({ authentication, purging, zones, tokenCreation, tokens })) {
        describe(group, () => {
            for (const row of rows) {
                it(`${row.method ?? "GET"} ${row.path.slice(0, 60)}: ${row.title} → ${[row.status, ...(row.codes ?? [])].join(" ")}`, () =>
                    check(row));
            }
        });
    }

    it("is long enough to be one", () => {
        const all = [authentication, purging, zones, tokenCreation, tokens].flat();
        assert.ok(all.length >= 120, `${all.length} rows`);
        assert.equal(new Set(all.map((row) => JSON.stringify([row.title, row.path, row.method]))).size, all.length);
    });

    it("keeps no credential in its log, nor the value of a token anywhere", () => {
        const kept = JSON.stringify([made.core.requestLog, made.core.purgeLog, made.core.directory.tokens]);
        for (const { value } of Object.values(made.tokens)) {
            assert.ok(!kept.includes(value));
        }
        for (const token of made.core.directory.tokens) {
            assert.match(token.digest, /^[0-9a-f]{64}$/);
        }
    });
});
