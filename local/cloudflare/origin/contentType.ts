/** Content types of the files that sites are made of, by extension. */
const TYPES: Record<string, string> = {
    css: "text/css; charset=utf-8",
    csv: "text/csv; charset=utf-8",
    gif: "image/gif",
    htm: "text/html; charset=utf-8",
    html: "text/html; charset=utf-8",
    ico: "image/x-icon",
    jpeg: "image/jpeg",
    jpg: "image/jpeg",
    js: "text/javascript; charset=utf-8",
    json: "application/json",
    map: "application/json",
    md: "text/markdown; charset=utf-8",
    mjs: "text/javascript; charset=utf-8",
    pdf: "application/pdf",
    png: "image/png",
    svg: "image/svg+xml",
    txt: "text/plain; charset=utf-8",
    wasm: "application/wasm",
    webp: "image/webp",
    woff: "font/woff",
    woff2: "font/woff2",
    xml: "application/xml",
};

/** The content type of a file; `application/octet-stream` when its extension is unknown. */
export function contentType(file: string): string {
    const dot = file.lastIndexOf(".");
    return (dot > file.lastIndexOf("/") && TYPES[file.slice(dot + 1).toLowerCase()]) || "application/octet-stream";
}
