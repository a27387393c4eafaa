import type { Answer } from "../../components/purge/visit";
import { VisitError } from "../../components/purge/visit";
import { digestOf } from "./origin";

/**
 * What the deploy machine gets to see of the site, which visitors see as it is: everything (`clear`); a page to log in, or
 * the way to it; a challenge; nothing at all.
 */
export type Sight = "clear" | "login" | "loginPage" | "challenge" | "nothing";

/** What a GET of the deploy machine is answered where it does not get to see the site. @throws VisitError */
export function seenThrough(sight: Exclude<Sight, "clear">, url: string): Answer {
    switch (sight) {
        case "login":
            return answer(302, "", { location: `https://login.example.net/?back=${encodeURIComponent(url)}` });
        case "loginPage":
            return answer(200, "who are you?");
        case "challenge":
            return answer(403, `prove that you are human, ${url}`, { "cf-mitigated": "challenge" });
        case "nothing":
            throw new VisitError(url, "no answer (ECONNREFUSED)");
    }
}

function answer(status: number, body: string, headers: Record<string, string> = {}): Answer {
    return { status, headers: { "cf-ray": "1-AMS", ...headers }, digest: digestOf(body), bytes: body.length };
}
