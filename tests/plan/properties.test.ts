import assert from "node:assert/strict";
import fc from "fast-check";
import { sameManifest } from "../../components/assets/manifest";
import { isMark } from "../../components/assets/marks";
import { HTML_HANDLING } from "../../components/assets/route";
import type { MappingOptions, SiteAssets } from "../../components/assets/siteAssets";
import { assetsFromDigests } from "../../components/assets/siteAssets";
import type { Plan, PlanOptions } from "../../components/plan/plan";
import { isEmpty, plan } from "../../components/plan/plan";

/** What one deploy is made of: files, and how they become URLs. */
interface Deploy {
    readonly files: Record<string, string>;
    readonly options: MappingOptions;
}

const NEVER = { widenAbove: false } as const;

describe("for all sites and all mappings", () => {
    it("what is purged holds every URL whose answer changed", () => {
        fc.assert(
            fc.property(deploys(), deploys(), widenings(), (before, after, options) => {
                const [old, now] = [assetsOf(before), assetsOf(after)];
                const purged = coverage(plan(old.manifest, now.manifest, options));
                const [were, are] = [answersOf(old), answersOf(now)];
                for (const url of new Set([...were.keys(), ...are.keys()])) {
                    if (were.get(url) !== are.get(url)) {
                        assert.ok(purged(url), url);
                    }
                }
            }),
            { numRuns: 1000 },
        );
    });

    it("without widening and fallback pages nothing else is selected", () => {
        fc.assert(
            fc.property(deploys(), deploys(), (before, after) => {
                const [old, now] = [assetsOf(before), assetsOf(after)];
                const { selectors, collateral, changes } = plan(old.manifest, now.manifest, NEVER);
                const marks = [...changes.added, ...changes.changed, ...changes.removed].filter((path) => isMark(path));
                fc.pre(marks.length === 0);
                const [were, are] = [answersOf(old), answersOf(now)];
                const differ = [...new Set([...were.keys(), ...are.keys()])].filter(
                    (url) => were.get(url) !== are.get(url),
                );
                const leading = selectors.filter(({ reasons }) =>
                    reasons.some((reason) => reason.startsWith("leads to ")),
                );
                const others = selectors.filter((selector) => !leading.includes(selector));
                assert.deepEqual(others.map(({ value }) => value).sort(), differ.sort());
                for (const { value } of leading) {
                    const index = value.replace(/\/(?:index(?:\.html)?)?$/, "");
                    assert.ok(/\/index$/.test(index) && differ.some((url) => url.replace(/\/$/, "") === index), value);
                }
                assert.ok(selectors.every(({ kind }) => kind === "url"));
                assert.equal(collateral, 0);
            }),
            { numRuns: 1000 },
        );
    });

    it("collateral is just the unchanged URLs that are evicted", () => {
        fc.assert(
            fc.property(deploys(), deploys(), widenings(), (before, after, options) => {
                const [old, now] = [assetsOf(before), assetsOf(after)];
                const result = plan(old.manifest, now.manifest, options);
                const [were, are] = [answersOf(old), answersOf(now)];
                const purged = coverage(result);
                const warm = [...are.keys()].filter((url) => were.get(url) === are.get(url) && purged(url));
                assert.equal(result.collateral, warm.length);
            }),
            { numRuns: 500 },
        );
    });

    it("the plan is empty if and only if the manifests are equal", () => {
        fc.assert(
            fc.property(deploys(), deploys(), fc.boolean(), (before, other, same) => {
                const after = same ? before : other;
                const [old, now] = [assetsOf(before).manifest, assetsOf(after).manifest];
                assert.equal(isEmpty(plan(old, now)), sameManifest(old, now));
                assert.ok(isEmpty(plan(now, now)));
            }),
            { numRuns: 500 },
        );
    });

    it("the order of files, base URLs and options never matters", () => {
        fc.assert(
            fc.property(deploys(), deploys(), widenings(), (before, after, options) => {
                const turned = (deploy: Deploy): Deploy => ({
                    files: Object.fromEntries(Object.entries(deploy.files).reverse()),
                    options: { ...deploy.options, baseUrls: [...deploy.options.baseUrls].reverse() },
                });
                assert.deepEqual(
                    plan(assetsOf(turned(before)).manifest, assetsOf(turned(after)).manifest, options),
                    plan(assetsOf(before).manifest, assetsOf(after).manifest, options),
                );
            }),
            { numRuns: 300 },
        );
    });

    it("every selector has a reason, and none is there twice", () => {
        fc.assert(
            fc.property(deploys(), deploys(), widenings(), (before, after, options) => {
                const { selectors } = plan(assetsOf(before).manifest, assetsOf(after).manifest, {
                    ...options,
                    always: ["/feed.xml", "https://a.example/x.js"],
                });
                assert.ok(
                    selectors.every(({ reasons }) => reasons.length > 0 && reasons.every((reason) => reason !== "")),
                );
                assert.equal(new Set(selectors.map(({ kind, value }) => `${kind} ${value}`)).size, selectors.length);
            }),
            { numRuns: 300 },
        );
    });
});

function assetsOf({ files, options }: Deploy): SiteAssets {
    return assetsFromDigests(files, { ...options, allowEmpty: true });
}

/** URL → what is answered there, fallback marks apart. */
function answersOf({ manifest }: SiteAssets): Map<string, string> {
    const answers = new Map<string, string>();
    for (const { baseUrls, paths, digests } of manifest.sections) {
        for (const [i, path] of paths.entries()) {
            for (const baseUrl of isMark(path) ? [] : baseUrls) {
                answers.set(baseUrl + path, digests[i] ?? "");
            }
        }
    }
    return answers;
}

/** Whether a plan evicts a URL, as Cloudflare matches: URLs as they are, prefixes and hosts without the scheme. */
function coverage({ selectors }: Plan): (url: string) => boolean {
    const urls = new Set(selectors.filter(({ kind }) => kind === "url").map(({ value }) => value));
    const prefixes = selectors.filter(({ kind }) => kind === "prefix").map(({ value }) => value);
    const hosts = selectors.filter(({ kind }) => kind === "host").map(({ value }) => value);
    return (url) => {
        const { hostname, pathname } = new URL(url);
        return (
            urls.has(url) ||
            hosts.includes(hostname) ||
            prefixes.some((prefix) => (hostname + pathname).startsWith(prefix))
        );
    };
}

function deploys(): fc.Arbitrary<Deploy> {
    const names = ["index.html", "404.html", "x.js", "a/index.html", "a/b c.html", "a/ü.css", "a/d/e.js", "f%.js"];
    const files = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("1", "2"), {
        maxKeys: 8,
        noNullPrototype: true,
    });
    const mappings: ((path: string) => string | string[])[] = [
        (path) => `/v/${path.replaceAll("%", "%25")}`,
        (path) => [`/${encodeURIComponent(path)}`, `https://cdn.example/${encodeURIComponent(path)}?v=1`],
    ];
    return fc
        .record({
            files,
            baseUrls: fc.uniqueArray(
                fc.constantFrom("https://a.example", "http://a.example", "https://b.example:8443"),
                { minLength: 1 },
            ),
            htmlHandling: fc.constantFrom(...HTML_HANDLING),
            urls: fc.constantFrom(undefined, undefined, ...mappings),
            fallback: fc.constantFrom(undefined, undefined, "index.html", { page: "404.html", under: "/a/" }),
        })
        .map(({ files: some, baseUrls, htmlHandling, urls, fallback }) => {
            const page = typeof fallback === "object" ? fallback.page : fallback;
            const known = page !== undefined && some[page] !== undefined;
            return {
                files: some,
                options: {
                    baseUrls,
                    htmlHandling,
                    ...(urls === undefined ? {} : { urls }),
                    ...(known ? { fallback: fallback ?? "" } : {}),
                },
            };
        });
}

function widenings(): fc.Arbitrary<PlanOptions> {
    return fc.constantFrom<PlanOptions>(
        NEVER,
        {},
        { widenAbove: 2, limits: LOW },
        { widenAbove: 0, limits: LOW, maxCollateral: 3 },
    );
}

const LOW = { urlsPerRequest: 2, itemsPerRequest: 2, urlsPerSecond: 1, requestsPerMinute: 1, bucket: 1 };
