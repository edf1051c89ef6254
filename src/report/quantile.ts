/**
 * The quantile at `p` (0..1) of sorted numbers; between two of them by the distance to each, as R and numpy have it (Hyndman and Fan, type 7).
 * Three lines of our own: the library that has them too computes tables when it is loaded, and every report would wait for them.
 * @throws RangeError where there are none
 */
export const quantileSorted = (sorted: readonly number[], p: number): number => {
  const at = (sorted.length - 1) * p
  const below = Math.floor(at)
  const low = sorted[below]
  if (low === undefined) throw new RangeError('no numbers have no quantile')
  return low + (at - below) * ((sorted[below + 1] ?? low) - low)
}

/** The median of sorted numbers. @throws RangeError where there are none */
export const medianSorted = (sorted: readonly number[]): number => quantileSorted(sorted, 0.5)
