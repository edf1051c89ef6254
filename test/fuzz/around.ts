import type { ReadTally } from '../../src/log-format/read-tally.ts'
import { type Seeded, times } from '../helpers/seeded.ts'
import { randomCuts } from './chunked.ts'
import { smallerLists, smallerTexts } from './smaller.ts'
import { isPiece, type Wrapper } from './wrappers.ts'

/** A log, and how it comes. */
export interface Around {
  readonly wrapper: Wrapper
  /** Whole lines as they are stored, around those that nobody wrote so. */
  readonly before: readonly string[]
  readonly odd: readonly string[]
  readonly after: readonly string[]
  readonly lineEnd: '\n' | '\r\n'
  readonly hasLastLineEnd: boolean
  readonly cuts: readonly number[]
}

/** What a reader made of a log. */
export interface Read {
  readonly tally: ReadTally
  /** Each record or entry as one text. */
  readonly said: readonly string[]
  readonly skipped: readonly string[]
}

export const randomAround = (random: Seeded, { wrapper, whole, odd }: { readonly wrapper: Wrapper; readonly whole: () => string; readonly odd: () => string }): Around => ({
  wrapper, before: times(random.int(0, 3), whole), odd: times(random.pick([1, 1, 1, 2, 5]), odd), after: times(random.int(0, 3), whole),
  lineEnd: random.pick(['\n', '\n', '\r\n']), hasLastLineEnd: random.next() < 0.8, cuts: randomCuts(random),
})

/** Every line is counted once, chunks make no difference, and the odd lines leave those around them as they are. Undefined: all of it holds. */
export const wrongAround = (input: Around, read: (log: Buffer, cuts: readonly number[]) => Read): string | undefined => {
  const { before, odd, after, wrapper, cuts } = input
  const log = bytesOf([...before, ...odd, ...after], input)
  const whole = read(log, [])
  const { counts, bytes } = whole.tally
  const lines = log.length === 0 ? 0 : log.toString('latin1').split('\n').length - (log.at(-1) === 10 ? 1 : 0)
  if (counts.read !== lines) return `${lines} lines, and read ${counts.read}`
  if (counts.read !== counts.parsed + counts.skipped + counts.filtered) return `lines do not add up: ${JSON.stringify(counts)}`
  if (bytes !== log.length) return `${log.length} bytes, and read ${bytes}`
  const cut = read(log, cuts)
  if (JSON.stringify(cut) !== JSON.stringify(whole)) return `cut into chunks:\n${JSON.stringify(cut)}\nin one:\n${JSON.stringify(whole)}`
  // A piece waits for its end, and takes it from the next line.
  if (odd.some((line) => isPiece(wrapper, line)) || !input.hasLastLineEnd) return undefined
  const alone = { before: read(bytesOf(before, input), []).said, behind: read(bytesOf(after, input), []).said }
  const among = { before: whole.said.slice(0, alone.before.length), behind: whole.said.slice(whole.said.length - alone.behind.length) }
  return JSON.stringify(among) === JSON.stringify(alone) ? undefined : `the lines around it are changed:\n${JSON.stringify(among)}\nalone:\n${JSON.stringify(alone)}`
}

export const smallerAround = function* <T extends Around>(input: T): Generator<T> {
  for (const before of smallerLists(input.before)) yield { ...input, before }
  for (const after of smallerLists(input.after)) yield { ...input, after }
  for (const odd of smallerLists(input.odd, smallerTexts)) yield { ...input, odd }
  for (const cuts of smallerLists(input.cuts)) yield { ...input, cuts }
}

const bytesOf = (lines: readonly string[], { lineEnd, hasLastLineEnd }: Around): Buffer => {
  const text = lines.map((line) => line + lineEnd).join('')
  return Buffer.from(hasLastLineEnd ? text : text.slice(0, -lineEnd.length), 'latin1')
}
