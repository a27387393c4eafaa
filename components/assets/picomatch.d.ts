/** The part of picomatch that is used here; the package carries no types. */
declare module "picomatch" {
    function picomatch(
        patterns: string | readonly string[],
        options?: { dot?: boolean; nonegate?: boolean },
    ): (path: string) => boolean;
    export = picomatch;
}
