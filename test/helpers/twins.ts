import { Field, variableOf } from '../../src/log-format/fields.ts'
import type { LogFormat } from '../../src/log-format/compile.ts'
import { explainLine } from '../../src/log-format/explain.ts'
import { type ParsedLine, parseLine } from './parse.ts'

const NAMES = Object.keys(Field) as (keyof typeof Field)[]

/** The variable that fills each field: the highest rank, then the first. */
const variablesOf = (format: LogFormat): Map<keyof typeof Field, string> => {
  const names = format.template === undefined ? format.tokens.flatMap((token) => (token.kind === 'variable' ? token.name : [])) : [...format.template.values()]
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

/** What the two readers of one grammar make of a line, where that is not the same. */
export interface Disagreement {
  readonly format: string
  readonly line: string
  readonly fast: unknown
  readonly slow: unknown
}

/** Undefined: the compiled parser and its slow twin both refuse the line (byte for byte, latin1), or both take it and read the same values. */
export const disagreement = (format: LogFormat, line: string): Disagreement | undefined => {
  const parsed = parseLine(format, line)
  const explained = explainLine(format, line)
  const fast = parsed === undefined ? 'refused' : fastValues(format, parsed)
  const slow = 'column' in explained ? 'refused' : slowValues(format, explained.fields)
  if (JSON.stringify(fast) === JSON.stringify(slow)) return undefined
  return { format: format.name, line, fast, slow: 'column' in explained ? explained : slow }
}
