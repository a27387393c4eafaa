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

/** Characters that nobody sees (zero-width ones, soft hyphens, byte order marks). */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/;

/** Encodings: what may be one, and what it says. Where nothing marks the beginning, every alignment is tried. */
const ENCODINGS: readonly { readonly span: RegExp; readonly decode: (span: string) => readonly string[] }[] = [
    { span: /[\w.~+%-]{12,}/g, decode: (span) => [unescaped(span, /%([0-9a-f]{2})/gi)] },
    { span: /(?:[\w-]|\\u00[0-9a-f]{2}){12,}/gi, decode: (span) => [unescaped(span, /\\u00([0-9a-f]{2})/gi)] },
    {
        span: /[0-9a-f]{24,}/gi,
        decode: (span) => [0, 1].map((skip) => Buffer.from(span.slice(skip), "hex").toString("latin1")),
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

function runsOf(secret: string): string[] {
    return Array.from({ length: secret.length - RUN + 1 }, (_, i) => secret.slice(i, i + RUN));
}

/** A text without any run of a secret, also where invisible characters stand between. */
function withoutRuns(text: string, runs: ReadonlySet<string>): string {
    if (runs.size === 0) {
        return text;
    }
    let visible = "";
    const places: number[] = [];
    for (let at = 0; at < text.length; at++) {
        const character = text.charAt(at);
        if (!INVISIBLE.test(character)) {
            visible += character;
            places.push(at);
        }
    }
    let clean = "";
    let done = 0;
    for (let start = 0; start + RUN <= visible.length; start++) {
        if (runs.has(visible.slice(start, start + RUN))) {
            let last = start + RUN - 1;
            while (runs.has(visible.slice(last + 2 - RUN, last + 2))) {
                last++;
            }
            clean += text.slice(done, places[start]) + REDACTED;
            done = (places[last] ?? text.length) + 1;
            start = last;
        }
    }
    return clean + text.slice(done);
}

function unescaped(text: string, pattern: RegExp): string {
    return text.replace(pattern, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
}
