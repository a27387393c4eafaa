import type { Io } from "../io";
import type { ReadFile, WrittenRequest } from "./curl";
import { readCurl } from "./curl";
import { readPhp } from "./php";
import { readPowerShell } from "./powershell";

/**
 * A request as somebody wrote it: a curl command, PowerShell, or PHP's curl.
 *
 * @param read What files hold that a curl command names.
 * @returns `undefined` when it is none of them.
 */
export function readPasted(text: string, env: Io["env"], read?: ReadFile): WrittenRequest | undefined {
    return readPhp(text, env) ?? readPowerShell(text, env) ?? readCurl(text, env, read);
}
