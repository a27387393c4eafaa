import { DIGEST_LENGTH } from "./hash";
import type { Manifest, Section } from "./manifest";
import { isSectionOfVersion2, manifestOf } from "./manifest";
import { isFallback, MARKS, markText } from "./marks";
import { PackedError, pack, unpack } from "./packed";
import { isAddedSpelling, otherSpellings, usualSpelling } from "./spellings";
import { baseParts } from "./urls";

/** The newest version that this library writes: version 2 where version 1 cannot say it. It reads both. */
export const MANIFEST_VERSION = 2;

/** Lines above which a manifest travels packed: the state is written at every step of an `up`. */
const PACK_ABOVE = 5_000;

const HEAD = "cache-purge manifest";
const LINE = new RegExp(`^[0-9a-f]{32} {2}/[\\x21-\\x7e]*(?: (?:${MARKS.join("|")}))?$`);

/** Version 1 writes the mark of a fallback page as a URL that ends in an asterisk: the same place in the order. */
const FALLBACK = markText({ pattern: "*", kind: "fallback" });
const LINE_OF_VERSION_1 = /^[0-9a-f]{32} {2}\/[\x21-\x7e]*$/;
const BASE = /^base https?:\/\/[\x21-\x7e]+$/;

/** A manifest's text that cannot be read. */
export class ManifestError extends Error {
    override readonly name = "ManifestError";
    /** @param newer Whether a newer version of this library wrote it. */
    constructor(
        message: string,
        readonly newer = false,
    ) {
        super(message);
    }
}

/**
 * A manifest as one text. Up to 5 000 lines it is plain, so that a preview shows the changed lines:
 *
 *     cache-purge manifest 1
 *     base https://www.example.com
 *     0123456789abcdef0123456789abcdef  /index.html
 *
 * Above, it is packed under a first line that says so: front-coded, compressed, base64.
 */
export function encodeManifest(manifest: Manifest): string {
    const lines = manifest.sections.reduce((sum, section) => sum + section.paths.length, 0);
    return lines <= PACK_ABOVE ? plainText(manifest) : packedText(asWritten(manifest), lines);
}

/** The plain form, whatever the size: what `cache-purge manifest show` prints. */
export function plainText(manifest: Manifest): string {
    const { version, sections } = asWritten(manifest);
    const lines = [`${HEAD} ${version ?? 1}`];
    for (const { baseUrls, paths, digests } of sections) {
        for (const baseUrl of baseUrls) {
            lines.push(`base ${baseUrl}`);
        }
        for (let i = 0; i < paths.length; i++) {
            lines.push(`${digests[i]}  ${paths[i]}`);
        }
    }
    return `${lines.join("\n")}\n`;
}

/** Bytes that a packed manifest may unpack to where nobody says more: some eight million URLs. */
export const MOST_UNPACKED = 256 * 1024 * 1024;

/** Packed bytes of a URL: at the least, its digest and a path of two bytes; on average at the most, whatever its names. */
const LEAST_OF_URL = DIGEST_LENGTH / 2 + 3;
const MOST_OF_URL = 4096;

/** What a packed manifest holds besides: the origins. */
const BESIDES = 1024 * 1024;

/**
 * Reads what {@link encodeManifest} of this or an older version wrote.
 * @param most Bytes that a packed one may unpack to; what its head declares is a bound as well.
 * @param like A manifest that is kept as well, and mostly the same: texts that a packed one has in common with it are in
 *     memory once.
 * @throws ManifestError with the line or the offset of what is wrong, or saying to upgrade where a newer version wrote it.
 */
export function decodeManifest(text: string, most = MOST_UNPACKED, like?: Manifest): Manifest {
    const head = /^cache-purge manifest (\d+)( packed)?(?:\n|$)/.exec(text);
    if (head === null) {
        throw new ManifestError(`line 1: a manifest begins with "${HEAD} 1"`);
    }
    if (Number(head[1]) > MANIFEST_VERSION) {
        throw new ManifestError(
            `the manifest has version ${head[1]}, and this library reads up to ${MANIFEST_VERSION}: ` +
                "upgrade pulumi-cloudflare-cache-purge",
            true,
        );
    }
    const isFirst = head[1] === "1";
    const manifest = head[2] === undefined ? fromPlain(text, isFirst) : fromPacked(text, head[0].length, most, like);
    return asRead(manifest, isFirst);
}

/** A manifest with its version, and with its paths as that version writes them, of each only the usual spelling. */
function asWritten({ version, sections }: Manifest): Manifest {
    const isFirst = version !== 2 && !sections.some(isSectionOfVersion2);
    const written = sections.map((section) => {
        const { folders = ["/"] } = section;
        const baseUrls = section.baseUrls.flatMap((origin) => folders.map((folder) => origin + folder.slice(0, -1)));
        const rewritten = section.paths.some((path) => path !== usualSpelling(path) || path !== inVersion1(path));
        return { ...section, baseUrls, ...(rewritten ? linesOf(section, isFirst) : {}) };
    });
    return isFirst ? { sections: written } : { sections: written, version: 2 };
}

function linesOf({ paths, digests }: Section, isFirst: boolean): Pick<Section, "paths" | "digests"> {
    const answers = new Map(paths.map((path, i) => [path, digests[i] ?? ""]));
    const kept = [...answers].filter(([path, digest]) => !isAddedSpelling(path, digest, answers));
    const lines = isFirst ? kept.map(([path, digest]) => [inVersion1(path), digest] as const) : kept;
    const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
    return { paths: sorted.map(([path]) => path), digests: sorted.map(([, digest]) => digest) };
}

function asRead({ sections }: Manifest, isFirst: boolean): Manifest {
    const read = (path: string) => (isFirst ? fromVersion1(path) : path);
    const isRead = sections.every(
        ({ baseUrls, paths }) =>
            baseUrls.every(isOrigin) && paths.every((path) => path === read(path) && otherSpellings(path).length === 0),
    );
    if (isRead) {
        return isFirst ? { sections } : { sections, version: 2 };
    }
    const folders = new Map<string, string[]>();
    const answers = sections.flatMap(({ baseUrls, paths, digests }) => {
        const section = new Map(paths.map((path, i) => [read(path), digests[i] ?? ""]));
        return baseUrls.map((baseUrl) => {
            const { origin, folder } = baseParts(baseUrl);
            folders.set(origin, [...(folders.get(origin) ?? []), folder]);
            return [origin, section] as const;
        });
    });
    const manifest = manifestOf(new Map(answers), folders);
    return isFirst ? { sections: manifest.sections } : { ...manifest, version: 2 };
}

function isOrigin(baseUrl: string): boolean {
    return !baseUrl.includes("/", "https://".length);
}

function inVersion1(path: string): string {
    return isFallback(path)
        ? path.slice(0, 1 - FALLBACK.length)
        : path.includes("%")
          ? path.replaceAll("%7C", "|")
          : path;
}

function fromVersion1(path: string): string {
    const name = path.replaceAll("|", "%7C");
    return path.endsWith("/*") ? path.slice(0, -1) + FALLBACK : name.endsWith("/%2A") ? `${name.slice(0, -3)}*` : name;
}

function fromPlain(text: string, isFirst: boolean): Manifest {
    const pattern = isFirst ? LINE_OF_VERSION_1 : LINE;
    const lines = text.split("\n");
    if (lines.pop() !== "") {
        throw new ManifestError(`line ${lines.length + 1}: the last line is cut short`);
    }
    const sections: { baseUrls: string[]; paths: string[]; digests: string[] }[] = [];
    for (const [i, line] of lines.entries()) {
        if (i === 0) {
            continue;
        }
        let section = sections.at(-1);
        if (BASE.test(line)) {
            if (section === undefined || section.paths.length > 0) {
                section = { baseUrls: [], paths: [], digests: [] };
                sections.push(section);
            }
            section.baseUrls.push(line.slice("base ".length));
        } else if (section === undefined || !pattern.test(line)) {
            throw new ManifestError(`line ${i + 1}: neither "base <origin>" nor "<32 hex digits>  /<path>"`);
        } else {
            const path = line.slice(DIGEST_LENGTH + 2);
            const last = section.paths.at(-1);
            if (last !== undefined && last >= path) {
                throw new ManifestError(`line ${i + 1}: ${path} is out of order`);
            }
            section.paths.push(path);
            section.digests.push(line.slice(0, DIGEST_LENGTH));
        }
    }
    return checked({ sections }, `line ${lines.length}`);
}

function packedText({ version, sections }: Manifest, lines: number): string {
    const origins = sections.flatMap((section) => section.baseUrls).join(" ");
    const parts = [varint(sections.length)];
    for (const { baseUrls, paths, digests } of sections) {
        parts.push(varint(baseUrls.length), varint(paths.length));
        parts.push(frontCoded(baseUrls), frontCoded(paths), Buffer.from(digests.join(""), "hex"));
    }
    return `${HEAD} ${version ?? 1} packed\n${lines} URLs of ${origins}\n${pack(Buffer.concat(parts))}\n`;
}

function fromPacked(text: string, head: number, most: number, like?: Manifest): Manifest {
    const start = text.indexOf("\n", head) + 1;
    const end = text.indexOf("\n", start);
    if (start === 0 || end !== text.length - 1) {
        throw new ManifestError(`offset ${text.length}: the text is cut short or longer than it was written`);
    }
    const [, declared] = /^(\d+) URLs of /.exec(text.slice(head, start)) ?? [];
    if (declared === undefined) {
        throw new ManifestError('line 2: it does not say "N URLs of" which origins');
    }
    const urls = Number(declared);
    if (urls * LEAST_OF_URL > most) {
        throw new ManifestError(`line 2: it declares ${declared} URLs, which take more than ${most} bytes`);
    }
    try {
        const bytes = unpack(text.slice(start, end), Math.min(most, urls * MOST_OF_URL + BESIDES));
        return checked(new Reader(bytes, like).manifest(urls), `offset ${start}`);
    } catch (error) {
        const [offset, why] = error instanceof PackedError ? [error.offset, error.message] : [0, String(error)];
        throw error instanceof ManifestError ? error : new ManifestError(`offset ${start + offset}: ${why}`);
    }
}

/** What a hand or a fault can have put out of the canonical form. */
function checked(manifest: Manifest, where: string): Manifest {
    const baseUrls = manifest.sections.flatMap((section) => section.baseUrls);
    if (new Set(baseUrls).size !== baseUrls.length || manifest.sections.some((section) => section.paths.length === 0)) {
        throw new ManifestError(`${where}: an origin is there twice, or without any path`);
    }
    return manifest;
}

/** Each text without what it has in common with the one before: one byte of length, the rest, a newline. */
function frontCoded(texts: readonly string[]): Buffer {
    const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + text.length + 2, 0));
    let at = 0;
    let previous = "";
    for (const text of texts) {
        const most = Math.min(previous.length, text.length, 0xff);
        let common = 0;
        while (common < most && previous.charCodeAt(common) === text.charCodeAt(common)) {
            common++;
        }
        bytes[at++] = common;
        for (let i = common; i < text.length; i++) {
            bytes[at++] = text.charCodeAt(i);
        }
        bytes[at++] = 0x0a;
        previous = text;
    }
    return bytes.subarray(0, at);
}

function varint(value: number): Buffer {
    const bytes: number[] = [];
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
        if (rest < 128) {
            bytes.push(rest);
            return Buffer.from(bytes);
        }
        bytes.push((rest % 128) + 128);
    }
}

class Reader {
    private at = 0;

    /** @param like Whose texts are taken where they are the same. */
    constructor(
        private readonly bytes: Buffer,
        private readonly like: Manifest = { sections: [] },
    ) {}

    /** @param most URLs that there are at the most. */
    manifest(most: number): Manifest {
        const sections: Section[] = [];
        let urls = 0;
        for (let left = this.varint(); left > 0; left--) {
            const [origins, count] = [this.varint(), this.varint()];
            urls += count;
            if (urls > most) {
                throw new RangeError(`it holds more than the ${most} URLs that its head declares`);
            }
            const like = this.like.sections[sections.length];
            const { texts: baseUrls } = this.frontCoded(origins);
            const { texts: paths, places } = this.frontCoded(count, like?.paths);
            sections.push({ baseUrls, paths, digests: this.digests(count, like?.digests, places) });
        }
        return { sections };
    }

    private varint(): number {
        let value = 0;
        for (let factor = 1; ; factor *= 128) {
            const byte = this.bytes[this.at++];
            if (byte === undefined) {
                throw new RangeError("the packed bytes end early");
            }
            value += (byte % 128) * factor;
            if (byte < 128) {
                return value;
            }
        }
    }

    /** Sorted texts, and at which place of `like`, which is sorted too, each of them is; -1: at none. */
    private frontCoded(count: number, like: readonly string[] = []): { texts: string[]; places: Int32Array } {
        if (count > this.bytes.length - this.at) {
            throw new RangeError("the packed bytes end early");
        }
        const texts = new Array<string>(count);
        const places = new Int32Array(like.length === 0 ? 0 : count).fill(-1);
        let place = 0;
        // Of bytes, and not of parts of the text before, which would stay in memory with each text.
        let buffer = Buffer.alloc(1024);
        let length = 0;
        for (let i = 0; i < count; i++) {
            // The length byte may itself be a newline.
            const end = this.bytes.indexOf(0x0a, this.at + 1);
            if (end < 0) {
                throw new RangeError("the packed bytes end early");
            }
            const common = Math.min(this.bytes[this.at] ?? 0, length);
            length = common + end - this.at - 1;
            if (length > buffer.length) {
                buffer = Buffer.concat([buffer], 2 * length);
            }
            this.bytes.copy(buffer, common, this.at + 1, end);
            const text = buffer.toString("latin1", 0, length);
            let known = like[place];
            while (known !== undefined && known < text) {
                known = like[++place];
            }
            texts[i] = text;
            if (known === text) {
                texts[i] = known;
                places[i] = place++;
            }
            this.at = end + 1;
        }
        return { texts, places };
    }

    private digests(count: number, like: readonly string[] = [], places: Int32Array): string[] {
        const end = this.at + (count * DIGEST_LENGTH) / 2;
        if (end > this.bytes.length) {
            throw new RangeError("the packed bytes end early");
        }
        const digests = new Array<string>(count);
        for (let i = 0; i < count; i++, this.at += DIGEST_LENGTH / 2) {
            const digest = this.bytes.toString("hex", this.at, this.at + DIGEST_LENGTH / 2);
            const known = like[places[i] ?? -1];
            digests[i] = known === digest ? known : digest;
        }
        return digests;
    }
}
