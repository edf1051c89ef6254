import { describe, expect, it } from 'vitest'
import type { LogFormat } from '../../src/log-format/compile.ts'
import { explainLine } from '../../src/log-format/explain.ts'
import { Field, variableOf } from '../../src/log-format/fields.ts'
import { type ParsedLine, parseLine } from '../helpers/parse.ts'
import { Seeded } from '../helpers/seeded.ts'
import { realLines, type RealLine, richJson, sampleLines } from '../helpers/real-lines.ts'

/*
 * Two readers of one grammar: straight-line code that is compiled for a format, and a slow twin that matches a
 * regular expression (or walks a JSON object) and can say where a line breaks. What one takes, the other must take,
 * and read the same values out of it.
 */

const NAMES = Object.keys(Field) as (keyof typeof Field)[]

/** The variable that fills each field: the highest rank, then the first. */
const variablesOf = (format: LogFormat): Map<keyof typeof Field, string> => {
  const names = format.tokens.flatMap((token) => (token.kind === 'variable' ? token.name : []))
  const chosen = new Map<keyof typeof Field, string>()
  for (const field of NAMES) {
    const candidates = names.filter((name) => variableOf(name).field === Field[field])
    const best = Math.max(...candidates.map((name) => variableOf(name).rank ?? 0))
    const name = candidates.find((candidate) => (variableOf(candidate).rank ?? 0) === best)
    if (name !== undefined) chosen.set(field, name)
  }
  return chosen
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const seconds = (text: string): number => {
  const [whole = '', decimals = ''] = text.split('.')
  return text === '' || text === '-' ? -1 : Number(whole) * 1000 + Number(decimals.padEnd(3, '0').slice(0, 3))
}
/** Both separators end with a space, and so may what damage made of them. */
const lastTry = (text: string): string => text.slice(text.lastIndexOf(' ') + 1)
const isoMs = (date: string, clock: string, zone: string): number => {
  const isLeap = clock.endsWith(':60') // Date.parse knows no leap second
  return Date.parse(`${date}T${isLeap ? clock.replace(/60$/, '59') : clock}${zone}`) + (isLeap ? 1000 : 0)
}
const localMs = (text: string): number => {
  const [, day, month, year, clock, zone] = /^(\d\d)\/(\w{3})\/(\d{4}):(\S+) (.+)$/.exec(text)!
  return isoMs(`${year}-${String(MONTHS.indexOf(month!) + 1).padStart(2, '0')}-${day}`, clock!, `${zone!.slice(0, 3)}:${zone!.slice(3)}`)
}

/** The value of a field, from the text that the twin found for its variable. */
const valueOf = (variable: string, text: string): string | number => {
  switch (variableOf(variable).shape) {
    case 'integer':
      return text === '' || text === '-' ? -1 : Math.floor(Number(text))
    case 'status':
      return Number(text)
    case 'seconds':
    case 'epoch':
      return seconds(text)
    case 'secondsList':
      return seconds(lastTry(text))
    case 'timeLocal':
      return localMs(text)
    case 'timeIso':
      return isoMs(text.slice(0, 10), text.slice(11, 19), text.slice(19))
    default:
      return text
  }
}

/** The twin shows JSON values as they read, the parser as they stand: both as they read. */
const decoded = (format: LogFormat, raw: string): string => {
  if (format.template === undefined) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw
  }
}

const fastValues = (format: LogFormat, line: ParsedLine): Record<string, string | number> =>
  Object.fromEntries([...variablesOf(format)].map(([field, variable]) => {
    const isText = ['text', 'word', 'list'].includes(variableOf(variable).shape)
    return [variable, isText ? decoded(format, line.text[field]) : line.number[field]]
  }))

const slowValues = (format: LogFormat, fields: ReadonlyMap<string, string>): Record<string, string | number> =>
  Object.fromEntries([...variablesOf(format).values()].map((variable) => [variable, valueOf(variable, fields.get(variable) ?? '')]))

interface Disagreement {
  readonly format: string
  readonly line: string
  readonly fast: unknown
  readonly slow: unknown
}

const disagreement = (format: LogFormat, line: string): Disagreement | undefined => {
  const parsed = parseLine(format, line)
  const explained = explainLine(format, line)
  const fast = parsed === undefined ? 'refused' : fastValues(format, parsed)
  const slow = 'column' in explained ? 'refused' : slowValues(format, explained.fields)
  if (JSON.stringify(fast) === JSON.stringify(slow)) return undefined
  return { format: format.name, line, fast, slow: 'column' in explained ? explained : slow }
}

const INSERTED = ['"', ' ', '0', '7', '\0', '\u00FF', ', ', ' : ', '-', '\\', '{', '}', ':']

/** One to three small damages, as a torn write, a bad disk or a hostile client would do them. */
const mutate = (line: string, other: string, random: () => number): string => {
  const below = (count: number): number => Math.floor(random() * count)
  let text = line
  for (let left = 1 + below(3); left > 0; left--) {
    const at = below(text.length + 1)
    switch (below(6)) {
      case 0:
        text = text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << below(8))) + text.slice(at + 1)
        break
      case 1:
        text = text.slice(0, at) + text.slice(at + 1 + below(3))
        break
      case 2:
      case 3:
        text = text.slice(0, at) + INSERTED[below(INSERTED.length)]! + text.slice(at)
        break
      case 4:
        text = random() < 0.3 ? text.slice(0, at) : text
        break
      default:
        text = random() < 0.3 ? text.slice(0, at) + other : text
    }
  }
  return text.replaceAll('\n', '?')
}

const richValue = (line: string, key: string): string => {
  const [, quoted, bare = ''] = new RegExp(`(?:^| )${key}=(?:"([^"]*)"|([^ ]*))`).exec(line) ?? []
  return (quoted ?? bare).replace(/^-$/, '')
}

const richJsonLine = (line: string): string => {
  const keys = [...richJson.template!]
  return `{${keys.map(([key]) => `"${key}":${JSON.stringify(richValue(line, key))}`).join(',')}}`
}

/** `richjson` logs hold what the `rich` log beside them holds. */
const richJsonLines: readonly RealLine[] = realLines.filter(({ format }) => format.name === 'rich').slice(0, 40)
  .map(({ source, line }) => ({ format: richJson, source: `${source} as JSON`, line: richJsonLine(line) }))

const allLines: readonly RealLine[] = [...sampleLines, ...realLines, ...richJsonLines]

describe('the compiled parser and its slow twin', () => {
  it('have lines of every format of the package and of the real logs to agree on', () => {
    expect(new Set(allLines.map(({ format }) => format.name))).toEqual(new Set([
      'amplify', 'angie-extended', 'combined', 'ingress-nginx', 'ingress-nginx-older', 'kong', 'main', 'ws', 'ws_json', 'ws_plus',
      'rich', 'richjson', 'none', 'j', 'odd', 'ws2', 'ws_rich', 'ws_open', 'wsopen', 'wsclose',
    ]))
  })

  it('both take every line that a real nginx wrote, and read the same values', () => {
    const refused = allLines.filter(({ format, line }) => parseLine(format, line) === undefined)
    expect(refused.map(({ source, line }) => `${source}: ${line.slice(0, 200)}`)).toEqual([])
    expect(allLines.flatMap(({ format, line }) => disagreement(format, line) ?? [])).toEqual([])
  })

  const names = [...new Set(allLines.map(({ format }) => format.name))]
  const MUTATIONS_PER_FORMAT = Math.ceil(20_000 / names.length)

  it.each(names)('agree on damaged lines of %s', (name) => {
    const lines = allLines.filter(({ format, line }) => format.name === name && line.length <= 4096)
    const seeded = new Seeded([...name].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7))
    const random = (): number => seeded.next()
    const pick = (): RealLine => lines[Math.floor(random() * lines.length)]!
    const found: Disagreement[] = []
    for (let count = 0; count < MUTATIONS_PER_FORMAT; count++) {
      const { format, line } = pick()
      const miss = disagreement(format, mutate(line, pick().line, random))
      if (miss !== undefined) found.push(miss)
    }
    expect(found.slice(0, 5), `${found.length} of ${MUTATIONS_PER_FORMAT}`).toEqual([])
  })
})
