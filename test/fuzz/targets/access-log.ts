import type { LogFormatDirective } from '../../../src/log-format/directive.ts'
import { Field } from '../../../src/log-format/fields.ts'
import { LogReader, MAX_LINE } from '../../../src/log-format/reader.ts'
import type { Seeded } from '../../helpers/seeded.ts'
import { type Around, randomAround, type Read, smallerAround, wrongAround } from '../around.ts'
import { readInChunks } from '../chunked.ts'
import { compiled } from '../compiled.ts'
import { accessLines, formatNames, knownFormats } from '../corpus.ts'
import { mutated } from '../mutate.ts'
import { recordText } from '../record-text.ts'
import { target } from '../target.ts'
import { envelopeOf, wrapped, type Wrapper, WRAPPERS } from '../wrappers.ts'

interface Input extends Around {
  readonly directive: LogFormatDirective
  /** Whether the other formats of the package are tried behind it. */
  readonly hasOthers: boolean
}

/** However a log is cut into chunks, every line is counted once, and what stands between whole lines leaves them as they are. */
export const accessLog = target<Input>({
  name: 'access-log',
  cases: 3000,
  make: (random) => {
    const real = accessLines.get(random.pick(formatNames))!
    const lines = real.map(({ line }) => line)
    const wrapper = random.pick(WRAPPERS)
    const around = randomAround(random, { wrapper, whole: () => wrapped(wrapper, random.pick(lines), 'stdout'), odd: () => oddLine(random, lines, wrapper) })
    return { ...around, directive: real[0]!.format.directive, hasOthers: random.next() < 0.15 }
  },
  check: (input) => wrongAround(input, (log, cuts) => read(log, input, cuts)),
  smaller: smallerAround,
})

const oddLine = (random: Seeded, lines: readonly string[], wrapper: Wrapper): string => {
  if (random.next() < 0.002) return 'x'.repeat(MAX_LINE + random.int(-1, 3))
  const line = random.pick(lines)
  const other = random.pick(lines)
  return random.next() < 0.5 ? wrapped(wrapper, mutated(random, line, other), 'stdout') : mutated(random, wrapped(wrapper, line, 'stdout'), wrapped(wrapper, other, random.pick(['stdout', 'stderr'])))
}

const read = (log: Buffer, { directive, hasOthers, wrapper }: Input, cuts: readonly number[]): Read => {
  const said: string[] = []
  const skipped: string[] = []
  const reader = new LogReader({
    formats: [compiled(directive), ...(hasOthers ? knownFormats : [])],
    envelope: envelopeOf(wrapper),
    sink: {
      record: (record) => {
        said.push(recordText(record))
        // Some are left out, as a filter does.
        return record.number[Field.status]! % 5 !== 0
      },
      skipped: ({ lineNumber, why, bytes, from, end }) => skipped.push(`${lineNumber} ${why} ${bytes.toString('latin1', from, Math.min(end, from + 200))}`),
    },
  })
  readInChunks(reader, log, cuts)
  return { tally: reader.tally, said, skipped }
}
