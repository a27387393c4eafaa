import assert from "node:assert/strict";
import { OptionError } from "../../components/errors/problem";
import type { Targets } from "../../components/plan/targets";
import { checkTargets, parseTargets } from "../../components/plan/targets";

describe("targets", () => {
    const good: [string, Targets, string[]][] = [
        [
            "a URL as caches know it",
            { urls: ["HTTPS://WWW.Example.com:443/A b?x=1"] },
            ["url https://www.example.com/A%20b?x=1"],
        ],
        ["an international host", { urls: ["https://bücher.example"] }, ["url https://xn--bcher-kva.example/"]],
        ["the same URL twice", { urls: ["https://a.example", "https://A.example/"] }, ["url https://a.example/"]],
        ["a prefix", { prefixes: ["WWW.example.com/Blog/"] }, ["prefix www.example.com/Blog/"]],
        ["a prefix without a slash at its end stays so", { prefixes: ["a.example/x"] }, ["prefix a.example/x"]],
        ["a prefix that needs escapes", { prefixes: ["a.example/é/"] }, ["prefix a.example/%C3%A9/"]],
        ["31 separators", { prefixes: [`a.example${"/x".repeat(30)}/`] }, [`prefix a.example${"/x".repeat(30)}/`]],
        ["a host", { hosts: ["WWW.Example.com"] }, ["host www.example.com"]],
        ["tags, whose case does not matter", { tags: ["Blog", "blog", "BLOG", "x"] }, ["tag Blog", "tag x"]],
        ["a tag of 1 024 characters", { tags: ["t".repeat(1024)] }, [`tag ${"t".repeat(1024)}`]],
        ["all kinds at once", { tags: ["t"], hosts: ["a.b"], urls: [] }, ["host a.b", "tag t"]],
    ];
    for (const [name, targets, expected] of good) {
        it(name, () => {
            assert.deepEqual(
                parseTargets(targets, ["because"]).map(({ kind, value }) => `${kind} ${value}`),
                expected,
            );
            checkTargets(targets);
        });
    }

    it("everything is one selector", () => {
        assert.deepEqual(parseTargets("everything", ["t"]), [
            { kind: "everything", value: "everything", reasons: ["t"] },
        ]);
    });

    const bad: [string, unknown, RegExp][] = [
        [
            "a path for a URL",
            { urls: ["/a"] },
            /targets.urls\[0\] "\/a": a path, not a URL. Write "https:\/\/www.example.com\/a"/,
        ],
        ["a URL without scheme", { urls: ["https://a.b", "www.example.com/a"] }, /targets.urls\[1\].*http/],
        [
            "a URL with a wildcard at its end",
            { urls: ["https://a.example/x*"] },
            /wildcard.*prefixes: \["a.example\/x"\]/,
        ],
        ["a URL with a wildcard", { urls: ["https://a.example/x/*"] }, /wildcard.*prefixes: \["a.example\/x\/"\]/],
        ["a URL with a fragment", { urls: ["https://a.example/#x"] }, /fragment/],
        ["a URL with credentials", { urls: ["https://me:hunter2@a.example/"] }, /credentials/],
        ["a prefix with a scheme", { prefixes: ["https://a.example/x/"] }, /no scheme. Write "a.example\/x\/"/],
        ["a prefix with a query", { prefixes: ["a.example/x?y"] }, /no query.*Write "a.example\/x"/],
        ["a prefix with a wildcard", { prefixes: ["a.example/x/*"] }, /Write "a.example\/x\/"/],
        ["a prefix without a host", { prefixes: ["/x/"] }, /begins with a host/],
        ["a prefix with a port", { prefixes: ["a.example:8080/x/"] }, /Write "a.example\/x\/"/],
        ["32 separators", { prefixes: [`a.example${"/x".repeat(31)}/`] }, /32 slashes, and 31 is the most/],
        ["a host with a scheme", { hosts: ["https://a.example/"] }, /neither scheme nor path. Write "a.example"/],
        ["a host with a port", { hosts: ["a.example:443"] }, /no port/],
        ["a host with a wildcard", { hosts: ["*.example.com"] }, /not a host/],
        ["a tag with a space", { tags: ["a b"] }, /no spaces/],
        ["a tag with a comma", { tags: ["a,b"] }, /no commas/],
        ["a tag that no header can hold", { tags: ["ü"] }, /printable ASCII only/],
        ["a tag of 1 025 characters", { tags: ["t".repeat(1025)] }, /1025 characters/],
        ["an empty tag", { tags: [""] }, /targets.tags\[0\] "": it is empty/],
        ["a text for a list", { urls: "https://a.example/" }, /targets.urls .*not a list.*brackets/],
        ["a kind that is none", { files: ["x"] }, /"files": not a kind.*urls, prefixes, hosts, tags/],
        ["none", {}, /targets "{}": it names nothing.*such as prefixes: \["www/],
        ["empty lists", { urls: [], hosts: undefined }, /targets "{ urls: \[\] }": it names nothing/],
        ["a list", ["https://a.example/"], /neither targets nor the word everything/],
        ["another word", "all", /neither targets nor/],
        ["null", null, /neither targets nor/],
    ];
    for (const [name, targets, message] of bad) {
        it(`refuses ${name}`, () => {
            assert.throws(
                () => checkTargets(targets as Targets),
                (error) => {
                    assert.ok(error instanceof OptionError, String(error));
                    assert.match(error.message, message);
                    assert.ok(!error.message.includes("hunter2"));
                    return true;
                },
            );
        });
    }
});
