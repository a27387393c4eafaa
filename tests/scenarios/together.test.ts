import { deepStrictEqual, strictEqual } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type { Files } from "./site";
import { Site } from "./site";

const COUNT = 450;
const names = Array.from({ length: COUNT }, (_, i) => `${100 + i}.js`);
/** Requests that one deploy has on their way at once, at most. */
const AT_ONCE = 8;
/** What the local Cloudflare tells a request that does not fit, ms; the last one a timer may lack. */
const RETRY_AFTER = 999;

/** The two parts: a folder of the origin, at a host of its own. */
const PARTS = [
    { part: "www", base: "https://www.example.com" },
    { part: "app", base: "https://app.example.com" },
];
const files = (part: string, text: string): Files => Object.fromEntries(names.map((name) => [`${part}/${name}`, text]));

/** Two stacks, one zone: each has its own part of the site and its own token, and the account's one limit is for both. */
describe("scenarios: two stacks at once", () => {
    const sites: Site[] = [];
    before(async () => {
        for (const { part, base } of PARTS) {
            sites.push(
                await Site.start({
                    files: files(part, "1"),
                    baseUrls: [base],
                    config: { part },
                    options: { onCreate: "record" },
                    ...(sites[0] === undefined ? {} : { beside: sites[0] }),
                }),
            );
        }
        await Promise.all(sites.map((site) => site.up()));
    });
    after(async () => {
        for (const site of sites.reverse()) {
            await site.close();
        }
    });

    it("each purges what is its own, nothing is lost, and they do not drive each other into the limit", async () => {
        const [site] = sites as [Site];
        const urls = PARTS.flatMap(({ part, base }) => names.map((name) => `${base}/${part}/${name}`));
        const sample = urls.filter((_, i) => i % 15 === 0);
        await site.warm(sample);
        site.purges();
        for (const [i, { part }] of PARTS.entries()) {
            sites[i]?.write(files(part, "2"));
        }
        await Promise.all(sites.map((one) => one.up()));
        const calls = site.purges();
        const purged = calls.filter(({ accepted }) => accepted).map(({ body }) => (body as { files: string[] }).files);
        deepStrictEqual([...new Set(purged.flat())].sort(), urls.sort());
        strictEqual(new Set(calls.map(({ tokenId }) => tokenId)).size, 2, "a token each");
        // Both begin at half the limit and grow until they meet: what is on its way then is refused, and waits as told.
        const refused = calls.filter(({ status }) => status === 429);
        strictEqual(refused.length <= AT_ONCE, true, `${refused.length} of ${calls.length} requests answered 429`);
        for (const { at, body, tokenId } of refused) {
            const again = calls.find(
                (call) => call.tokenId === tokenId && isDeepStrictEqual(call.body, body) && call.at > at,
            );
            strictEqual((again?.at ?? 0) - at >= RETRY_AFTER, true, "it came back too early");
        }
        await site.expectFresh(sample);
    });
});
