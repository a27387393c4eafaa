import type { Credential } from "./credential";
import { hasSecretForm } from "./credential";

/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/** Shorter "secrets" are words by accident, and no credential of Cloudflare is that short. */
const SHORTEST = 4;

/** Characters of a token or key that give it away: 72 random bits. */
const RUN = 12;

/** What is a secret wherever it turns up: the forms of Cloudflare's credentials, and whatever follows a scheme. */
const FORMS = [
    /\bcf(?:ut|at|k)_[0-9A-Za-z_-]{8,}/g,
    /\bcfoat_[0-9A-Za-z._-]{8,}/g,
    /\bv1\.0-[0-9a-f-]{16,}/gi,
    /\b(?:bearer|basic)\s+[^\s"',;]{4,}/gi,
    /\b(x-auth-(?:user-service-)?key|x-auth-email|authorization)(["']?\s*[:=]\s*["']?)[^\s"',;]+/gi,
    /\/\/[^/\s:@]+:[^/\s@]+@/g,
];

/** A character, written as the number that stands for it: in URLs, JSON, JavaScript, HTML, mail, C. */
const ESCAPE =
    /%([0-9a-f]{2})|\\x([0-9a-f]{2})|\\u00([0-9a-f]{2})|\\u\{([0-9a-f]{2})\}|&#x([0-9a-f]{2});|=([0-9a-f]{2})|&#(\d{2,3});|\\([0-7]{2,3})/gi;

/** Encodings: what may be one, and what it says. Where nothing marks the beginning, every alignment is tried. */
const ENCODINGS: readonly { readonly span: RegExp; readonly decode: (span: string) => readonly string[] }[] = [
    {
        span: new RegExp(`(?:[\\w.~+-]|${ESCAPE.source.replace(/\((?!\?)/g, "(?:")}){12,}`, "gi"),
        decode: (span) => [unescaped(span)],
    },
    {
        span: /(?:0x)?[0-9a-f]{2}(?:[\s:,;-]{0,2}(?:0x)?[0-9a-f]{2}){11,}/gi,
        decode: (span) => {
            const digits = span.replace(/0x|[^0-9a-f]/gi, "");
            return [0, 1].map((skip) => Buffer.from(digits.slice(skip), "hex").toString("latin1"));
        },
    },
    {
        span: /(?:\d{2,3}[\s,;]{1,2}){11,}\d{2,3}/g,
        decode: (span) => [String.fromCharCode(...(span.match(/\d+/g) ?? []).map(Number))],
    },
    {
        span: /[\w+/-]{16,}/g,
        decode: (span) => [0, 1, 2, 3].map((skip) => Buffer.from(span.slice(skip), "base64").toString("latin1")),
    },
];

/** Encodings within encodings that are looked into. */
const DEEPEST = 2;

/**
 * A function that takes the credential out of a text: as sent, in part or encoded, and everything of a credential's form.
 * For texts that come from outside; our own words hold none.
 */
export function redactor(credential: Credential | undefined): (text: string) => string {
    const secrets =
        credential === undefined ? [] : "token" in credential ? [credential.token] : [credential.key, credential.email];
    const known = [...new Set(secrets.flatMap(spellings))]
        .filter((s) => s.length >= SHORTEST)
        .sort((a, b) => b.length - a.length);
    const runs = new Set(secrets.filter(hasSecretForm).flatMap(runsOf));
    const long = secrets.filter((secret) => secret.length >= RUN);
    const holdsSecret = (text: string, depth: number): boolean =>
        long.some((secret) => text.includes(secret)) ||
        withoutRuns(text, runs) !== text ||
        (depth > 0 && withoutEncoded(text, depth) !== text);
    const withoutEncoded = (text: string, depth: number): string =>
        ENCODINGS.reduce(
            (clean, { span, decode }) =>
                clean.replace(span, (match) =>
                    decode(match).some((plain) => plain !== match && holdsSecret(plain, depth - 1)) ? REDACTED : match,
                ),
            text,
        );
    return (text) => {
        let clean = text;
        for (const secret of known) {
            clean = clean.replaceAll(secret, REDACTED);
        }
        clean = withoutRuns(clean, runs);
        if (long.length > 0) {
            clean = withoutEncoded(clean, DEEPEST);
        }
        for (const form of FORMS) {
            clean = clean.replace(form, (match) => (match.startsWith("//") ? `//${REDACTED}@` : REDACTED));
        }
        return clean;
    };
}

/** As sent, and as it may come back: in a URL, in JSON, in a Basic header. */
function spellings(secret: string): string[] {
    return [secret, secret.trim()].flatMap((s) => {
        const wellFormed = Buffer.from(s).toString();
        return [
            s,
            wellFormed,
            encodeURIComponent(wellFormed),
            encodeURI(wellFormed),
            new URLSearchParams([["", wellFormed]]).toString().slice(1),
            JSON.stringify(s).slice(1, -1),
            Buffer.from(s).toString("base64"),
        ];
    });
}

/** Characters that nobody sees, and control characters. */
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Mn}]/u;
/** Words with always the same sign between them, such as letters with spaces between. */
const SPACED = /[\w-]{1,20}([^\w-]{1,2})[\w-]{1,20}(?:\1[\w-]{1,20})+/g;

/** Every run of a secret, forwards and backwards, with and without hyphens, in small letters. */
function runsOf(secret: string): string[] {
    const all = secret.toLowerCase();
    return [all, all.replaceAll("-", "")].flatMap((one) =>
        [one, [...one].reverse().join("")].flatMap((way) =>
            Array.from({ length: Math.max(0, way.length - RUN + 1) }, (_, i) => way.slice(i, i + RUN)),
        ),
    );
}

/** A text without any run of a secret, however it is spread out, and however large or wide its letters are. */
function withoutRuns(text: string, runs: ReadonlySet<string>): string {
    if (runs.size === 0) {
        return text;
    }
    const clean = [INVISIBLE, /[\p{Cf}\p{Cc}\p{Mn}-]/u].reduce((rest, skip) => withoutRunsIn(rest, runs, skip), text);
    return clean.replace(SPACED, (span) => withoutRunsIn(span, runs, /[^\w-]/));
}

/** @param skip What may stand between the letters of a run. */
function withoutRunsIn(text: string, runs: ReadonlySet<string>, skip: RegExp): string {
    let letters = "";
    const places: number[] = [];
    for (let at = 0; at < text.length; at++) {
        const character = text.charAt(at);
        if (!skip.test(character)) {
            // One letter for one, so that places stay true.
            letters += character.normalize("NFKC").toLowerCase().charAt(0);
            places.push(at);
        }
    }
    let clean = "";
    let done = 0;
    for (let start = 0; start + RUN <= letters.length; start++) {
        if (runs.has(letters.slice(start, start + RUN))) {
            let last = start + RUN - 1;
            while (runs.has(letters.slice(last + 2 - RUN, last + 2))) {
                last++;
            }
            clean += text.slice(done, places[start]) + REDACTED;
            done = (places[last] ?? text.length) + 1;
            start = last;
        }
    }
    return clean + text.slice(done);
}

function unescaped(text: string): string {
    return text.replace(ESCAPE, (_, ...groups: (string | undefined)[]) => {
        const found = groups.slice(0, 8).findIndex((group) => group !== undefined);
        return String.fromCharCode(Number.parseInt(groups[found] ?? "", found === 7 ? 8 : found === 6 ? 10 : 16));
    });
}
