import { deepStrictEqual, doesNotMatch, match } from "node:assert";
import { Site } from "./site";

/** What goes wrong with a token that the program makes is mended in the program: the next `up` undoes everything else. */
describe("scenarios: a token that the program makes", () => {
    let site: Site;
    let version = 0;
    before(async () => {
        site = await Site.start({ files: { "app.js": "0" } });
        await site.up();
    });
    after(() => site.close());
    beforeEach(() => {
        version += 1;
        site.edit({ "app.js": `version ${version}` });
        site.purges();
    });

    it("an address that it does not allow: the remedy is token.allowedIps, and the next `up` purges", async () => {
        await site.setOptions({ token: { allowedIps: ["192.0.2.1"] } });
        const { log } = await site.failing();
        match(log, /The program makes this token: add this machine's address to token\.allowedIps/);
        doesNotMatch(log, /dash\.cloudflare\.com/);
        await site.setOptions({ token: { allowedIps: ["127.0.0.0/8", "::1/128"] } });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
    });

    it("expired: the remedy is in the program, and after a refresh the next `up` makes it anew and purges", async () => {
        const { id } = await site.resource("apiToken:ApiToken");
        const [token] = site.cloudflare.directory.tokens.filter((one) => one.id === id);
        Object.assign(token ?? {}, { expiresOn: "2020-01-01T00:00:00Z" });
        match(
            (await site.failing()).log,
            /expired.*The program makes this token: .*token\.expiresOn.*`pulumi refresh`/,
        );
        await site.stack.refresh();
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
    });

    it("a date that is not one, or is over: refused before anything is recorded or uploaded", async () => {
        for (const [expiresOn, says] of [
            ["2030-01-01", /token\.expiresOn is "2030-01-01"; it must be a date with time and time zone/],
            ["2020-01-01T00:00:00Z", /token\.expiresOn is "2020-01-01T00:00:00Z", which is in the past/],
        ] as const) {
            await site.setOptions({ token: { expiresOn } });
            const { log } = await site.failing();
            match(log, says);
            doesNotMatch(log, /\n {4}at /, "no stack");
        }
        deepStrictEqual(site.purges(), []);
        await site.setOptions({ token: { expiresOn: "2100-01-01T00:00:00Z" } });
        await site.up();
        deepStrictEqual(site.purgedUrls(), ["/app.js"]);
    });
});
