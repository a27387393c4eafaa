import { doesNotMatch, match } from "node:assert";
import { lookUpFailure } from "../../components/component/zoneWords";
import { problemText } from "../../components/errors/problem";

const GET = 'failed to make http request: GET "https://api.cloudflare.com/client/v4/zones?name=example.com"';

describe("components/lookUpFailure", () => {
    const rows: [string, string, RegExp][] = [
        [
            "DNS, as Go words it",
            `${GET}: dial tcp: lookup api.cloudflare.com: no such host`,
            /no answer came from https:\/\/api\.cloudflare\.com.*Check the network, DNS/,
        ],
        [
            "nobody listens",
            `${GET}: dial tcp 127.0.0.1:1: connect: connection refused`,
            /no answer came from.*Check the network/,
        ],
        [
            "TLS",
            `${GET}: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
            /no answer came from.*the proxy/,
        ],
        ["too slow", `${GET}: context deadline exceeded`, /no answer came from/],
        ["Node's words", `${GET}: connect ECONNREFUSED 127.0.0.1:1`, /no answer came from.*\(ECONNREFUSED\)/],
        [
            "a proxy's page",
            `${GET}: 502 Bad Gateway <html><body>`,
            /what answers at https.* is not Cloudflare's API.*\/client\/v4/,
        ],
        [
            "too many requests",
            `${GET}: 429 Too Many Requests {"errors":[{"code":971}]}`,
            /answered 429 at https:.*1200 API requests in 5 minutes.*Wait that long/,
        ],
        [
            "Cloudflare is down",
            `${GET}: 500 Internal Server Error {"success":false}`,
            /answered 500 at https:.*to every attempt\. Run it again later; see https:\/\/www\.cloudflarestatus\.com/,
        ],
        [
            "a token that is refused",
            `${GET}: 403 Forbidden {"errors":[{"code":10000}]}`,
            /10000.*Check cloudflare:apiToken.*doctor --deploy --zone example\.com/,
        ],
    ];
    for (const [title, said, expected] of rows) {
        it(title, () => {
            const told = problemText(lookUpFailure("The zone", "example.com", new Error(said)));
            match(told, expected);
            const others = [/no answer came/, /not Cloudflare's API/, /Check cloudflare:apiToken/, /answered [45]/];
            for (const other of others.filter((one) => !told.match(expected)?.[0].match(one))) {
                doesNotMatch(told, other);
            }
        });
    }
});
