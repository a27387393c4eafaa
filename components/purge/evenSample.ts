/** At most `count` items, spread evenly over the list, so that every part of the site is looked at. */
export function evenSample<T>(items: readonly T[], count: number): T[] {
    if (items.length <= count) {
        return [...items];
    }
    return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}
