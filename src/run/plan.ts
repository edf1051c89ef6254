import type { Part } from './read-parts.ts'

/** A compressed byte is worth about so many plain ones. */
const COMPRESSED_WEIGHT = 8

/**
 * Deals the logs out to threads: as many lists of parts, each a stretch of the whole, in order, and about
 * the same work. A pipe, and a log in a wrapper that joins pieces of lines, stay whole.
 */
export const planParts = (parts: readonly Part[], threads: number): Part[][] => {
  const weights = parts.map(weightOf)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  // A pipe cannot go to another thread.
  if (threads === 1 || total === 0 || parts.some(({ source }) => 'read' in source && source.part === undefined)) return [[...parts]]
  const share = total / threads
  const plan: Part[][] = Array.from({ length: threads }, () => [])
  let before = 0
  for (const [index, part] of parts.entries()) {
    const weight = weights[index]!
    const thread = (at: number): number => Math.min(threads - 1, Math.floor(at / share))
    if (isDivisible(part)) for (const [at, piece] of divide(part, { before, weight, share })) plan[thread(at)]!.push(piece)
    else plan[thread(before + weight / 2)]!.push(part)
    before += weight
  }
  return plan.filter((list) => list.length > 0)
}

const fileOf = ({ source }: Part) => ('read' in source ? source.part : source)

const weightOf = (part: Part): number => {
  const file = fileOf(part)
  return file === undefined ? 0 : (file.to - file.from) * (file.compression === 'none' ? 1 : COMPRESSED_WEIGHT)
}

const isDivisible = (part: Part): boolean => fileOf(part)?.compression === 'none' && part.envelope === undefined

/** The pieces of a file between the borders of the threads' shares, with where each begins in the whole. */
const divide = (part: Part, { before, weight, share }: { before: number; weight: number; share: number }): [number, Part][] => {
  const file = fileOf(part)!
  const pieces: [number, Part][] = []
  for (let from = 0; from < weight; ) {
    const border = (Math.floor((before + from) / share + 1e-9) + 1) * share - before
    const to = Math.min(weight, Math.max(from + 1, Math.round(border)))
    pieces.push([before + from, { ...part, source: { ...file, from: file.from + from, to: file.from + to } }])
    from = to
  }
  return pieces.length > 0 ? pieces : [[before, part]]
}
