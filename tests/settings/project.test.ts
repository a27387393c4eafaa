import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ownPackage, PROJECT, projectAt, REPORT_IT } from "../../components/settings/project";

const root = path.join(__dirname, "../..");
const NOTHING = { url: "", issues: "", pluginDownload: "", goModule: "", publisher: "", logo: "" };

describe("the project's address", () => {
    const GITHUB = {
        url: "https://github.com/owner/name",
        issues: "https://github.com/owner/name/issues",
        pluginDownload: "github://api.github.com/owner/name",
        goModule: "github.com/owner/name",
        publisher: "owner",
        logo: "https://raw.githubusercontent.com/owner/name/main/docs/logo.svg",
    };
    const rows: [what: string, repository: unknown, project: object][] = [
        ["absent", undefined, NOTHING],
        ["empty", "", NOTHING],
        ["an empty record", { type: "git", url: "" }, NOTHING],
        ["no address", "TODO", NOTHING],
        ["a local path", "file:///srv/name", NOTHING],
        ["a short form", "owner/name", GITHUB],
        ["a short form that names its host", "github:owner/name", GITHUB],
        ["as npm writes it", { type: "git", url: "git+https://github.com/owner/name.git" }, GITHUB],
        ["an address", "https://github.com/owner/name/", GITHUB],
        [
            "another host",
            "https://git.example.com/owner/name.git",
            {
                url: "https://git.example.com/owner/name",
                issues: "",
                pluginDownload: "",
                goModule: "git.example.com/owner/name",
                publisher: "",
                logo: "",
            },
        ],
    ];
    for (const [what, repository, project] of rows) {
        it(what, () => assert.deepEqual(projectAt(repository), project));
    }

    it("is that of components/package.json, and what needs it is left out without it", () => {
        const own = JSON.parse(readFileSync(path.join(root, "components/package.json"), "utf8"));
        assert.equal(ownPackage().version, own.version);
        assert.deepEqual(PROJECT, projectAt(own.repository));
        assert.equal(own.bugs ?? own.homepage, undefined);
        assert.equal(REPORT_IT.includes("http"), PROJECT.issues !== "");
    });

    it("stands nowhere else: no file names a host's page of this project", () => {
        const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
        const named = files.filter(
            (file) =>
                !/package-lock\.json$|^tests\/settings\/project\.test\.ts$|^(?:components\/package|docs\/schema)\.json$/.test(
                    file,
                ) &&
                /(?:github|gitlab|codeberg|bitbucket)\.(?:com|org)\/[\w.-]+\/pulumi-cloudflare-cache-purge/i.test(
                    readFileSync(path.join(root, file), "latin1"),
                ),
        );
        assert.deepEqual(named, []);
    });
});
