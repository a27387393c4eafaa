import { checkUrl } from "../../diagnosis/zoneProblems";
import type { Problem } from "../../errors/problem";
import { OptionError } from "../../errors/problem";
import { parseTargets } from "../../plan/targets";
import { nearest } from "../../settings/check";
import { planLimits } from "../../settings/limits";

/** What the body of a purge holds. */
export interface BodyReading {
    readonly problems: readonly Problem[];
    /** URLs in `files`. */
    readonly urls: readonly string[];
    /** Hosts, and prefixes, as URLs. */
    readonly places: readonly string[];
}

const LISTS = ["files", "prefixes", "hosts", "tags"] as const;
const SELECTORS = [...LISTS, "purge_everything"];

/** Of a list in which everything is wrong, the first few are enough. */
const MOST = 3;

/** Reads the body of a purge, and says everything that is wrong with it. */
export function readBody(text: string | undefined): BodyReading {
    const wrong = (cause: string, remedy: string, key = "malformed-body"): Problem => ({ key, cause, remedy });
    const only = (problem: Problem): BodyReading => ({ problems: [problem], urls: [], places: [] });
    const example = `Send --data '{"files":["https://www.example.com/"]}'.`;
    if (text === undefined || text.trim() === "") {
        return only(wrong("The request has no body.", example));
    }
    let body: unknown;
    try {
        body = JSON.parse(text);
    } catch {
        return only(
            /[“”„]/.test(text)
                ? wrong("The body is not JSON: its quotation marks are typographic ones.", `Write " by hand.`)
                : wrong("The body is not JSON.", example),
        );
    }
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
        return only(wrong("The body is not a JSON object.", example));
    }
    const given = new Map<string, unknown>(Object.entries(body));
    const problems: Problem[] = [];
    for (const name of given.keys()) {
        if (!SELECTORS.includes(name)) {
            const near = nearest(name, SELECTORS) ?? (/^urls?$/i.test(name) ? "files" : undefined);
            const remedy = near === undefined ? `Write one of ${SELECTORS.join(", ")}.` : `Write "${near}".`;
            problems.push(wrong(`Cloudflare does not know "${name.slice(0, 40)}" in the body of a purge.`, remedy));
        }
    }
    const named = SELECTORS.filter((name) => given.has(name));
    if (named.length > 1) {
        problems.push(
            wrong(`The body has ${named.join(" and ")}: a request takes one of them.`, "Send a request for each."),
        );
    }
    if (given.size === 0) {
        problems.push(wrong("The body names nothing to purge.", `Write one of ${SELECTORS.join(", ")}.`));
    }
    if (given.has("purge_everything") && given.get("purge_everything") !== true) {
        problems.push(
            wrong("`purge_everything` can only be true, without quotation marks.", 'Write {"purge_everything":true}.'),
        );
    }
    const urls: string[] = [];
    const places: string[] = [];
    for (const name of LISTS) {
        const list = given.get(name);
        if (!given.has(name)) {
            continue;
        }
        if (!Array.isArray(list)) {
            const remedy = `Write an array, also for one ${name === "files" ? "URL" : "item"}: {"${name}":["${exampleOf(name, list)}"]}.`;
            problems.push(wrong(`\`${name}\` is not an array.`, remedy, "files-not-array"));
            continue;
        }
        if (list.length === 0) {
            problems.push(
                wrong(
                    `\`${name}\` is empty: the body names nothing to purge.`,
                    `Name something, or leave ${name} out.`,
                ),
            );
        }
        problems.push(...countProblems(name, list.length));
        const items = (list as readonly unknown[]).map((item) =>
            name === "files" && typeof item === "object" && item !== null && "url" in item ? item.url : item,
        );
        const found = items.map((item, i) => itemProblem(name, item, i)).filter((problem) => problem !== undefined);
        problems.push(...found.slice(0, MOST));
        if (name === "files") {
            urls.push(...items.map(String));
        } else if (name !== "tags") {
            places.push(...items.map((item) => `https://${String(item)}`));
        }
    }
    return { problems, urls, places };
}

const EXAMPLES = {
    files: "https://www.example.com/",
    prefixes: "www.example.com/blog/",
    hosts: "www.example.com",
    tags: "news",
};

/** What one item would be, out of what was written where a list has to be. */
function exampleOf(name: (typeof LISTS)[number], written: unknown): string {
    if (name !== "files" || typeof written !== "string") {
        return EXAMPLES[name];
    }
    return written.startsWith("/")
        ? `https://www.example.com${written}`
        : checkUrl(written) === undefined
          ? written
          : EXAMPLES.files;
}

function countProblems(name: string, count: number): Problem[] {
    const most = planLimits("free").urlsPerRequest;
    const enterprise = planLimits("enterprise").urlsPerRequest;
    return count <= (name === "files" ? enterprise : most)
        ? []
        : [
              {
                  key: "too-many-items",
                  cause: `The request has ${count} items.`,
                  remedy: `Send at most ${most} items per request (${enterprise} URLs on Enterprise).`,
              },
          ];
}

function itemProblem(name: (typeof LISTS)[number], item: unknown, i: number): Problem | undefined {
    if (typeof item !== "string") {
        const cause = `\`${name}\` holds something that is not a string (item ${i + 1}).`;
        return { key: "malformed-body", cause, remedy: `Write strings: {"${name}":["${EXAMPLES[name]}"]}.` };
    }
    const wrongUrl = name === "files" ? checkUrl(item) : undefined;
    if (wrongUrl !== undefined) {
        return wrongUrl;
    }
    try {
        parseTargets({ [name === "files" ? "urls" : name]: [item] }, [], "");
        return undefined;
    } catch (error) {
        if (!(error instanceof OptionError)) {
            throw error;
        }
        const { value, what, remedy } = error;
        return { key: "malformed-body", cause: `In \`${name}\`, "${value}": ${what}.`, remedy };
    }
}
