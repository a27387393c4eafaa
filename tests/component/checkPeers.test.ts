import { match, strictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { peerProblem } from "../../components/component/checkPeers";
import { openStack } from "../../local/engine/stack";
import { QUICK_START } from "../quickStart";
import { programCopy } from "../scenarios/programs";

const RANGES = { "@pulumi/cloudflare": "^6.12.0", "@pulumi/pulumi": "^3.200.0" };
const START = "pulumi-cloudflare-cache-purge needs ";

describe("the packages that a program brings along", () => {
    const table: [string, string | undefined, string | undefined, string | undefined][] = [
        ["just new enough", "6.12.0", "3.200.0", undefined],
        ["newer", "6.100.3", "3.270.0", undefined],
        ["a preview of a newer one", "6.13.0-alpha.1", "3.271.0-alpha.123+abc", undefined],
        ["a patch newer", "6.12.1", "3.200.9", undefined],
        [
            "one is missing",
            undefined,
            "3.270.0",
            `${START}@pulumi/cloudflare ^6.12.0 (not installed): npm install @pulumi/cloudflare@6`,
        ],
        [
            "one is too old",
            "6.11.9",
            "3.270.0",
            `${START}@pulumi/cloudflare ^6.12.0 (6.11.9 is installed): npm install @pulumi/cloudflare@6`,
        ],
        [
            "both are of another major version",
            "5.49.1",
            "4.0.0",
            `${START}@pulumi/cloudflare ^6.12.0 (5.49.1 is installed) and @pulumi/pulumi ^3.200.0 (4.0.0 is installed): npm install @pulumi/cloudflare@6 @pulumi/pulumi@3`,
        ],
    ];
    for (const [title, cloudflare, pulumi, expected] of table) {
        it(title, () => {
            const versions = new Map([
                ["@pulumi/cloudflare", cloudflare],
                ["@pulumi/pulumi", pulumi],
            ]);
            strictEqual(
                peerProblem(RANGES, (name) => versions.get(name)),
                expected,
            );
        });
    }

    const installed: [string, (modules: string) => void, RegExp][] = [
        [
            "missing",
            () => {},
            /error: .*@pulumi\/cloudflare \^6\.12\.0 \(not installed\): npm install @pulumi\/cloudflare@6\n/,
        ],
        [
            "too old",
            (modules) => {
                mkdirSync(path.join(modules, "cloudflare"));
                writeFileSync(path.join(modules, "cloudflare", "package.json"), '{ "version": "5.49.1" }');
            },
            /error: .*@pulumi\/cloudflare \^6\.12\.0 \(5\.49\.1 is installed\): npm install @pulumi\/cloudflare@6\n/,
        ],
    ];
    for (const [title, install, text] of installed) {
        it(`a program whose @pulumi/cloudflare is ${title} ends with one sentence and no stack trace`, async () => {
            const place = mkdtempSync(path.join(tmpdir(), "cache-purge-peers-"));
            try {
                const programDir = programCopy(place);
                const modules = path.join(place, "node_modules", "@pulumi");
                const pulumi = path.join(__dirname, "..", "..", "node_modules", "@pulumi", "pulumi");
                rmSync(modules);
                mkdirSync(modules);
                symlinkSync(pulumi, path.join(modules, "pulumi"));
                install(modules);
                const stateDir = path.join(place, "state");
                const stack = await openStack({
                    programDir,
                    stack: "dev",
                    stateDir,
                    passphrase: "x",
                    env: QUICK_START,
                });
                const { succeeded, log } = await stack.preview();
                strictEqual(succeeded, false, log);
                match(log, text);
                strictEqual(/^\s+at /m.test(log), false, log);
            } finally {
                rmSync(place, { recursive: true });
            }
        });
    }
});
