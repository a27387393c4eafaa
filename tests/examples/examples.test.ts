import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EXAMPLES, Example, NAMES, stackConfig } from "./place";

const WWW = "https://www.example.com";
const FILES = { "index.html": "A", "app.js": "a" };
const URLS = [`${WWW}/`, `${WWW}/app.js`, `${WWW}/index`, `${WWW}/index.html`];
const SYNC = "rsync -a --delete dist/ web:/srv/www/";

interface Row {
    readonly files?: Record<string, string>;
    readonly config?: Record<string, string>;
    /** Secret config, made for the local Cloudflare. */
    readonly token?: string;
    readonly purged: readonly string[];
    readonly calls: readonly string[];
    readonly after?: (example: Example) => Promise<void>;
}

/** What changes on a site that answers at its apex too, the sitemap among it. */
const BOTH_HOSTS = [
    ...URLS,
    ...URLS.map((url) => url.replace("www.", "")),
    "https://example.com/sitemap.xml",
    `${WWW}/sitemap.xml`,
];

const ROWS: Record<string, Row> = {
    rsync: {
        purged: BOTH_HOSTS,
        calls: [SYNC],
    },
    "s3-sync": { config: { bucket: "my-site" }, purged: URLS, calls: ["aws s3 sync dist s3://my-site --delete"] },
    objects: {
        config: { bucket: "my-site" },
        purged: URLS,
        calls: ["aws s3 cp dist/app.js s3://my-site/app.js", "aws s3 cp dist/index.html s3://my-site/index.html"],
        after: async (example) => {
            example.write({ "index.html": "B" });
            await example.site.up();
            deepStrictEqual(example.calls(), [
                "aws s3 cp dist/index.html s3://my-site/index.html",
                "aws s3 rm s3://my-site/app.js",
            ]);
            deepStrictEqual(example.far(), ["index.html"]);
            ok(example.purged().includes(`${WWW}/app.js`));
        },
    },
    "single-page": {
        purged: ["app.example.com"],
        calls: ["rsync -a --delete dist/ web:/srv/app/"],
    },
    trigger: {
        files: {},
        purged: ["api.example.com/v1/", "catalogue"],
        calls: [],
        after: async (example) => {
            await example.site.up();
            deepStrictEqual(example.purged(), []);
            writeFileSync(path.join(example.dir, "worker.js"), "export default {};");
            await example.site.up();
            deepStrictEqual(example.purged(), ["api.example.com/v1/", "catalogue"]);
        },
    },
    "assets-from": {
        files: {},
        purged: URLS,
        calls: ["aws s3 sync s3://builds/latest s3://my-site --delete"],
        after: async (example) => {
            example.write(FILES);
            const digests = execFileSync(process.execPath, ["digests.js", "dist"], {
                cwd: example.dir,
                encoding: "utf8",
            });
            strictEqual(digests, readFileSync(path.join(EXAMPLES, "assets-from", "digests.json"), "utf8"));
        },
    },
    "given-token": { token: "purgeToken", purged: URLS, calls: [SYNC] },
    "token-only": {
        files: {},
        config: {
            expiresOn: new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, "Z"),
            allowedIps: '["203.0.113.0/24"]',
        },
        purged: [],
        calls: [],
        after: async (example) => {
            const made = await example.site.resource(":AccountToken");
            match(JSON.stringify(made.inputs), /203\.0\.113\.0\/24/);
        },
    },
    "several-zones": {
        files: { "english/app.js": "a", "french/app.js": "a" },
        purged: [`${WWW}/app.js`, "https://www.example.net/app.js"],
        calls: ["rsync -a --delete dist/english/ web:/srv/english/", "rsync -a --delete dist/french/ web:/srv/french/"],
    },
    environments: {
        config: stackConfig("environments", "staging"),
        purged: URLS.map((url) => url.replace("www", "staging")),
        calls: ["rsync -a --delete dist/ web:/srv/staging/"],
    },
    automation: {
        purged: BOTH_HOSTS,
        calls: [SYNC],
    },
    "sub-path": {
        purged: ["", ".html", "/", "/app.js", "/index", "/index.html"].map((file) => `${WWW}/docs${file}`),
        calls: ["rsync -a --delete dist/ web:/srv/www/docs/"],
    },
};

/** Most of an `up` of these is waiting, for the rebound and for answers that do not come: so some run beside each other. */
const BESIDE = 4;

describe("examples: each deploys on an engine", () => {
    const runs = new Map<string, Promise<void>>();
    before(() => {
        const lanes: Promise<void>[] = Array.from({ length: BESIDE }, () => Promise.resolve());
        for (const [i, name] of NAMES.entries()) {
            const lane = i % BESIDE;
            const run = (lanes[lane] ?? Promise.resolve()).then(() => deploys(name));
            runs.set(name, run);
            lanes[lane] = run.catch(() => {}); // told by its own test
        }
    });

    for (const name of NAMES) {
        it(name, () => runs.get(name));
    }
});

async function deploys(name: string): Promise<void> {
    const { files = FILES, config = {}, token, purged, calls, after } = ROWS[name] as Row;
    const example = await Example.start(name, files, config);
    const { site } = example;
    try {
        if (token !== undefined) {
            await site.stack.setConfig(token, site.cloudflare.createToken().value, true);
        }
        await site.up();
        deepStrictEqual(example.purged(), [...purged].sort());
        deepStrictEqual(example.calls().sort(), calls);
        await after?.(example);
    } finally {
        await example.close(name === "token-only");
    }
}

describe("examples: each is a folder that can be copied", () => {
    const read = (...names: string[]): string => readFileSync(path.join(EXAMPLES, ...names), "utf8");
    const { peerDependencies } = require("../../components/package.json") as {
        peerDependencies: Record<string, string>;
    };

    it("every folder has a row here, and a row in the table of examples/README.md", () => {
        deepStrictEqual(Object.keys(ROWS).sort(), [...NAMES].sort());
        for (const { name } of readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
            ok(read("README.md").includes(`[\`${name}\`](${name})`), name);
        }
    });

    for (const name of NAMES) {
        it(name, () => {
            ok(existsSync(path.join(EXAMPLES, name, "README.md")));
            match(read(name, "Pulumi.yaml"), new RegExp(`^name: ${name}\nruntime: nodejs\ndescription: .+\n$`));
            strictEqual(read(name, "tsconfig.json"), read("rsync", "tsconfig.json"));
            const { dependencies } = JSON.parse(read(name, "package.json")) as { dependencies: Record<string, string> };
            const imported = [...read(name, "index.ts").matchAll(/from "((?:@[\w-]+\/)?[\w-]+)"/g)].flatMap(
                ([, one = ""]) => one,
            );
            const packages = imported.filter((one) => !one.startsWith("node:") && one !== "path");
            const needed = new Set([...packages, ...Object.keys(peerDependencies)]);
            deepStrictEqual(Object.keys(dependencies).sort(), [...needed].sort());
        });
    }

    it("the stacks of `environments` give all that its program asks for", () => {
        deepStrictEqual(Object.keys(stackConfig("environments", "production")), ["host", "folder"]);
    });
});
