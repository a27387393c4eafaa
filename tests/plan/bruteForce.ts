/**
 * The best plan for a small site, found by trying every set of prefixes and hosts: the judge of these tests, written from
 * docs/planning.md without a look at the code under test.
 */
export interface Bounds {
    /** Changed URLs up to which nothing is widened. */
    readonly above: number;
    readonly perUrl: number;
    readonly perItem: number;
    readonly collateral: number;
    /** Hosts that all have this site. */
    readonly hosts?: number;
}

interface Cost {
    readonly requests: number;
    readonly collateral: number;
}

export function fewestRequests(before: Record<string, string>, after: Record<string, string>, bounds: Bounds): Cost {
    const hosts = bounds.hosts ?? 1;
    const all = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changed = all.filter((path) => before[path] !== after[path]);
    const kept = all.filter((path) => before[path] === after[path]);
    const ofOneHost = choices(changed, kept);
    const ways = combine(ofOneHost, hosts).map(({ left, prefixes, whole, collateral }) => ({
        left,
        collateral,
        names: prefixes + whole,
        requests:
            Math.ceil(left / bounds.perUrl) + Math.ceil(prefixes / bounds.perItem) + Math.ceil(whole / bounds.perItem),
    }));
    const byUrl = { requests: Math.ceil((changed.length * hosts) / bounds.perUrl), collateral: 0 };
    if (changed.length * hosts <= bounds.above) {
        return byUrl;
    }
    // First the pure ones: nothing unchanged goes along. Of the fewest requests, the one that names the least.
    const pure = least(
        ways.filter(({ collateral }) => collateral === 0),
        ({ names, left }) => names * 1_000 + left,
    );
    if (pure.left <= bounds.above) {
        return { requests: pure.requests, collateral: 0 };
    }
    const best = least(
        ways.filter((way) => way.collateral <= bounds.collateral),
        (way) => way.collateral,
    );
    return { requests: best.requests, collateral: best.collateral };
}

interface Choice {
    readonly left: number;
    readonly prefixes: number;
    readonly whole: number;
    readonly collateral: number;
}

function choices(changed: readonly string[], kept: readonly string[]): Choice[] {
    const folders = [...new Set(changed.flatMap(foldersOf))];
    const found: Choice[] = [{ left: 0, prefixes: 0, whole: 1, collateral: kept.length }];
    for (let bits = 0; bits < 2 ** folders.length; bits++) {
        const named = folders.filter((_, i) => (bits >> i) & 1);
        const covered = (path: string) => named.some((folder) => path.startsWith(folder));
        found.push({
            left: changed.filter((path) => !covered(path)).length,
            prefixes: named.length,
            whole: 0,
            collateral: kept.filter(covered).length,
        });
    }
    return found;
}

function combine(choicesOfOne: readonly Choice[], hosts: number): Choice[] {
    // Equal choices need to be tried once only.
    let sums = unique(choicesOfOne);
    for (let host = 1; host < hosts; host++) {
        sums = unique(
            sums.flatMap((a) =>
                unique(choicesOfOne).map((b) => ({
                    left: a.left + b.left,
                    prefixes: a.prefixes + b.prefixes,
                    whole: a.whole + b.whole,
                    collateral: a.collateral + b.collateral,
                })),
            ),
        );
    }
    return sums;
}

function unique(list: readonly Choice[]): Choice[] {
    return [...new Map(list.map((choice) => [Object.values(choice).join(), choice])).values()];
}

function foldersOf(path: string): string[] {
    const parts = path.split("/").slice(1, -1);
    return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}/`);
}

function least<T extends { requests: number }>(ways: readonly T[], then: (way: T) => number): T {
    return ways.reduce((best, way) =>
        way.requests < best.requests || (way.requests === best.requests && then(way) < then(best)) ? way : best,
    );
}
