/**
 * Remedies for a token that the program makes, by the key of the problem: what is changed in the dashboard, the next `up`
 * sets back, so they point to the program.
 */
export const MADE_TOKEN_REMEDIES: Readonly<Record<string, string>> = {
    "token-not-active":
        "The program makes this token: correct token.expiresOn and token.notBefore there, if they are set. If it has expired or " +
        "was deleted, run `pulumi refresh` next; if it was disabled, enable it. Then run `pulumi up`.",
    "address-not-allowed":
        "The program makes this token: add this machine's address to token.allowedIps there, or take it out of token.deniedIps; " +
        "then run `pulumi up`.",
    "missing-permission":
        "The program makes this token: leave token.permissionGroup out there, so that it gets Cache Purge. If somebody edited the " +
        "token, run `pulumi refresh` first; then `pulumi up`.",
};
