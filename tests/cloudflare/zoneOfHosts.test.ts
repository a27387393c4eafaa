import assert from "node:assert/strict";
import { zoneOf } from "../../components/cloudflare/zone";
import { chooseZone, zoneCandidates } from "../../components/cloudflare/zoneOfHosts";
import { splitProblem, WORDS } from "../../components/component/zoneWords";
import { ambiguousZone } from "../../components/diagnosis/lookup";
import { problemText } from "../../components/errors/problem";

const ZONES = [
    zoneOf({ id: "1", name: "example.com", accountId: "a" }),
    zoneOf({ id: "2", name: "shop.example.com", accountId: "a" }),
    zoneOf({ id: "3", name: "example.org", accountId: "a" }),
];

/** The ID of the one zone, or why there is none, as a program is told. */
function chosen(hosts: readonly string[], zones: typeof ZONES): string {
    const choice = chooseZone(hosts, zones);
    return "zone" in choice
        ? choice.zone.id
        : problemText("groups" in choice ? splitProblem(choice) : ambiguousZone(choice.namesakes, WORDS));
}

describe("names that a zone may have", () => {
    const rows: [string, string[], string[]][] = [
        ["a host", ["www.example.com"], ["www.example.com", "example.com"]],
        ["the zone itself", ["example.com"], ["example.com"]],
        ["a base URL", ["https://WWW.Example.com:8443/"], ["www.example.com", "example.com"]],
        [
            "deep, and under two labels",
            ["a.b.example.co.uk"],
            ["a.b.example.co.uk", "b.example.co.uk", "example.co.uk", "co.uk"],
        ],
        [
            "two hosts of one zone",
            ["a.example.com", "b.example.com"],
            ["a.example.com", "b.example.com", "example.com"],
        ],
        ["an international host", ["www.bücher.example"], ["www.xn--bcher-kva.example", "xn--bcher-kva.example"]],
        ["one label", ["localhost"], []],
    ];
    for (const [name, hosts, expected] of rows) {
        it(name, () => assert.deepEqual(zoneCandidates(hosts), expected));
    }
});

describe("the zone of some hosts", () => {
    const rows: [string, string[], string][] = [
        ["the only one", ["www.example.org"], "3"],
        ["the longest name", ["cart.shop.example.com", "shop.example.com"], "2"],
        ["not a name that only ends alike", ["notshop.example.com"], "1"],
        ["base URLs", ["https://www.example.com", "https://EXAMPLE.com"], "1"],
    ];
    for (const [name, hosts, id] of rows) {
        it(name, () => assert.equal(chosen(hosts, ZONES), id));
    }

    it("found twice by two look-ups is one", () => {
        assert.equal(chosen(["www.example.com"], [...ZONES, ...ZONES]), "1");
    });

    const bad: [string, string[], RegExp[]][] = [
        [
            "two zones: a component for each",
            ["https://www.example.com", "https://www.example.org"],
            [
                /in 2 zones, and one component serves one zone/,
                /new CachePurge\("example", \{ zone: "example.com", .*\["https:\/\/www.example.com"\]/,
                /new CachePurge\("example-org", \{ zone: "example.org", .*\["https:\/\/www.example.org"\]/,
            ],
        ],
        ["a zone within a zone is another one", ["www.example.com", "shop.example.com"], [/"shop.example.com"/]],
        [
            "none",
            ["www.example.net"],
            [/No zone that the provider's token can read holds www.example.net/, /Zone Read|Zone → Read/],
        ],
        ["some in none", ["www.example.net", "www.example.com"], [/holds www.example.net\./, /zone: "example.com"/]],
        ["no host", [], [/no host/]],
    ];
    for (const [name, hosts, messages] of bad) {
        it(name, () => {
            const text = chosen(hosts, ZONES);
            for (const message of messages) {
                assert.match(text, message);
            }
        });
    }

    it("one name in two accounts: which account", () => {
        assert.match(
            chosen(["www.example.com"], [...ZONES, zoneOf({ id: "9", name: "example.com", accountId: "b" })]),
            /2 zones are named "example\.com"[\s\S]*accountId: "a"[\s\S]*accountId: "b"/,
        );
    });
});
