import { deepStrictEqual, match, ok } from "node:assert";
import { schema } from "../../components/plugin/schema";
import { CHECK, COMPONENT, TOKEN } from "../../components/settings/componentOptions";
import type { Options } from "../../components/settings/option";
import { ANY_LANGUAGE } from "../../components/settings/pluginOptions";
import { headerSets } from "../../components/settings/rules";
import { SITE } from "../../components/settings/siteOptions";

type Property = {
    type?: string;
    $ref?: string;
    items?: Property;
    oneOf?: Property[];
    additionalProperties?: Property;
    description?: string;
};
const resources = schema.resources as unknown as Record<
    string,
    { inputProperties: Record<string, Property>; properties: Record<string, Property>; requiredInputs: string[] }
>;
interface NamedType {
    properties?: Record<string, Property>;
    required?: string[];
    enum?: { name: string; value: string }[];
}
const types = schema.types as unknown as Record<string, NamedType>;
type Resource = Pick<(typeof resources)[string], "inputProperties" | "properties">;
const of = (name: string): Resource =>
    resources[`cloudflare-cache-purge:index:${name}`] ?? { inputProperties: {}, properties: {} };
const inputs = (name: string) => Object.keys(of(name).inputProperties).sort();
const without = (table: object, ...names: string[]) => Object.keys(table).filter((name) => !names.includes(name));

describe("plugin: the schema", () => {
    it("Site and CachePurge have the options of the table, in one type each", () => {
        // A function and resources cannot be inputs; what is of two types, or of a form of its own, has two names.
        const table = [...without(COMPONENT, "assets", "after"), ...without(SITE, "urls")];
        const own = ["dir", "digests", "zoneId", "accountId", "tokenOptions", "apiBaseUrl"];
        deepStrictEqual(inputs("Site"), [...table, ...own].sort());
        deepStrictEqual(inputs("CachePurge"), inputs("Site"));
        deepStrictEqual(inputs("PurgeToken"), ["zone", "zoneId", "accountId", ...Object.keys(TOKEN)].sort());
        deepStrictEqual(inputs("Purge"), ["ticket"]);
    });

    it("every input, output and field has a description that is a sentence, and a type that exists", () => {
        const all = [
            ...Object.values(resources).flatMap(({ inputProperties, properties }) => [inputProperties, properties]),
            ...Object.values(types).map(({ properties = {} }) => properties),
        ].flatMap((properties) => Object.entries(properties));
        ok(all.length > 80);
        for (const [name, property] of all) {
            match(property.description ?? "", /^[A-Z"].*\.$/s, name);
            refersTo(property);
        }
    });

    function refersTo({ type, $ref, items, additionalProperties, oneOf = [] }: Property): void {
        ok(type !== undefined || $ref !== undefined);
        ok(
            $ref === undefined || $ref === "pulumi.json#/Any" || types[$ref.replace("#/types/", "")] !== undefined,
            $ref,
        );
        for (const inner of [items, additionalProperties, ...oneOf]) {
            if (inner !== undefined) {
                refersTo(inner);
            }
        }
    }

    it("the type of each option is one that its rule accepts", () => {
        const samples: Record<string, unknown> = { boolean: true, integer: 5, number: 5, array: ["x.js"], object: {} };
        for (const [name, { rule }] of Object.entries(ANY_LANGUAGE as Options)) {
            const { type = "" } = of("Site").inputProperties[name] ?? {};
            const wrong = Object.keys(samples).filter((kind) => kind !== type && rule.accepts(samples[kind]));
            const isAny = rule.accepts(undefined);
            ok(isAny || type === "string" || headerSets === rule || rule.accepts(samples[type]), `${name}: ${type}`);
            deepStrictEqual(isAny || type === "integer" || type === "number" ? [] : wrong, [], name);
        }
    });

    it("an option of a few words has them as an enum, or as a text, and no other option has one", () => {
        const tables: [Options, Record<string, Property>][] = [
            [ANY_LANGUAGE, of("Site").inputProperties],
            [CHECK, types["cloudflare-cache-purge:index:Check"]?.properties ?? {}],
            [TOKEN, of("PurgeToken").inputProperties],
        ];
        let count = 0;
        for (const [table, inSchema] of tables) {
            for (const [name, { rule }] of Object.entries(table)) {
                const [text, named] = inSchema[name]?.oneOf ?? [];
                const words = types[named?.$ref?.replace("#/types/", "") ?? ""]?.enum;
                deepStrictEqual(
                    words?.map(({ value }) => value),
                    rule.words,
                    name,
                );
                deepStrictEqual(text, words && { type: "string" }, name);
                ok((words ?? []).every((word) => /^[A-Z]\w+$/.test(word.name)));
                count += words === undefined ? 0 : 1;
            }
        }
        deepStrictEqual(count, 8);
    });

    it("what has neither a default nor words for one is required", () => {
        const required = Object.entries(types).flatMap(([name, type]) =>
            type.enum === undefined && !/Receipt|Changes/.test(name) ? (type.required ?? []) : [],
        );
        deepStrictEqual(required, ["page"]);
    });

    it("credentials are secrets, and nothing else is", () => {
        const secrets = Object.entries(resources).flatMap(([type, { inputProperties, properties }]) =>
            [...Object.entries(inputProperties), ...Object.entries(properties)]
                .filter(([, property]) => "secret" in property)
                .map(([name]) => `${type.split(":")[2]}.${name}`),
        );
        deepStrictEqual([...new Set(secrets)].sort(), [
            "CachePurge.checkHeaders",
            "CachePurge.token",
            "Purge.ticket",
            "PurgeToken.value",
            "Site.checkHeaders",
            "Site.ticket",
            "Site.token",
        ]);
    });
});
