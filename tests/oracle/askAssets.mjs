/**
 * Runs in workerd, around Cloudflare's own asset worker: takes sites and URLs, and tells what the asset worker answers.
 *
 * Only the two methods that reach into Cloudflare's storage are replaced, which the asset worker itself provides for local
 * servers; every decision is its own.
 */
import { AssetWorkerInner } from "./assets.worker.mjs";

class Site extends AssetWorkerInner {
    constructor(context, env, files) {
        super(context, env);
        this.files = files;
    }

    async unstable_exists(path) {
        return this.files.get(path) ?? null;
    }

    async unstable_getByETag() {
        return { readableStream: null, contentType: undefined, cacheStatus: "HIT" };
    }
}

export default {
    async fetch(request, _env, context) {
        const answers = [];
        for (const { config, files, urls } of await request.json()) {
            const site = new Site(context, { CONFIG: config }, new Map(files));
            const ofSite = [];
            for (const url of urls) {
                const { status, headers } = await site.fetch(new Request(`https://site.example${url}`));
                ofSite.push([
                    status,
                    headers.get("location") ?? headers.get("etag") ?? "",
                    headers.get("x-rule") ?? "",
                ]);
            }
            answers.push(ofSite);
        }
        return Response.json(answers);
    },
};
