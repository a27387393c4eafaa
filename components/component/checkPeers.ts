import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * What is wrong with the packages that a program brings along: one sentence that says what to install.
 *
 * They are optional peers, so that the command line installs without Pulumi. No package manager therefore adds one that is
 * missing, nor warns of one that is too old; the SDK would then fail with words that name neither.
 *
 * @param ranges the caret range of each, by name.
 * @param versionOf its version, when it is installed.
 */
export function peerProblem(
    ranges: Readonly<Record<string, string>>,
    versionOf: (name: string) => string | undefined,
): string | undefined {
    const wrong = Object.entries(ranges).flatMap(([name, range]) => {
        const version = versionOf(name);
        const isIn = version !== undefined && isInRange(version, range);
        return isIn ? [] : [{ name, range, has: version === undefined ? "not installed" : `${version} is installed` }];
    });
    if (wrong.length === 0) {
        return undefined;
    }
    const needs = wrong.map(({ name, range, has }) => `${name} ${range} (${has})`).join(" and ");
    // The newest of the major version: a caret means something else to some shells.
    const install = wrong.map(({ name, range }) => `${name}@${numbers(range)[0]}`).join(" ");
    return `pulumi-cloudflare-cache-purge needs ${needs}: npm install ${install}`;
}

function isInRange(version: string, range: string): boolean {
    const [major, minor = 0, patch = 0] = numbers(version);
    const [wanted, least = 0, leastPatch = 0] = numbers(range);
    return major === wanted && (minor > least || (minor === least && patch >= leastPatch));
}

const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);

function installed(name: string): string | undefined {
    try {
        return (require(`${name}/package.json`) as { version: string }).version;
    } catch {
        return undefined;
    }
}

/** Of this package, unless it was bundled into something else, which then has to know by itself. */
function ownRanges(): Record<string, string> {
    const file = path.join(__dirname, "..", "..", "package.json");
    const own = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
    return own.name === "pulumi-cloudflare-cache-purge" ? (own.peerDependencies as Record<string, string>) : {};
}

const problem = peerProblem(ownRanges(), installed);
if (problem !== undefined) {
    // The mark of the SDK's own RunError, which may be what is missing: the message is shown without a stack trace.
    throw Object.assign(new Error(problem), { __pulumiRunError: true });
}
