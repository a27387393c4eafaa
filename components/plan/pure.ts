import type { Costs, Way } from "./paretoFront";
import { isBefore, NOTHING } from "./paretoFront";
import type { Folder } from "./tree";
import { tightest } from "./tree";

/** Hosts up to which every choice among those that changed entirely is tried. */
const TRIED_HOSTS = 6;

/**
 * The way with the fewest requests that evicts nothing unchanged, and of those the one that names the least. Exact: every
 * pure prefix costs the same, so that the largest are the ones to name; only how many has to be found out.
 */
export function purest(roots: readonly Folder[], costs: Costs, beside: Way): Way {
    const pureHosts = roots
        .filter(({ changed, unchanged }) => changed > 0 && unchanged === 0)
        .sort((a, b) => b.changed - a.changed);
    let best: Way | undefined;
    for (const hosts of choices(pureHosts)) {
        const others = roots.filter((root) => !hosts.includes(root));
        const prefixes = others.flatMap(pureFolders).sort((a, b) => b.changed - a.changed);
        let urls = others.reduce((sum, { changed }) => sum + changed, 0) * costs.times;
        for (let count = 0; count <= prefixes.length; count++) {
            urls -= count === 0 ? 0 : prefixes[count - 1]!.changed * costs.times;
            const way: Way = { ...NOTHING, urls, prefixes: count, hosts: hosts.length };
            if (best === undefined || isBefore(way, best, costs, beside)) {
                best = { ...way, named: [...hosts, ...prefixes.slice(0, count)] };
            }
        }
    }
    return best!;
}

/** The outermost folders in which every known URL changed or is gone. */
function pureFolders(folder: Folder): Folder[] {
    return folder.unchanged === 0 && folder.nameable && folder.changed > 0
        ? [tightest(folder)]
        : folder.children.flatMap(pureFolders);
}

/** Sets of hosts to name, the smaller first. */
function choices(hosts: readonly Folder[]): Folder[][] {
    if (hosts.length > TRIED_HOSTS) {
        return Array.from({ length: hosts.length + 1 }, (_, count) => hosts.slice(0, count));
    }
    const sets = Array.from({ length: 2 ** hosts.length }, (_, bits) => hosts.filter((_host, i) => (bits >> i) & 1));
    return sets.sort((a, b) => a.length - b.length);
}
