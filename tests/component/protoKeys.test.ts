import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import { readOwed } from "../../components/cli/purge/selection";
import { parseTokenStatus } from "../../components/cloudflare/credential";
import { parseEnvelope } from "../../components/cloudflare/response";
import { parseZone } from "../../components/cloudflare/zone";
import { assetsFrom } from "../../components/component/args";
import { triggerValues } from "../../components/component/triggers";
import { decodeRecord, encodeRecord } from "../../components/plan/record";
import { parseTargets } from "../../components/plan/targets";
import { httpVisit } from "../../components/purge/visit";
import { COMPONENT } from "../../components/settings/componentOptions";
import { wrongOptions } from "../../components/settings/option";
import { json as answerWith, serve } from "../cloudflare/servers";

/** As JSON brings it: a key of its own, where an object literal would set the prototype. */
const json = (text: string): never => JSON.parse(text) as never;
const ORIGINS = { baseUrls: ["https://www.example.com"] };

describe("a key __proto__, in whatever comes from outside", () => {
    afterEach(() => {
        const clean = {} as Record<string, unknown>;
        assert.deepEqual(
            [clean.id, clean.zone, clean.success, clean.headers],
            [undefined, undefined, undefined, undefined],
        );
    });

    const refused: [what: string, values: string, property: string][] = [
        ["options", '{"__proto__":{"zone":"example.com"}}', "__proto__"],
        ["options in options", '{"verify":{"__proto__":{"sample":1}}}', "verify.__proto__"],
        ["header sets", '{"headers":[{"A":"b"},{"__proto__":"x"}]}', "headers"],
        ["headers of checks", '{"checkHeaders":{"__proto__":"x"}}', "checkHeaders"],
        ["addresses", '{"connectTo":{"__proto__":"127.0.0.1"}}', "connectTo"],
    ];
    for (const [what, values, property] of refused) {
        it(`is refused in ${what}`, () => {
            assert.deepEqual(
                wrongOptions(COMPONENT, json(values)).map((wrong) => wrong.property),
                [property],
            );
        });
    }
    for (const kind of ["__proto__", "constructor", "toString"]) {
        it(`is refused as a kind of target: ${kind}`, () =>
            assert.throws(() => parseTargets(json(`{"${kind}":["a"]}`), []), /not a kind of target/));
    }
    it("is refused among triggers", () =>
        assert.throws(() => triggerValues(json('{"a":{"__proto__":"x"}}')), /name of JavaScript's own/));

    it("is a file's name among digests", async () => {
        const digests = json('{"__proto__":"x","a.js":"y"}');
        const paths = ["/__proto__", "/a.js"];
        assert.deepEqual(assetsFromDigests(digests, ORIGINS).manifest.sections[0]?.paths, paths);
        for (const given of [digests, Promise.resolve(digests)]) {
            const { manifest } = assetsFrom(given, ORIGINS);
            const known = await new Promise<{ sections: readonly { paths: readonly string[] }[] }>((resolve) =>
                pulumi.output(manifest).apply((value) => resolve(value as never)),
            );
            assert.deepEqual(known.sections[0]?.paths, paths);
        }
    });

    it("is a header's name in a record, there and back", () => {
        const [url] = ["https://www.example.com/a"];
        const selector = { kind: "url" as const, value: url, headers: json('{"__proto__":"x"}'), reasons: ["added"] };
        const changes = { added: 1, changed: 0, removed: 0 };
        const entry = { from: 1, to: 1, summary: "s", changes, selectors: [selector], samples: [] };
        const record = { epoch: "e", generation: 1, hosts: ["www.example.com"], entries: [entry] };
        assert.deepEqual(decodeRecord(encodeRecord(record)), record);
    });

    it("gives an answer of the API nothing that it has not", () => {
        const keep = (text: string): string => text;
        assert.equal(parseEnvelope('{"__proto__":{"success":true,"result":1}}', keep), undefined);
        const envelope = parseEnvelope(
            '{"success":true,"__proto__":{"result":{"id":"x"}},"result_info":{"__proto__":{"total_pages":9}}}',
            keep,
        );
        assert.deepEqual([envelope?.result, envelope?.resultInfo.total_pages], [undefined, undefined]);
        assert.equal(parseZone(json('{"__proto__":{"id":"a","name":"b"}}')), undefined);
        assert.equal(parseZone(json('{"id":"a","name":"b","account":{"__proto__":{"id":"c"}}}'))?.accountId, "");
        assert.equal(parseTokenStatus(json('{"__proto__":{"id":"a","status":"active"}}')), undefined);
    });

    it("is a host like another where visits are sent elsewhere", async () => {
        const served = await serve((_, __, response) => answerWith(response, 200, {}));
        for (const host of ["__proto__", "constructor", "www.example.com"]) {
            const answer = await httpVisit({ "*": served.url })(`http://${host}/`);
            assert.equal(answer.status, 200);
        }
        await served.close();
    });

    const owed: [what: string, item: string][] = [
        ["a kind", '{"kind":"__proto__","value":"a"}'],
        ["a kind that every object has", '{"kind":"constructor","value":"a"}'],
        ["the fields", '{"__proto__":{"kind":"url","value":"https://www.example.com/"}}'],
    ];
    for (const [what, item] of owed) {
        it(`is not a selector in an owed file: ${what}`, async () => {
            const dir = mkdtempSync(path.join(tmpdir(), "owed-"));
            const file = path.join(dir, "owed.json");
            writeFileSync(file, `{"owed":{"selectors":[${item}],"samples":[]}}`);
            await assert.rejects(readOwed(file, {} as never), /is not a selector/);
            writeFileSync(file, '{"__proto__":{"owed":{"selectors":[]}}}');
            await assert.rejects(readOwed(file, {} as never), /it has no "owed"/);
            rmSync(dir, { recursive: true });
        });
    }
});
