/**
 * Extensions that are cached by default: static files, not HTML or JSON.
 * https://developers.cloudflare.com/cache/concepts/default-cache-behavior/#default-cached-file-extensions
 */
const EXTENSIONS = new Set(
    (
        "7z avi avif apk bin bmp bz2 class css csv dmg doc docx ejs eot eps exe flac gif gz ico iso jar jpeg jpg js " +
        "mid midi mkv mp3 mp4 ogg otf pdf pict pls png ppt pptx ps rar svg svgz swf tar tif tiff ttf webm webp woff " +
        "woff2 xls xlsx zip zst"
    ).split(" "),
);

/** Whether a path is cached without any cache rule. `robots.txt` is. */
export function isStatic(path: string): boolean {
    const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    const dot = name.lastIndexOf(".");
    return name === "robots.txt" || (dot >= 0 && EXTENSIONS.has(name.slice(dot + 1)));
}
