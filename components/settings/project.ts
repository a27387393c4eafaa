import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** What package.json says of this package. The compiled file lies deeper than the source: the nearest one has it. */
export function ownPackage(): { readonly version?: string; readonly repository?: unknown } {
    for (let dir = __dirname; ; dir = path.dirname(dir)) {
        const file = path.join(dir, "package.json");
        if (existsSync(file)) {
            return JSON.parse(readFileSync(file, "utf8"));
        }
        if (dir === path.dirname(dir)) {
            return {};
        }
    }
}

/** Addresses of the project. All are empty while it has none. */
export interface Project {
    /** Its page, without a slash at the end. */
    readonly url: string;
    /** Where mistakes are reported. */
    readonly issues: string;
    /** Where the engine finds releases of the plugin. */
    readonly pluginDownload: string;
    /** What a Go program imports, without the package's folder. */
    readonly goModule: string;
    /** Who publishes it, as the Pulumi Registry names publishers: the owner of the repository. */
    readonly publisher: string;
    /** The picture that the Pulumi Registry shows. */
    readonly logo: string;
}

/** The addresses that follow from `repository` in package.json, in any form that npm takes. */
export function projectAt(repository: unknown): Project {
    const { url: inIt } = (typeof repository === "object" && repository !== null ? repository : {}) as {
        url?: unknown;
    };
    const given = typeof repository === "string" ? repository : typeof inIt === "string" ? inIt : "";
    const url = given
        .trim()
        .replace(/^git\+/, "")
        .replace(/^(?:github:)?(?=[\w.-]+\/[\w.-]+$)/, "https://github.com/")
        .replace(/(?:\.git)?\/*$/, "");
    if (!/^https:\/\/[^/]+\/\S+$/.test(url)) {
        return { url: "", issues: "", pluginDownload: "", goModule: "", publisher: "", logo: "" };
    }
    const [, onGitHub] = /^https:\/\/github\.com\/([^/]+\/[^/]+)$/.exec(url) ?? [];
    return {
        url,
        issues: onGitHub === undefined ? "" : `${url}/issues`,
        pluginDownload: onGitHub === undefined ? "" : `github://api.github.com/${onGitHub}`,
        goModule: url.replace(/^https:\/\//, ""),
        publisher: onGitHub?.split("/")[0] ?? "",
        logo: onGitHub === undefined ? "" : `https://raw.githubusercontent.com/${onGitHub}/main/docs/logo.svg`,
    };
}

/** Where this project is: the address stands in package.json, and nowhere else. */
export const PROJECT = projectAt(ownPackage().repository);

/** What to do about a mistake in this package. */
export const REPORT_IT = `Please report it${PROJECT.issues === "" ? "" : ` at ${PROJECT.issues}`}.`;
