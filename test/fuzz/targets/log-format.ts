import { WslogError } from '../../../src/errors.ts'
import { compileFormat } from '../../../src/log-format/compile.ts'
import { type LogFormatDirective, parseFormatText, parseSnippet } from '../../../src/log-format/directive.ts'
import { ambiguousEnds } from '../../../src/log-format/generate.ts'
import { Seeded, times } from '../../helpers/seeded.ts'
import { disagreement } from '../../helpers/twins.ts'
import { snippets } from '../corpus.ts'
import { INTERESTING } from '../interesting.ts'
import { mutated } from '../mutate.ts'
import { lineIn, randomFormat } from '../random-format.ts'
import { smallerTexts } from '../smaller.ts'
import { target } from '../target.ts'

/** Any text for a `log_format` is a format that reads lines, or a WslogError. */
export const logFormat = target<string>({
  name: 'log-format',
  cases: 3000,
  make: (random) => {
    const snippet = (): string => random.pick(snippets).split('\n').filter((line) => !line.startsWith('#')).join('\n')
    const format = randomFormat(random)
    switch (random.int(0, 4)) {
      case 0:
        return broken(random, snippet())
      case 1:
        return broken(random, `log_format ${format.name} escape=${format.escape} '${format.value}';`)
      case 2:
        return broken(random, format.value)
      default:
        return times(random.int(0, 12), () => random.pick([...INTERESTING, '$status', '${host}', '$', '${', '}', "'", ';', '\n', 'log_format ', 'escape=json ', 'x ', '\u20AC', '\uD800'])).join('')
    }
  },
  check: (text) => {
    for (const read of [(): LogFormatDirective[] => [parseFormatText(text)], (): LogFormatDirective[] => parseSnippet(text)]) {
      for (const directive of unlessRefused(read) ?? []) {
        const format = unlessRefused(() => compileFormat(directive.name, directive))
        // So many ways to divide a line take the slow twin too long.
        if (format === undefined || ambiguousEnds(format.tokens, directive.escape).length > 3) continue
        const line = lineIn(new Seeded(text.length), format.tokens, directive.escape).replaceAll('\n', '?').slice(0, 300)
        const miss = disagreement(format, line)
        if (miss !== undefined) return `line ${JSON.stringify(line)}\nfast: ${JSON.stringify(miss.fast)}\nslow: ${JSON.stringify(miss.slow)}`
      }
    }
    return undefined
  },
  smaller: smallerTexts,
})

/** Line ends, too, and what is not in latin1. */
const broken = (random: Seeded, text: string): string => {
  const lines = text.split('\n')
  return lines.map((line) => (random.next() < 2 / (lines.length + 1) ? mutated(random, line, random.pick(lines)) : line)).join(random.pick(['\n', '\n', '\r\n', '', '\r']))
}

const unlessRefused = <T>(make: () => T): T | undefined => {
  try {
    return make()
  } catch (error) {
    if (error instanceof WslogError) return undefined
    throw error
  }
}
