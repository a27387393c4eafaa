import { match, ok, strictEqual } from "node:assert";
import type { LocalCloudflare } from "../../local/cloudflare";
import { startLocalCloudflare } from "../../local/cloudflare";
import { at, invoke, readingPurger } from "./invoke";

/** A suite that pastes requests into `doctor --curl -`, with a local Cloudflare of its own. */
export interface Pasting {
    /** The ID of its zone. */
    zone(): string;
    /** A token that may purge and read it. */
    token(): string;
    /**
     * What is pasted is found wrong in as many ways as there are keys, the first of which is the verdict.
     *
     * @param keys Of what is wrong, the verdict first.
     * @param says What the text must name.
     */
    expectWrong(pasted: string, keys: readonly string[], says: readonly RegExp[]): Promise<void>;
}

/** To be called in the suite. */
export function pasting(): Pasting {
    let local: LocalCloudflare;
    let token: string;
    before(async () => {
        local = await startLocalCloudflare();
        token = readingPurger(local);
    });
    after(() => local.close());
    return {
        zone: () => local.zone.id,
        token: () => token,
        expectWrong: async (stdin, keys, says) => {
            const { env, edge } = at(local);
            const { code, out, err } = await invoke(["doctor", "--curl", "-", ...edge], { env, stdin });
            strictEqual(code, 1, err);
            for (const pattern of says) {
                match(out, pattern);
            }
            match(out, new RegExp(`unhealthy \\(${keys[0]}\\)`));
            strictEqual(out.match(/^failed {3}\s*(?:request|url) .*/gm)?.length, keys.length, out);
            ok(!out.includes(token));
        },
    };
}
