import { availableParallelism } from 'node:os'
import type { Part } from './read-parts.ts'

/** Starting a thread and adding up its summary costs some 50 ms: the time of as many megabytes. */
const WORTH_A_THREAD = 1 << 26
/** A thread keeps a summary of its own; beyond this many they would cost more memory than they save time. */
const MAX_THREADS = 4
/** A compressed byte is worth about so many plain ones. */
const COMPRESSED_WEIGHT = 8

/**
 * Deals the logs out to threads: as many lists of parts, each a stretch of the whole, in order, and about
 * the same work. `threads` undefined: one a core where the logs are large enough. A pipe, and a log in a
 * wrapper that joins pieces of lines, stay whole.
 */
export const planParts = (parts: readonly Part[], threads: number | undefined): Part[][] => {
  const weights = parts.map(weightOf)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const wanted = threads ?? Math.min(availableParallelism(), MAX_THREADS, Math.floor(total / WORTH_A_THREAD))
  // A pipe cannot go to another thread.
  if (wanted <= 1 || parts.some(({ source }) => 'read' in source && source.part === undefined)) return [[...parts]]
  const share = total / wanted
  const plan: Part[][] = Array.from({ length: wanted }, () => [])
  let before = 0
  for (const [index, part] of parts.entries()) {
    const weight = weights[index]!
    const thread = (at: number): number => Math.min(wanted - 1, Math.floor(at / share))
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
