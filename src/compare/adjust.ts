/**
 * p-values corrected for being many, after Benjamini & Hochberg 1995: when those up to 0.05 are called changes, no more than
 * 5 % of what is called so is chance on average. Where nothing changed at all, that is the same as: in no more than 5 % of the
 * comparisons is anything called a change. Right for rows that go up and down together, too (Benjamini & Yekutieli
 * 2001), and ours do: sessions cut, and sessions cut by one cause. Holm's would miss more beside one large change.
 */
export const benjaminiHochberg = (ps: readonly number[]): number[] => {
  const order = ps.map((_, index) => index).sort((a, b) => ps[b]! - ps[a]!)
  const adjusted = new Array<number>(ps.length).fill(1)
  let least = 1
  order.forEach((index, rank) => {
    least = Math.min(least, (ps[index]! * ps.length) / (ps.length - rank))
    adjusted[index] = least
  })
  return adjusted
}
