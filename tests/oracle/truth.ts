/** Which URLs a deploy changes, by the answers of Cloudflare's own asset server. */
import type { Answer, AssetConfig, AssetServer, Tree } from "./assetServer";
import type { Pair } from "./pairs";

/** Ends of paths that lead to a page, or may do so. */
const ENDS = ["", "/", ".html", "/index", "/index.html", "/index/"];

/** A deploy, what it is served with, and URLs of which somebody thinks that they change. */
export interface Deploy extends Pair {
    readonly config: AssetConfig;
    readonly planned: readonly string[];
}

/** What the URLs of a deploy answer before and after. */
export type Answers = ReadonlyMap<string, readonly [Answer, Answer]>;

/** Asks for every form of every path of some deploys, and for what was planned. */
export async function answersOf(server: AssetServer, deploys: readonly Deploy[]): Promise<Answers[]> {
    const urls = deploys.map((deploy) => [...new Set([...urlsOf(deploy), ...deploy.planned])]);
    const answers = await server.ask(
        deploys.flatMap(({ before, after, config }, i) =>
            [before, after].map((tree) => ({ tree, config, urls: urls[i] ?? [] })),
        ),
    );
    return deploys.map(
        (_, i) =>
            new Map(
                (urls[i] ?? []).map((url, n) => [
                    url,
                    [answers[2 * i]?.[n] ?? "", answers[2 * i + 1]?.[n] ?? ""] as const,
                ]),
            ),
    );
}

/** The URLs whose answer differs. What is not found on both sides counts as the same, whatever page says so. */
export function differing(answers: Answers): string[] {
    return [...answers]
        .filter(([url, both]) => {
            const [before, after] = both.map((answer, side) => followed(url, answer, (to) => answers.get(to)?.[side]));
            return before !== after && !(before?.startsWith("404") && after?.startsWith("404"));
        })
        .map(([url]) => url);
}

/** With a page for what is not found, even such a URL is redirected to its canonical spelling, which is not found. */
function followed(url: string, answer: Answer, answerOf: (url: string) => Answer | undefined): Answer {
    const [, target] = /^307 (.*)$/.exec(answer) ?? [];
    const isSpelling = target !== undefined && decodeURIComponent(target) === decodeURIComponent(url);
    return isSpelling && answerOf(target)?.startsWith("404") ? "404" : answer;
}

/**
 * The URLs at which many origins serve a page that Cloudflare's asset server redirects: they change with the page, as
 * docs/planning.md says.
 * @param isRedirected Whether the origin is known to redirect there: they then change when the file comes or goes.
 */
export function nearForms({ before, after, config }: Deploy, isRedirected: boolean): Set<string> {
    const near = new Set<string>();
    for (const path of new Set([...before.keys(), ...after.keys()])) {
        if (isRedirected ? before.has(path) !== after.has(path) : before.get(path) !== after.get(path)) {
            for (const form of formsNear(path, config, [before, after])) {
                for (const url of spellings(form)) {
                    near.add(url);
                }
            }
        }
    }
    return near;
}

function formsNear(path: string, { htmlHandling }: AssetConfig, trees: readonly Tree[]): string[] {
    const force = htmlHandling === "force-trailing-slash";
    if (htmlHandling === "none") {
        return [path];
    }
    if (path.endsWith("/index.html")) {
        const stem = path.slice(0, -"/index.html".length);
        return [stem, `${stem}/`, `${stem}/index`, path, ...(force ? [`${stem}/index/`] : [])];
    }
    if (path.endsWith(".html")) {
        const stem = path.slice(0, -".html".length);
        const beside = force && trees.some((tree) => tree.has(`${stem}/index.html`));
        return [stem, path, ...(force ? [`${stem}/`] : []), ...(beside ? [`${stem}/index`, `${stem}/index.html`] : [])];
    }
    return [path];
}

/** Every form of every path, in every spelling, and URLs without a file in every folder. */
function urlsOf({ before, after }: Pair): Set<string> {
    const bases = new Set<string>();
    for (const path of [...before.keys(), ...after.keys()]) {
        for (let rest = path; rest !== undefined && !bases.has(rest); rest = shortened(rest) ?? "") {
            bases.add(rest);
        }
        for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
            bases.add(path.slice(0, end));
            bases.add(`${path.slice(0, end)}/none`);
            if (end === 0) {
                break;
            }
        }
    }
    const urls = new Set<string>();
    for (const base of bases) {
        for (const end of ENDS) {
            for (const path of [base + end, base.toUpperCase() + end, base.toLowerCase() + end]) {
                for (const url of isPath(path) ? spellings(path) : []) {
                    urls.add(url);
                }
            }
        }
    }
    return urls;
}

/** Runs of slashes are one slash to the server, so that every URL has any number of such forms: nobody links to them. */
function isPath(path: string): boolean {
    return path.startsWith("/") && !path.includes("//");
}

function shortened(path: string): string | undefined {
    const end = ["/index.html", "/index", ".html", "/"].find((text) => path.endsWith(text));
    return end === undefined ? undefined : path.slice(0, -end.length);
}

/** A path as browsers send it, as encodeURIComponent writes it, and with everything escaped that can be. */
function spellings(path: string): Set<string> {
    const sent = new URL("https://site.example");
    sent.pathname = path.replaceAll("%", "%25");
    const escaped = path.split("/").map(encodeURIComponent).join("/");
    const strict = escaped.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    // Cloudflare's URL normalisation encodes what is neither reserved nor unreserved.
    return new Set([sent.pathname.replaceAll("|", "%7C").replaceAll("^", "%5E"), escaped, strict]);
}
