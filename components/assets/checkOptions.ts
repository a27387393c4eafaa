import { AssetsError } from "../errors/usageError";
import { nearest, wrongOptions } from "../settings/check";
import { SITE } from "../settings/siteOptions";

/**
 * Refuses options that do not exist, and values that break their rule in the table of options. What a list holds is judged
 * where it is used.
 *
 * @throws AssetsError for the first of them.
 */
export function checkOptions(options: object): void {
    const [wrong] = wrongOptions(SITE, options);
    if (wrong === undefined) {
        return;
    }
    const { property, value, rule } = wrong;
    if (rule === undefined) {
        const known = Object.keys(SITE);
        const near = nearest(property, known);
        const remedy = near === undefined ? `Write one of ${known.join(", ")}` : `Write "${near}"`;
        throw new AssetsError("options", property, "there is no such option", remedy);
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const remedy = `Write ${rule.example ?? rule.must}`;
    throw new AssetsError(property, withoutPassword(text), `it is not ${rule.must}`, remedy);
}

function withoutPassword(text: string): string {
    return text.replace(/\/\/[^/?#]*@/g, "//…@");
}
