import type { Io } from "../io";
import type { WrittenRequest } from "./curl";
import { readCurl } from "./curl";
import { readPowerShell } from "./powershell";

/** A request as somebody wrote it: a curl command, PowerShell, or PHP's curl. @returns `undefined` when it is none of them. */
export function readPasted(text: string, env: Io["env"]): WrittenRequest | undefined {
    return readPhp(text) ?? readPowerShell(text, env) ?? readCurl(text, env);
}

/** PHP's curl: `curl_setopt($ch, CURLOPT_URL, "…");`, or the same options in an array. Only texts are understood. */
function readPhp(text: string): WrittenRequest | undefined {
    const [, ...parts] = text.split(/CURLOPT_(?=[A-Z]+\s*(?:,|=>))/);
    const options = new Map(parts.map((part) => [/^[A-Z]+/.exec(part)?.[0] ?? "", part]));
    const textsOf = (name: string): string[] => texts(options.get(name) ?? "");
    const [url] = textsOf("URL");
    if (url === undefined) {
        return undefined;
    }
    const headers = textsOf("HTTPHEADER").flatMap((line): [string, string][] => {
        const [, name, value] = /^([^:]*):\s*(.*)$/s.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name.trim().toLowerCase(), value]];
    });
    const fields = options.get("POSTFIELDS");
    const [body] = textsOf("POSTFIELDS");
    const isText = body !== undefined && !/json_encode|http_build_query/.test(fields ?? "");
    return {
        method: textsOf("CUSTOMREQUEST")[0]?.toUpperCase() ?? (fields === undefined ? "GET" : "POST"),
        url,
        headers: Object.fromEntries(headers),
        ...(fields === undefined ? {} : isText ? { body } : { bodyFile: "an expression" }),
    };
}

/** The texts in a piece of PHP, up to the end of the statement. */
function texts(code: string): string[] {
    const found: string[] = [];
    for (const [match, double, single] of code.matchAll(/"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|;/g)) {
        if (match === ";") {
            break;
        }
        found.push(
            double === undefined
                ? (single ?? "").replace(/\\(['\\])/g, "$1")
                : double.replace(/\\(["\\$])/g, "$1").replace(/\\n/g, "\n"),
        );
    }
    return found;
}
