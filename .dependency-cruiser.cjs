/** The arrows of docs/architecture.md: each folder may only look down the road. */
const forbid = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });
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
            "assets-know-nothing",
            { path: "^components/assets/" },
            { path: "^components/(plan|deploy|cloudflare|resources|cli)|^components/[^/]+\\.ts$" },
            "assets/ is the start of the road.",
        ),
        forbid(
            "plan-is-pure",
            { path: "^components/plan/" },
            { path: "^components/(deploy|cloudflare|resources|cli)|^components/[^/]+\\.ts$" },
            "plan/ knows only assets/.",
        ),
        forbid(
            "pure-of-http",
            { path: "^components/(assets|plan)/" },
            { path: "node_modules/(axios|axios-retry|@pulumi)|^(http|https|net|tls)$" },
            "assets/ and plan/ know nothing of HTTP or Pulumi.",
        ),
        forbid(
            "cloudflare-stands-alone",
            { path: "^components/cloudflare/" },
            { path: "^components/(assets|plan|deploy|resources|cli)|^components/[^/]+\\.ts$" },
            "The API client is used by deploy/ and cli/ only.",
        ),
        forbid(
            "deploy-below-resources",
            { path: "^components/deploy/" },
            { path: "^components/(resources|cli)|^components/[^/]+\\.ts$" },
            "deploy/ does not know who calls it.",
        ),
        forbid(
            "pulumi-at-the-top",
            { path: "^components/(assets|plan|deploy|cloudflare|cli)/" },
            { path: "node_modules/@pulumi" },
            "Only the top files and resources/ import @pulumi.",
        ),
        forbid(
            "axios-in-cloudflare",
            { path: "^components/(?!cloudflare/|deploy/)" },
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
