import { detectErrorLog } from '../error-log/detect.ts'
import { WslogError } from '../errors.ts'
import { loadKnownFormats, resolveFormats } from '../input/formats.ts'
import { firstLines, type NumberedLine } from '../input/lines.ts'
import { openLog } from '../input/open.ts'
import { detectFormat, isDetected } from '../log-format/detect.ts'
import { wideEncodingHint } from '../log-format/encoding.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { explainLine, type Mismatch } from '../log-format/explain.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { AccessRecord } from '../log-format/record.ts'
import { sanitize, sanitizeLines } from '../render/sanitize.ts'
import { EXIT } from './exit.ts'

const MAX_SHOWN = 5
const CONTEXT = 38

/**
 * `wslog explain <file>`: the format that was found or came nearest, and for the first lines that it does not
 * fit the column, what was expected there and what was found. As with grep the exit code is 1 when there are lines and none fits.
 * @throws WslogError when the file cannot be read.
 */
export const runExplain = async (path: string, { logFormat, signal }: { logFormat: string | undefined; signal: AbortSignal }): Promise<{ readonly text: string; readonly code: number }> => {
  const known = await loadKnownFormats()
  const formats = logFormat === undefined ? known.map(({ format }) => format) : await resolveFormats(logFormat, known)
  const source = await openLog(path, signal)
  try {
    const detection = detectFormat(source.sample, formats)
    if (!isDetected(detection) && detectErrorLog(source.sample) !== undefined) throw new WslogError('unknown-format', `${path}: is nginx's error log: explain is for access logs; name it with -e, beside one`)
    const envelope = isDetected(detection) ? detection.envelope : undefined
    const tried = isDetected(detection) ? detection.formats : formats
    const misses: string[] = []
    const fields: string[] = []
    let count = 0
    let missed = 0
    const parsers = tried.map((format) => ({ parser: format.createParser(), record: new AccessRecord(format) }))
    /** Only those that are shown are worth the slow twin, which can say where a line breaks. */
    const fits = (text: string): boolean => {
      const bytes = Buffer.from(`${text}\n`, 'latin1')
      return parsers.some(({ parser, record }) => parser.parse(bytes, 0, bytes.length - 1, record))
    }
    const unwrap = envelope === undefined ? undefined : ENVELOPES.get(envelope)!()
    await firstLines(source, ({ text, lineNumber }) => {
      const inner = unwrap === undefined ? text : unwrapLine(unwrap, text)
      if (text === '' || inner === 'piece') return
      count++
      if (inner !== undefined && (misses.length === MAX_SHOWN || fields.length > 0) && fits(inner)) return
      if (misses.length === MAX_SHOWN) {
        missed++
        return
      }
      const result = inner === undefined ? undefined : nearest(tried, inner)
      if (result !== undefined && 'fields' in result) {
        if (fields.length === 0) fields.push(...showFields(result, lineNumber))
        return
      }
      missed++
      misses.push(result === undefined ? `line ${lineNumber}: not in its ${envelope} wrapper` : showMiss(result, { text: inner!, lineNumber }))
    })
    const name = isDetected(detection) ? `${detection.formats[0]!.name}${envelope === undefined ? '' : ` in ${envelope}`}` : `none; nearest ${tried.length === 1 ? tried[0]!.name : 'shown for each line'}`
    const encoding = isDetected(detection) || detection.encoding === undefined ? '' : `the file ${wideEncodingHint(detection.encoding, path).replaceAll('\n', ' ')}\n`
    const head = `format: ${name}\n${encoding}${count - missed} of the first ${count} lines fit\n`
    const text = `${[sanitizeLines(head), ...(fields.length > 0 ? [fields.join('\n')] : []), ...misses].join('\n')}\n`
    return { text, code: missed > 0 && missed === count ? EXIT.noneFits : EXIT.ok }
  } finally {
    await source.close()
  }
}

const unwrapLine = (envelope: ReturnType<NonNullable<ReturnType<typeof ENVELOPES.get>>>, text: string): string | 'piece' | undefined => {
  const bytes = Buffer.from(text, 'latin1')
  const inner = envelope.unwrap(bytes, 0, bytes.length)
  return inner === undefined || inner === 'piece' ? inner : inner.bytes.toString('latin1', inner.from, inner.end)
}

type Explained = ReturnType<typeof explainLine> & { readonly formatName?: string }

/** The first format that fits, else the one that fits furthest. */
const nearest = (formats: readonly LogFormat[], line: string): Explained => {
  let best: Mismatch | undefined
  for (const format of formats) {
    const explanation = explainLine(format, line)
    if ('fields' in explanation) return { ...explanation, formatName: format.name }
    if (best === undefined || explanation.column > best.column || (explanation.column === best.column && explanation.matched > best.matched)) best = explanation
  }
  return best!
}

const showMiss = ({ format, column, expected, found }: Mismatch, { text, lineNumber }: NumberedLine): string => {
  const from = Math.max(0, column - 1 - CONTEXT)
  const before = sanitize(text.slice(from, column - 1))
  return `${sanitize(`line ${lineNumber}, column ${column}, as ${format}: expected ${expected}, found ${found}`)}\n  ${before}${sanitize(text.slice(column - 1, column - 1 + CONTEXT))}\n  ${' '.repeat(before.length)}^\n`
}

const showFields = ({ fields, formatName = '' }: Explained & { readonly fields: ReadonlyMap<string, string> }, lineNumber: number): string[] => [
  `line ${lineNumber}, as ${sanitize(formatName)}:`,
  ...Array.from(fields, ([name, value]) => `  $${name.padEnd(24)} ${sanitize(value.slice(0, 200))}`),
  '',
]
