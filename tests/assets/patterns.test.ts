import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isWithin, overlap, patternRegExp } from "../../components/assets/patterns";

const pattern = fc
    .array(fc.constantFrom("a", "b", "/", "*", ":n"), { maxLength: 3 })
    .map((parts) => `/${parts.join("")}`);
/** Every URL of some letters and slashes. */
const URLS = words(6).map((word) => `/${word}`);

function words(length: number): string[] {
    return length === 0
        ? [""]
        : words(length - 1).flatMap((word) =>
              word.length < length - 1 ? [word] : [word, `${word}a`, `${word}b`, `${word}/`],
          );
}

describe("patterns of policy files", () => {
    it("overlap where a URL matches both", () => {
        fc.assert(
            fc.property(pattern, pattern, (one, other) => {
                const [some, others] = [patternRegExp(one), patternRegExp(other)];
                assert.equal(
                    overlap(one, other),
                    URLS.some((path) => some.test(path) && others.test(path)),
                    `${one} ${other}`,
                );
                assert.equal(overlap(one, other), overlap(other, one));
            }),
            {
                numRuns: 300,
                examples: [
                    ["/*a", "/b*"],
                    ["/:n", "/*/"],
                    ["/:n/a", "/a/*"],
                ],
            },
        );
    });

    it("one is within the other where all that it matches is matched by that", () => {
        fc.assert(
            fc.property(pattern, pattern, (inner, outer) => {
                const [some, all] = [patternRegExp(inner), patternRegExp(outer)];
                const outside = URLS.filter((path) => some.test(path) && !all.test(path));
                assert.equal(isWithin(inner, outer), outside.length === 0, `${inner} ${outer} ${outside[0]}`);
            }),
            { numRuns: 300 },
        );
    });
});
