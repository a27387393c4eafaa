/** A few endpoints of Cloudflare's API over loopback, and what was asked of them. */
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface ApiRequest {
    /** Method and path with query. */
    what: string;
    authorization: string | undefined;
    body: unknown;
}

export interface FakeApi {
    baseUrl: string;
    /** Since it was last asked. */
    requests(): ApiRequest[];
    /** Answers, by method and path, that come before the usual ones: status, body, headers. One each time, in order. */
    script: Map<string, { status: number; body?: unknown; headers?: Record<string, string> }[]>;
    tokens: Map<string, Record<string, unknown>>;
    close(): Promise<void>;
}

type Answer = (request: { path: string; query: URLSearchParams; body: Record<string, unknown> }) => [number, unknown];

/** `zones`: the zones that there are, by name. */
export async function startFakeApi(zones: { id: string; name: string }[], prefix = "value"): Promise<FakeApi> {
    let seen: ApiRequest[] = [];
    const script: FakeApi["script"] = new Map();
    const tokens = new Map<string, Record<string, unknown>>();
    const described = zones.map((zone) => ({
        ...zone,
        name_servers: ["a.ns", "b.ns"],
        plan: { legacy_id: "free" },
        vanity_name_servers: null,
    }));
    const answers: Record<string, Answer> = {
        "GET /zones": ({ query }) => [
            200,
            pageOf(
                described.filter(({ name }) => matches(name, query)),
                query,
            ),
        ],
        "GET /zones/": ({ path }) => found(described.find(({ id }) => path.endsWith(`/${id}`))),
        "GET /user/tokens/permission_groups": () => [200, [{ id: "g1", name: "Cache Purge", scopes: ["zone"] }]],
        "POST /user/tokens": ({ body }) => {
            const id = `t${tokens.size + 1}`;
            tokens.set(id, { id, ...body, status: "active", issued_on: "2026-01-01T00:00:00Z" });
            return [200, { ...tokens.get(id), value: `${prefix}-of-${id}` }];
        },
        "GET /user/tokens/": ({ path }) => found(tokens.get(last(path))),
        "PUT /user/tokens/": ({ path, body }) => {
            tokens.set(last(path), { ...tokens.get(last(path)), ...body });
            return found(tokens.get(last(path)));
        },
        "DELETE /user/tokens/": ({ path }) =>
            tokens.delete(last(path)) ? [200, { id: last(path) }] : found(undefined),
    };
    const server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk) => chunks.push(chunk));
        request.on("end", () => {
            const url = new URL(request.url ?? "/", "http://api");
            const text = Buffer.concat(chunks).toString();
            const body = text === "" ? undefined : JSON.parse(text);
            const what = `${request.method} ${request.url}`;
            seen.push({ what, authorization: request.headers.authorization, body });
            const scripted = script.get(`${request.method} ${url.pathname}`)?.shift();
            const key = `${request.method} ${url.pathname}`;
            const answer = answers[key] ?? answers[key.replace(/[^/]+$/, "")];
            const usual =
                answer?.({ path: url.pathname, query: url.searchParams, body: body ?? {} }) ?? found(undefined);
            const [status, result] = scripted ? [scripted.status, scripted.body] : usual;
            response.writeHead(status, { "content-type": "application/json", ...scripted?.headers });
            response.end(JSON.stringify(status === 200 ? { success: true, errors: [], messages: [], result } : result));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        requests: () => {
            const all = seen;
            seen = [];
            return all;
        },
        script,
        tokens,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

const last = (path: string): string => path.split("/").at(-1) ?? "";
const matches = (name: string, query: URLSearchParams): boolean => (query.get("name") ?? name) === name;

/** Two zones a page. */
function pageOf(zones: unknown[], query: URLSearchParams): unknown[] {
    const page = Number(query.get("page") ?? 1);
    return zones.slice((page - 1) * 2, page * 2);
}

function found(item: unknown): [number, unknown] {
    if (item) {
        return [200, item];
    }
    return [404, { success: false, errors: [{ code: 1001, message: "not found" }], messages: [], result: null }];
}
