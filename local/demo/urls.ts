import type { Manifest } from "../../components/assets/manifest";
import { isMark } from "../../components/assets/marks";

/** Every URL that a manifest lists, fallback marks apart. */
export function urlsOf(manifest: Manifest): string[] {
    return manifest.sections.flatMap(({ baseUrls, paths }) =>
        baseUrls.flatMap((base) => paths.filter((path) => !isMark(path)).map((path) => base + path)),
    );
}
