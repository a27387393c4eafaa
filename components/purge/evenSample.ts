/** At most `count` items, spread evenly over the list, so that every part of the site is looked at. */
export function evenSample<T>(items: readonly T[], count: number): T[] {
    if (items.length <= count) {
        return [...items];
    }
    return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
}

/** At most `count` of them, in an order whose every beginning is spread over the list. */
export function evenOrder<T>(items: readonly T[], count: number): T[] {
    const spread = evenSample(items, count);
    const size = spread.length;
    // Bit-reversed: first the ends and the middle, then what lies between.
    const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size))));
    const reversed = (i: number): number =>
        Number.parseInt(i.toString(2).padStart(bits, "0").split("").reverse().join(""), 2);
    return Array.from({ length: 2 ** bits }, (_, i) => reversed(i))
        .filter((i) => i < size)
        .map((i) => spread[i] as T);
}
