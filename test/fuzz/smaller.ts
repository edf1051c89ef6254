/** How many pieces of one length are taken out of a long text or list, each once. */
const MAX_PLACES = 64

const cutsOf = function* (length: number): Generator<readonly [from: number, to: number]> {
  for (let size = length; size >= 1; size = Math.floor(size / 2)) {
    const step = Math.max(size, Math.ceil(length / MAX_PLACES))
    for (let from = 0; from < length; from += step) yield [from, Math.min(length, from + size)]
  }
}

/** The text without a piece: the largest pieces first. */
export const smallerTexts = function* (text: string): Generator<string> {
  for (const [from, to] of cutsOf(text.length)) yield text.slice(0, from) + text.slice(to)
}

/** The list without some of its items, then with one of them smaller. */
export const smallerLists = function* <T>(items: readonly T[], smallerItems: (item: T) => Iterable<T> = () => []): Generator<readonly T[]> {
  for (const [from, to] of cutsOf(items.length)) yield [...items.slice(0, from), ...items.slice(to)]
  for (const [index, item] of items.entries()) for (const smaller of smallerItems(item)) yield items.with(index, smaller)
}
