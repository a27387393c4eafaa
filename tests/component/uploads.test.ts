import { deepStrictEqual, match, strictEqual } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { CachePurgeArgs, Journal, Upload } from "../../components";
import { CachePurge } from "../../components";
import { mockEngine, resolved, warnings } from "./mocks";

class Thing extends pulumi.CustomResource {
    declare readonly text: pulumi.Output<string>;
    constructor(name: string, props: { text?: pulumi.Input<unknown> } = {}, opts?: pulumi.CustomResourceOptions) {
        super("test:index:Thing", name, { text: "", ...props }, opts);
    }
}

class Folder extends pulumi.ComponentResource {
    constructor(name: string, childOpts?: pulumi.CustomResourceOptions, opts?: pulumi.ComponentResourceOptions) {
        super("test:index:Folder", name, {}, opts);
        new Thing(`${name}-bucket`, {}, { parent: this });
        new Thing(`${name}-object`, {}, { ...childOpts, parent: this });
    }
}

describe("components/uploads: what `after` returns has to wait for the journal", () => {
    const seen = warnings();

    /** The things that are named in warnings. */
    async function warned(make: () => CachePurgeArgs["after"]): Promise<string[]> {
        await mockEngine();
        const args = { zone: "example.com", triggers: ["a"], targets: "everything" as const };
        const program = () => resolved(new CachePurge("site", { ...args, after: make() }).receipt);
        await new Promise((resolve, reject) => {
            void pulumi.runtime.runInPulumiStack(() => program().then(resolve, reject));
        });
        return seen.flatMap((text) => [...text.matchAll(/([\w-]+) \(test:/g)].map(([, name]) => name as string));
    }

    const rows: [string, () => CachePurgeArgs["after"], string[]][] = [
        ["by dependsOn", () => (journal) => new Thing("a", {}, { dependsOn: journal }), []],
        ["by dependsOn, in a list", () => (journal) => [new Thing("a", {}, { dependsOn: [journal] })], []],
        ["by an output in its inputs", () => (journal) => new Thing("a", { text: [{ at: journal.record }] }), []],
        [
            "by an output made of the journal's",
            () => (journal) => new Thing("a", { text: pulumi.interpolate`x ${journal.record}` }),
            [],
        ],
        [
            "through another resource",
            () => (journal) => {
                const first = new Thing("first", {}, { dependsOn: journal });
                return new Thing("a", { text: first.text });
            },
            [],
        ],
        ["not at all", () => () => new Thing("a"), ["a"]],
        [
            "two of three",
            () => (journal) => [new Thing("a"), new Thing("b", {}, { dependsOn: journal }), new Thing("c")],
            ["a", "c"],
        ],
        ["returned as an output", () => () => pulumi.output([new Thing("a")]), ["a"]],
        ["a component whose children do", () => (journal) => new Folder("f", { dependsOn: journal }), []],
        [
            "a component that does, and its children do not",
            () => (journal) => new Folder("f", {}, { dependsOn: journal }),
            ["f"],
        ],
        ["more than three", () => () => ["a", "b", "c", "d", "e"].map((name) => new Thing(name)), ["a", "b", "c"]],
        [
            "created before `after` was called: nobody can tell",
            () => {
                const early = new Thing("early");
                return () => early;
            },
            [],
        ],
        ["a list instead of a function, which the documentation tells apart", () => [new Thing("a")], []],
    ];
    for (const [title, make, named] of rows) {
        it(title, async () => {
            deepStrictEqual(await warned(make), named);
        });
    }

    it("inside a component around all of it too", async () => {
        await mockEngine();
        seen.length = 0;
        await new Promise<void>((resolve, reject) => {
            void pulumi.runtime.runInPulumiStack(async () => {
                const around = new pulumi.ComponentResource("test:index:Site", "around");
                const after = () => [new Thing("a", {}, { parent: around })];
                const args = { zone: "example.com", triggers: ["a"], targets: "everything" as const, after };
                await resolved(new CachePurge("site", args, { parent: around }).receipt).then(() => resolve(), reject);
            });
        });
        strictEqual(seen.length, 1);
        match(seen[0] ?? "", /nothing makes a \(test:index:Thing\) wait/);
    });

    describe("removed files are left to the Sweep", () => {
        const cases: [string, (journal: Journal) => Upload, boolean][] = [
            ["of objects that depend on the journal", (journal) => new Thing("a", {}, { dependsOn: journal }), true],
            ["by an output of it", (journal) => new Thing("a", { text: journal.record }), true],
            [
                "not through another resource: the engine's order of deletes goes by what an object itself depends on",
                (journal) => new Thing("a", { text: new Thing("first", {}, { dependsOn: journal }).text }),
                false,
            ],
            [
                "not where one object does not",
                (journal) => [new Thing("a", {}, { dependsOn: journal }), new Thing("b")],
                false,
            ],
            ["not inside a component that alone does", (journal) => new Folder("f", {}, { dependsOn: journal }), false],
            [
                "inside a component with the transform",
                (journal) => new Folder("f", {}, { dependsOn: journal, transforms: [journal.transform] }),
                true,
            ],
            [
                "inside one as a transformation",
                (journal) => new Folder("f", {}, { transformations: [journal.transform] }),
                true,
            ],
        ];
        for (const [title, after, expected] of cases) {
            it(title, async () => {
                const engine = await mockEngine();
                const args = { zone: "example.com", triggers: ["a"], targets: "everything" as const, after };
                await new Promise((resolve, reject) => {
                    void pulumi.runtime.runInPulumiStack(() =>
                        resolved(new CachePurge("site", args).receipt).then(resolve, reject),
                    );
                });
                strictEqual(engine.only(":Purge").inputs.isSwept, expected);
            });
        }
    });

    it("the warning says what may happen, and what to write", async () => {
        await warned(() => (_journal: Journal) => ["a", "b", "c", "d"].map((name) => new Thing(name)));
        deepStrictEqual(seen, [
            "after: nothing makes a (test:index:Thing), b (test:index:Thing), c (test:index:Thing) and 1 more wait for the journal, " +
                "so an upload may begin before what changes is recorded; a kill in the middle of it that is followed by a revert then " +
                "loses the purge. Give each resource that uploads { dependsOn: journal }; for the children of a component, " +
                "{ transforms: [journal.transform] } among its options does that",
        ]);
    });
});
