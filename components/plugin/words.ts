import type { ProgramWords } from "../component/zoneWords";

/** How programs in any language name zones and components: by their options, whatever the syntax around them. */
export const WORDS: ProgramWords = {
    token: "the provider's token",
    zone: (name) => `zone: "${name}"`,
    notFound: "Check the spelling, and that the token has Zone → Zone → Read for it; or give zoneId.",
    byId: "zoneId",
    component: (name, zone, baseUrls) =>
        `  ${name}: a Site with ${zone === undefined ? "" : `zone: "${zone}", `}baseUrls: ${JSON.stringify(baseUrls)}`,
    ambiguous: (zones) => {
        const choices = zones.map(({ accountId, status }) => `  accountId: "${accountId}"  (${status})`);
        return `Say which account's, one of:\n${choices.join("\n")}`;
    },
};
