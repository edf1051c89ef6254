import { detectFormat } from '../../../src/log-format/detect.ts'
import type { LogFormatDirective } from '../../../src/log-format/directive.ts'
import { explainLine } from '../../../src/log-format/explain.ts'
import { LogReader, MAX_LINE } from '../../../src/log-format/reader.ts'
import { exampleOf } from '../../../src/run/line-example.ts'
import { type Seeded, times } from '../../helpers/seeded.ts'
import { compiledUnlessRefused } from '../compiled.ts'
import { accessLines, formatNames } from '../corpus.ts'
import { INTERESTING } from '../interesting.ts'
import { mutated } from '../mutate.ts'
import { lineIn, randomFormat } from '../random-format.ts'
import { smallerTexts } from '../smaller.ts'
import { target } from '../target.ts'

interface Input {
  readonly directive: LogFormatDirective
  readonly start: string
  /** Comes again and again. */
  readonly bit: string
  readonly times: number
  readonly end: string
}

/** A long line of the same again and again, such as one that looks like the end of a value in a thousand places, is read, explained and tried for its format before the watchdog wakes. */
export const longLines = target<Input>({
  name: 'long-lines',
  cases: 60,
  make: (random) => {
    const { directive, line } = random.next() < 0.5 ? realLine(random) : randomLine(random)
    const at = random.int(0, line.length + 1)
    const literals = directive.value.split(/\$\{?\w+\}?/).filter((text) => text !== '')
    const bit = times(random.int(1, 4), () => random.pick([...literals, ...literals, ' ', '"', random.pick(INTERESTING)])).join('') || ' '
    return { directive, start: line.slice(0, at), bit, times: Math.ceil(random.pick([100, 2000, 10_000, 60_000, MAX_LINE]) / bit.length), end: random.pick(['', line.slice(at), mutated(random, line.slice(at), line)]) }
  },
  check: (input) => {
    const format = compiledUnlessRefused(input.directive)
    if (format === undefined) return undefined
    const line = `${input.start}${input.bit.repeat(input.times)}${input.end}`.replaceAll(/[\n\u0100-\uFFFF]/g, '?').slice(0, MAX_LINE)
    const log = Buffer.from(`${line}\n${line}\n${line}\n`, 'latin1')
    const reader = new LogReader({ formats: [format], envelope: undefined, sink: { record: () => true, skipped: (skipped) => void exampleOf('x.log', format, skipped) } })
    reader.readBlock(log, 0, log.length)
    detectFormat(log, [format])
    explainLine(format, line)
    const { read, parsed, skipped } = reader.counts
    return read === 3 && parsed + skipped === 3 && parsed % 3 === 0 ? undefined : `three equal lines: ${JSON.stringify(reader.counts)}`
  },
  smaller: function* (input) {
    for (const fewer of [input.times >> 1, input.times - 1]) if (fewer > 0) yield { ...input, times: fewer }
    for (const start of smallerTexts(input.start)) yield { ...input, start }
    for (const end of smallerTexts(input.end)) yield { ...input, end }
  },
})

interface Line {
  readonly directive: LogFormatDirective
  readonly line: string
}

const realLine = (random: Seeded): Line => {
  const { format, line } = random.pick(accessLines.get(random.pick(formatNames))!)
  return { directive: format.directive, line }
}

const randomLine = (random: Seeded): Line => {
  const directive = randomFormat(random)
  const format = compiledUnlessRefused(directive)
  return { directive, line: format === undefined ? '' : lineIn(random, format.tokens, directive.escape) }
}
