/**
 * How many standard deviations the count in a window lies above what its neighbourhood predicts: Li and Ma
 * 1983, "Analysis methods for results in gamma-ray astronomy", ApJ 272, equation 17. `inside` counts in the
 * window, `outside` beside it, `exposure` = width of the window / width of what lies beside it. Right also
 * for few counts, where a normal approximation invents peaks. 0 when the window holds less than predicted.
 */
export const significance = ({ inside, outside, exposure }: { inside: number; outside: number; exposure: number }): number => {
  if (inside <= outside * exposure) return 0
  const total = inside + outside
  const on = inside * Math.log(((1 + exposure) / exposure) * (inside / total))
  const off = outside === 0 ? 0 : outside * Math.log((1 + exposure) * (outside / total))
  return Math.sqrt(2 * Math.max(0, on + off))
}
