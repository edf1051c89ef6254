import type { LogFormatDirective } from '../../../src/log-format/directive.ts'
import { disagreement } from '../../helpers/twins.ts'
import { compiled } from '../compiled.ts'
import { accessLines, formatNames } from '../corpus.ts'
import { mutated } from '../mutate.ts'
import { smallerTexts } from '../smaller.ts'
import { target } from '../target.ts'

interface Input {
  readonly directive: LogFormatDirective
  readonly line: string
}

/** The compiled parser and its slow twin agree on every line of every format. */
export const twins = target<Input>({
  name: 'twins',
  cases: 25_000,
  make: (random) => {
    const lines = accessLines.get(random.pick(formatNames))!
    const { format, line } = random.pick(lines)
    return { directive: format.directive, line: mutated(random, line, random.pick(lines).line) }
  },
  check: ({ directive, line }) => {
    const miss = disagreement(compiled(directive), line)
    return miss === undefined ? undefined : `fast: ${JSON.stringify(miss.fast)}\nslow: ${JSON.stringify(miss.slow)}`
  },
  smaller: function* ({ directive, line }) {
    for (const smaller of smallerTexts(line)) yield { directive, line: smaller }
  },
})
