import type { AxiosStatic } from "axios";

/** axios, loaded for the first request: it takes longer than all else that a process loads which makes none. */
export function axios(): AxiosStatic {
    return (require("axios") as { default: AxiosStatic }).default;
}

/** Makes an instance of axios try again, see axios-retry. */
export function axiosRetry(...args: Parameters<typeof import("axios-retry")["default"]>): void {
    (require("axios-retry") as typeof import("axios-retry")).default(...args);
}
