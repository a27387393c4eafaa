/** Selectors: what a purge can name, and what users write to name it. */
export {
    hostOf,
    hostOfUrl,
    inPurgeOrder,
    isPage,
    keyOf,
    merged,
    type Selector,
    type SelectorKind,
} from "./selector";
export { checkTargets, parseTargets, type Targets } from "./targets";
