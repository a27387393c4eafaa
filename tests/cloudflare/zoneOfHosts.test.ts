import assert from "node:assert/strict";
import {
    chooseZone,
    inZone,
    isZoneName,
    parseZone,
    spellingsOf,
    zoneCandidates,
    zoneName,
    zoneOf,
} from "../../components/cloudflare/zone";
import { splitProblem, WORDS } from "../../components/component/zoneWords";
import { ambiguousZone } from "../../components/diagnosis/zoneProblems";
import { problemText } from "../../components/errors/problem";

const ZONES = [
    zoneOf({ id: "1", name: "example.com", accountId: "a" }),
    zoneOf({ id: "2", name: "shop.example.com", accountId: "a" }),
    zoneOf({ id: "3", name: "example.org", accountId: "a" }),
    zoneOf({ id: "4", name: "bücher.example", accountId: "a" }),
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
        ["a host in ASCII, of a zone that the API names in Unicode", ["www.xn--bcher-kva.example"], "4"],
        ["a host in Unicode", ["https://BÜCHER.example"], "4"],
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

describe("one spelling of names", () => {
    const rows: [given: string, name: string][] = [
        ["example.com", "example.com"],
        [" Example.COM. ", "example.com"],
        ["https://example.com/", "example.com"],
        ["HTTPS://user:secret@example.com:8443/a?b#c", "example.com"],
        ["example.com/path", "example.com"],
        ["example.com:443", "example.com"],
        ["bücher.example", "xn--bcher-kva.example"],
        ["https://BÜCHER.example./", "xn--bcher-kva.example"],
        ["xn--bcher-kva.example", "xn--bcher-kva.example"],
        ["XN--BCHER-KVA.example", "xn--bcher-kva.example"],
        ["bücher。example", "xn--bcher-kva.example"],
        ["例え.jp", "xn--r8jz45g.jp"],
    ];
    for (const [given, name] of rows) {
        it(`${given} is ${name}`, () => {
            assert.equal(zoneName(given), name);
            assert.equal(isZoneName(given), true);
            assert.equal(inZone(`https://www.${name}`, given), true);
            assert.equal(inZone(`not${name}`, given), false);
        });
    }

    for (const given of ["", ".", "example", "two words.com", "https://", "a..b"]) {
        it(`"${given}" is not a name`, () => assert.equal(isZoneName(given), false));
    }

    it("a zone of the API has it, whatever the API writes", () => {
        assert.equal(parseZone({ id: "4", name: "bücher.example" })?.name, "xn--bcher-kva.example");
    });

    it("both forms are asked for, where there are two", () => {
        assert.deepEqual(spellingsOf("example.com"), ["example.com"]);
        assert.deepEqual(spellingsOf("xn--bcher-kva.example"), ["xn--bcher-kva.example", "bücher.example"]);
    });
});
