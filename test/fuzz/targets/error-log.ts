import { ErrorLogReader } from '../../../src/error-log/reader.ts'
import { MAX_LINE } from '../../../src/log-format/reader.ts'
import { plainEntry } from '../../helpers/error-log.ts'
import type { Seeded } from '../../helpers/seeded.ts'
import { type Around, randomAround, type Read, smallerAround, wrongAround } from '../around.ts'
import { readInChunks } from '../chunked.ts'
import { closedErrorLines, errorLines } from '../corpus.ts'
import { mutated } from '../mutate.ts'
import { target } from '../target.ts'
import { envelopeOf, wrapped, type Wrapper, WRAPPERS } from '../wrappers.ts'

/** However an error log is cut into chunks, its entries are the same, every line is counted once, and no line changes the entries around it. */
export const errorLog = target<Around>({
  name: 'error-log',
  cases: 8000,
  make: (random) => {
    const wrapper = random.pick(WRAPPERS)
    return randomAround(random, { wrapper, whole: () => wrapped(wrapper, random.pick(closedErrorLines), 'stderr'), odd: () => oddLine(random, wrapper) })
  },
  check: (input) => wrongAround(input, (log, cuts) => read(log, input, cuts)),
  smaller: smallerAround,
})

const oddLine = (random: Seeded, wrapper: Wrapper): string => {
  if (random.next() < 0.002) return random.pick(errorLines).padEnd(MAX_LINE + random.int(-1, 3), 'x')
  const line = random.pick(errorLines)
  const other = random.pick(errorLines)
  return random.next() < 0.5 ? wrapped(wrapper, mutated(random, line, other), random.pick(['stderr', 'stderr', 'stdout'])) : mutated(random, wrapped(wrapper, line, 'stderr'), wrapped(wrapper, other, 'stderr'))
}

const read = (log: Buffer, { wrapper }: Around, cuts: readonly number[]): Read => {
  const said: string[] = []
  const skipped: string[] = []
  const reader = new ErrorLogReader({
    envelope: envelopeOf(wrapper),
    sink: { entry: (record) => said.push(JSON.stringify(plainEntry(record))), skipped: ({ lineNumber, why }) => skipped.push(`${lineNumber} ${why}`) },
  })
  readInChunks(reader, log, cuts)
  return { tally: reader.tally, said, skipped }
}
