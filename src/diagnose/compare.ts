/** So many of so many. */
export interface Proportion {
  readonly hits: number
  readonly of: number
}

/** How far the first share lies above the second, in standard errors (two-proportion z-test, pooled); 0 when it does not. */
export const aboveBy = (first: Proportion, second: Proportion): number => {
  if (first.of === 0 || second.of === 0) return 0
  const difference = first.hits / first.of - second.hits / second.of
  const pooled = (first.hits + second.hits) / (first.of + second.of)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.of + 1 / second.of))
  return difference <= 0 || error === 0 ? 0 : difference / error
}
