import { detectFormat } from '../../../src/log-format/detect.ts'
import type { LogFormatDirective } from '../../../src/log-format/directive.ts'
import { disagreement } from '../../helpers/twins.ts'
import { compiledUnlessRefused } from '../compiled.ts'
import { mutated } from '../mutate.ts'
import { lineIn, randomFormat } from '../random-format.ts'
import { smallerTexts } from '../smaller.ts'
import { target } from '../target.ts'

interface Input {
  readonly directive: LogFormatDirective
  readonly line: string
}

/** The same for formats of any variables in any order: the twins agree, and a sample in one is looked at without a throw. */
export const randomFormats = target<Input>({
  name: 'random-formats',
  cases: 6000,
  make: (random) => {
    const directive = randomFormat(random)
    const format = compiledUnlessRefused(directive)
    if (format === undefined) return { directive, line: '' }
    const line = lineIn(random, format.tokens, directive.escape)
    return { directive, line: (random.next() < 0.3 ? line : mutated(random, line, line)).replaceAll('\n', '?').slice(0, 400) }
  },
  check: ({ directive, line }) => {
    const format = compiledUnlessRefused(directive)
    if (format === undefined) return undefined
    const miss = disagreement(format, line)
    if (miss !== undefined) return `fast: ${JSON.stringify(miss.fast)}\nslow: ${JSON.stringify(miss.slow)}`
    detectFormat(Buffer.from(`${line}\n`, 'latin1'), [format])
    return undefined
  },
  smaller: function* ({ directive, line }) {
    for (const value of smallerTexts(directive.value)) yield { directive: { ...directive, value }, line }
    for (const smaller of smallerTexts(line)) yield { directive, line: smaller }
  },
})
