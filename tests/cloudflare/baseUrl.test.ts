import assert from "node:assert/strict";
import { DEFAULT_BASE_URL, resolveBaseUrl } from "../../components/cloudflare/baseUrl";

describe("cloudflare/baseUrl", () => {
    const good: [string | undefined, string | undefined, string][] = [
        [undefined, undefined, DEFAULT_BASE_URL],
        ["", "", DEFAULT_BASE_URL],
        [undefined, "http://127.0.0.1:8787/client/v4", "http://127.0.0.1:8787/client/v4"],
        ["", "http://127.0.0.1:8787/client/v4/", "http://127.0.0.1:8787/client/v4"],
        ["https://api.example.com/client/v4//", "http://ignored", "https://api.example.com/client/v4"],
        ["http://localhost:8787/client/v4", undefined, "http://localhost:8787/client/v4"],
        ["http://[::1]:8787/client/v4", undefined, "http://[::1]:8787/client/v4"],
        ["http://127.1.2.3/client/v4", undefined, "http://127.1.2.3/client/v4"],
        [" https://api.example.com/client/v4 ", undefined, "https://api.example.com/client/v4"],
    ];
    for (const [value, env, expected] of good) {
        it(`${JSON.stringify(value)}, CLOUDFLARE_BASE_URL=${env} → ${expected}`, () =>
            assert.equal(resolveBaseUrl(value, { CLOUDFLARE_BASE_URL: env }), expected));
    }

    const bad: [string | undefined, string | undefined, RegExp][] = [
        ["api.cloudflare.com/client/v4", undefined, /^baseUrl is not a URL/],
        [undefined, "not a url", /^CLOUDFLARE_BASE_URL is not a URL/],
        ["ftp://api.cloudflare.com", undefined, /scheme "ftp:"/],
        ["http://api.cloudflare.com/client/v4", undefined, /unencrypted.*https:/s],
        [undefined, "http://10.0.0.1/client/v4", /^CLOUDFLARE_BASE_URL .*unencrypted/],
        ["http://127.0.0.1.example.com/client/v4", undefined, /unencrypted/],
        ["http://localhost.example.com/client/v4", undefined, /unencrypted/],
        ["http://127.0.0.1@example.com/client/v4", undefined, /unencrypted|user name/],
        ["https://user:hunter2@api.cloudflare.com/client/v4", undefined, /user name or a password/],
        ["https://api.cloudflare.com/client/v4?key=hunter2", undefined, /query or a fragment/],
    ];
    for (const [value, env, expected] of bad) {
        it(`refuses ${value ?? env}`, () =>
            assert.throws(
                () => resolveBaseUrl(value, { CLOUDFLARE_BASE_URL: env }),
                (error: Error) => expected.test(error.message) && !error.message.includes("hunter2"),
            ));
    }
});
