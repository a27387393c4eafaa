/**
 * Paths as Workers static assets read and write them: each segment is percent-decoded to find the file, and the
 * canonical form of a path is its segments under encodeURIComponent; another spelling redirects to it.
 */

/** Decodes each segment, leaves what is not valid percent-encoding, and joins runs of slashes. */
export function decodePath(path: string): string {
    return path.split("/").map(decodeSegment).join("/").replace(/\/+/g, "/");
}

/** The canonical spelling of a decoded path. */
export function encodePath(path: string): string {
    return path.split("/").map(encodeURIComponent).join("/");
}

function decodeSegment(segment: string): string {
    try {
        return decodeURIComponent(segment);
    } catch {
        return segment;
    }
}
