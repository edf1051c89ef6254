/**
 * Steps that the slow grammar may take over a line. Every place where an ambiguous value may end multiplies them, so a line
 * made of nothing but such places is left alone: whoever writes into a log could else make its reader stand still.
 */
const MAX_STEPS = 2e8

/** Whether there are too many ways to divide a line (latin1) into values; `ends`: what ends the ambiguous ones, in their order. */
export const hasTooManyDivisions = (line: string, ends: readonly string[]): boolean => ends.length > 0 && stepsOf(line, ends) > MAX_STEPS

/** About how many ways there are: the places of each ambiguous end, multiplied; equal ends come in their order, so m of them in one of m! ways. */
const stepsOf = (line: string, ends: readonly string[]): number => {
  const times = new Map<string, number>()
  let steps = line.length
  for (const end of ends) {
    const equal = (times.get(end) ?? 0) + 1
    times.set(end, equal)
    steps *= Math.max(1, line.split(end).length - 1) / equal
  }
  return steps
}
