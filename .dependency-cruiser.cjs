/** The arrows of docs/architecture.md: each folder may only look down the road. */
const forbid = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });
/** Folders of components/. */
const folders = (...names) => ({ path: `^components/(${names.join("|")})/` });
module.exports = {
    forbidden: [
        forbid("no-circular", {}, { circular: true }, "A cycle means that two steps of the road are one."),
        forbid(
            "components-not-local",
            { path: "^components" },
            { path: "^(local|tests|bench)" },
            "The package never imports the stand-ins.",
        ),
        forbid(
            "errors-at-the-bottom",
            folders("errors"),
            folders(
                "assets",
                "settings",
                "plan",
                "cloudflare",
                "diagnosis",
                "purge",
                "resources",
                "component",
                "plugin",
                "cli",
            ),
            "errors/ is what everything else carries to a user.",
        ),
        forbid(
            "settings-know-nothing",
            folders("settings"),
            folders("assets", "plan", "cloudflare", "diagnosis", "purge", "resources", "component", "plugin", "cli"),
            "settings/ is the table of options: data that every folder reads.",
        ),
        forbid(
            "assets-know-nothing",
            folders("assets"),
            folders("plan", "cloudflare", "diagnosis", "purge", "resources", "component", "plugin", "cli"),
            "assets/ is the start of the road.",
        ),
        forbid(
            "plan-is-pure",
            folders("plan"),
            folders("cloudflare", "diagnosis", "purge", "resources", "component", "plugin", "cli"),
            "plan/ knows only assets/ and settings/.",
        ),
        forbid(
            "pure-of-http",
            folders("errors", "settings", "assets", "plan"),
            { path: "node_modules/(axios|axios-retry|@pulumi)|^(http|https|net|tls)$" },
            "assets/ and plan/ know nothing of HTTP or Pulumi.",
        ),
        forbid(
            "cloudflare-stands-alone",
            folders("cloudflare"),
            folders("assets", "plan", "diagnosis", "purge", "resources", "component", "plugin", "cli"),
            "The API client is used by diagnosis/, purge/ and cli/.",
        ),
        forbid(
            "diagnosis-asks-the-api",
            folders("diagnosis"),
            folders("assets", "plan", "purge", "resources", "component", "plugin", "cli"),
            "diagnosis/ turns a refusal and a few probes into a Problem.",
        ),
        forbid(
            "purge-below-resources",
            folders("purge"),
            folders("resources", "component", "plugin", "cli"),
            "purge/ does not know who calls it.",
        ),
        forbid(
            "resources-below-component",
            folders("resources"),
            folders("component", "plugin", "cli"),
            "The engine's resources do not know the component.",
        ),
        forbid(
            "component-below-plugin",
            folders("component"),
            folders("plugin", "cli"),
            "What a program writes does not know that other languages write it too.",
        ),
        forbid("plugin-beside-cli", folders("plugin"), folders("cli"), "The plugin is one more way to the component."),
        forbid(
            "cli-beside-component",
            folders("cli"),
            folders("resources", "component", "plugin"),
            "The CLI needs no Pulumi.",
        ),
        forbid(
            "pulumi-at-the-top",
            folders("errors", "settings", "assets", "plan", "purge", "cloudflare", "diagnosis", "cli"),
            { path: "node_modules/@pulumi" },
            "Only component/, resources/ and plugin/ import @pulumi.",
        ),
        forbid(
            "axios-in-cloudflare",
            { path: "^components/(?!cloudflare/|purge/)" },
            { path: "node_modules/(axios|axios-retry)/" },
            "HTTP stands at the edges.",
        ),
    ],
    options: {
        doNotFollow: { path: "node_modules|dist" },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: "tsconfig.json" },
        exclude: { path: "dist/" },
    },
};
