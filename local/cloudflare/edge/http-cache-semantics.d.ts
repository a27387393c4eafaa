/** The part of http-cache-semantics that is used here; the package brings no types. */
declare module "http-cache-semantics" {
    class CachePolicy {
        constructor(
            request: { method: string; url: string; headers: Record<string, string> },
            response: { status: number; headers: Record<string, string> },
            options?: { shared?: boolean },
        );
        now(): number;
        storable(): boolean;
        /** Seconds, a fraction possible. */
        age(): number;
        /** Seconds. */
        maxAge(): number;
    }
    export = CachePolicy;
}
