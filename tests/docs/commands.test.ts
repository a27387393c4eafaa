import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Ended } from "../local/terminal";
import { output, Terminal } from "../local/terminal";
import { PAGES, read } from "./pages";

const EXPORT = path.join(__dirname, "..", "scenarios", "fixtures", "three-resources.json");
const PIPELINES = ["github-pulumi.yml", "github-two-steps.yml", "gitlab-pulumi.yml"].map(
    (name) => `examples/pipelines/${name}`,
);

/** The command line, with what may stand before it. `cache-purge manifest 1` is the first line of a manifest. */
const COMMAND =
    /^(?:CLOUDFLARE_API_TOKEN=… |pulumi stack export (?:--stack "\$STACK" )?\| )?(?:npx )?(?:pulumi-cloudflare-)?cache-purge (?!\w+ 1$)/;

/** The commands that a page shows in blocks and, with options and without a word to fill in, within its lines. */
function commandsOf(page: string): string[] {
    const text = read(page).replaceAll("||\n", "||");
    const lines = text.split("\n").map((line) => line.replace(/^ *(?:- )?(?:run: )?/, ""));
    const inline = [...text.matchAll(/`([^`\n]+ --[^`\n]+)`/g)].map(([, code = ""]) => code);
    return [...lines, ...inline.filter((code) => !/\b[A-Z]+$|<|[^=]…/.test(code))]
        .filter((line) => COMMAND.test(line) && !line.includes("/tmp/site"))
        .map((line) => line.replace(/^CLOUDFLARE_API_TOKEN=…/, "CLOUDFLARE_API_TOKEN=$DEPLOY"));
}

const bash = (cwd: string, lines: readonly string[]): Promise<Ended> =>
    output(spawn("bash", ["-c", lines.join("\n")], { cwd }));

describe("docs: commands", () => {
    let work: string;
    before(() => {
        work = mkdtempSync(path.join(tmpdir(), "pasted-"));
    });
    after(() => {
        rmSync(work, { recursive: true });
    });

    /** A folder with the files that the commands of the pages name. */
    function folder(name: string): string {
        const dir = path.join(work, name);
        for (const [site, text] of [
            ["before", "one"],
            ["after", "two"],
            ["dist", "two"],
        ] as const) {
            mkdirSync(path.join(dir, site), { recursive: true });
            writeFileSync(path.join(dir, site, "index.html"), text);
            writeFileSync(path.join(dir, site, "feed.xml"), text);
        }
        copyFileSync(EXPORT, path.join(dir, "export.json"));
        writeFileSync(
            path.join(dir, "failing-command.txt"),
            `curl -X POST https://api.cloudflare.com/client/v4/zones/$ZONE/purge_cache -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" -d '{"files":["https://www.example.com/"]}'`,
        );
        return dir;
    }

    it("every one can be pasted after what `npm run local` prints", async () => {
        const pages = [...PAGES, ...PIPELINES].filter((page) => commandsOf(page).length > 0);
        for (const page of ["README.md", "components/README.md", "docs/cli.md", "docs/five-minutes.md", ...PIPELINES]) {
            ok(pages.includes(page), page);
        }
        ok(commandsOf("docs/cli.md").length >= 18);
        const terminal = await Terminal.open("--dir", path.join(folder("origin"), "after"));
        const wrong = await Promise.all(
            pages.map(async (page) => {
                const { out, err } = await bash(folder(page), [
                    ...terminal.lines,
                    'npx() { shift; cache-purge "$@"; }',
                    "pulumi() { cat export.json; }",
                    `export ZONE=${terminal.find(/zone {4}\S+ +(\S+)/)} DEPLOY=${terminal.find(/`pulumi up`.*\n +(\S+)/)}`,
                    "export GITHUB_STEP_SUMMARY=summary.md",
                    "cache-purge manifest before --base-url https://www.example.com | tee a.manifest > deployed.manifest",
                    "cache-purge manifest after --base-url https://www.example.com > b.manifest",
                    ...commandsOf(page).map(
                        (command, i) => `{ ${command}\n} >> out.txt; status=$?; [ $status = 0 ] || echo "$status ${i}"`,
                    ),
                ]);
                return out === "" ? [] : [`${page}: ${out}${err}`];
            }),
        ).finally(() => terminal.close());
        deepStrictEqual(wrong.flat(), []);
    });

    it("docs/five-minutes.md by hand comes to what it says", async () => {
        const [, serve = "", paste = ""] = [...read("docs/five-minutes.md").matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
            ([, block = ""]) => block.replaceAll("/tmp/site", path.join(work, "by-hand")),
        );
        const [make = "", local = ""] = serve.split("\n");
        strictEqual((await bash(work, [make])).code, 0);
        const terminal = await Terminal.open(...(/^npm run local -- (.*)$/.exec(local)?.[1] ?? "").split(" "));
        try {
            const edge = terminal.find(/edge +(\S+)/);
            const { code, out, err } = await bash(work, [...terminal.lines, paste.replace(/EDGE=\S+/, `EDGE=${edge}`)]);
            strictEqual(code, 0, err);
            const [visits, plan] = [/^(?:cf-.*|one|two)$/gm, /^url .*$/gm].map((pattern) => out.match(pattern) ?? []);
            deepStrictEqual(
                visits?.map((line) => line.replace("cf-cache-status: ", "")),
                ["MISS", "one", "HIT", "one", "HIT", "one", "HIT", "two"],
            );
            deepStrictEqual(
                plan?.map((line) => /example\.com(\S+)/.exec(line)?.[1]),
                ["/", "/index", "/index.html"],
            );
            match(out, /: 1 request and 1 rebound, 2\.\d s; 1 of 1 verified at the edge\n/);
            ok(out.endsWith("\nhealthy\n"), out);
        } finally {
            await terminal.close();
        }
    });
});
