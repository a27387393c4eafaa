import type { Answer } from "../../components/purge/visit";
import { VisitError } from "../../components/purge/visit";
import { digestOf } from "./origin";
import type { Files } from "./site";

/**
 * What the deploy machine gets to see of the site, which visitors see as it is: everything (`clear`); a page to log in, or
 * the way to it; a challenge; nothing at all.
 */
export type Sight = "clear" | "login" | "loginPage" | "challenge" | "nothing";

const LOGIN_PAGE = "who are you?";

/**
 * The files that the deploy machine gets to see, by what it is answered for each; `undefined`: it can tell that it sees
 * none. A page to log in that comes with 200 looks like an origin that answers so for whatever is missing.
 */
export function filesSeen(sight: Sight, wanted: Files, there: Files): Files | undefined {
    if (sight === "loginPage") {
        return new Map([...wanted.keys()].map((file) => [file, LOGIN_PAGE]));
    }
    return sight === "clear" ? there : undefined;
}

/** What a GET of the deploy machine is answered where it does not get to see the site. @throws VisitError */
export function seenThrough(sight: Exclude<Sight, "clear">, url: string): Answer {
    switch (sight) {
        case "login":
            return answer(302, "", { location: `https://login.example.net/?back=${encodeURIComponent(url)}` });
        case "loginPage":
            return answer(200, LOGIN_PAGE);
        case "challenge":
            return answer(403, `prove that you are human, ${url}`, { "cf-mitigated": "challenge" });
        case "nothing":
            throw new VisitError(url, "no answer (ECONNREFUSED)");
    }
}

function answer(status: number, body: string, headers: Record<string, string> = {}): Answer {
    return { status, headers: { "cf-ray": "1-AMS", ...headers }, digest: digestOf(body), bytes: body.length };
}
