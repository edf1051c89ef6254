import { chooseFields, type LogFormat } from './compile.ts'
import { hasTooManyDivisions } from './divisions.ts'
import { Field, type Shape, variableOf } from './fields.ts'
import { ambiguousEnds } from './generate.ts'
import { shapePattern, tokenPatterns } from './pattern.ts'
import type { Token } from './tokens.ts'

/** Why a line is not of a format: where the two part, and what each of them has there. */
export interface Mismatch {
  readonly format: string
  /** Counted from 1, in bytes. */
  readonly column: number
  readonly expected: string
  /** One character or `the end of the line`: never more, since tokens and addresses stand in log lines. */
  readonly found: string
  /** How much of the format fitted before it, 0..1: to choose the nearest format. */
  readonly matched: number
}

export type Explanation = { readonly fields: ReadonlyMap<string, string> } | Mismatch

const SHOWN: Readonly<Record<Shape, string>> = {
  text: 'any text',
  word: 'a word without a space',
  list: 'tries, apart by ", " or " : "',
  integer: 'a whole number or "-"',
  status: 'three digits',
  seconds: 'seconds such as 0.157, or "-"',
  secondsList: 'seconds such as 0.157, or "-", tries apart by ", " or " : "',
  timeLocal: 'a time such as 21/Nov/2026:00:03:32 +0000',
  timeIso: 'a time such as 2026-11-21T00:03:32+00:00',
  epoch: 'seconds since 1970 such as 1795219412.001',
}

/**
 * The slow twin of the compiled parsers: the same grammar as one regular expression a format, so that the
 * two can be tested against each other, and able to say where a line leaves the format.
 * `line` is the text byte for byte (latin1), without its line end.
 */
export const explainLine = (format: LogFormat, line: string): Explanation =>
  format.template === undefined ? explainText(format, line) : explainJson(format, format.template, line)

const explainText = ({ name, tokens, directive }: LogFormat, line: string): Explanation => {
  // The parser takes no second look at such a line either.
  const isFirstFit = hasTooManyDivisions(line, ambiguousEnds(tokens, directive.escape))
  const patterns = tokenPatterns(tokens, directive.escape, { isFirstFit })
  const whole = new RegExp(`^${patterns.join('')}$`, 'd').exec(line)
  if (whole !== null) {
    const unreal = firstUnrealTime(tokens, whole)
    if (unreal === undefined) return { fields: fieldsOf(tokens, whole) }
    return { format: name, column: unreal.at + 1, expected: expectation(tokens, unreal.index), found: shown(line, unreal.at), matched: unreal.index / (tokens.length + 1) }
  }
  for (let count = tokens.length; count >= 0; count--) {
    // A value of any text fits everywhere; it counts once what follows it was found.
    if (count > 0 && count < tokens.length && isOpenEnded(tokens[count - 1]!)) continue
    const prefix = new RegExp(`^${patterns.slice(0, count).join('')}`).exec(line)
    if (prefix === null) continue
    const at = prefix[0].length
    const last = tokens[count - 1]
    // A number may be empty, so nothing of it was found where something else stands.
    const isEmptyNumber = last?.kind === 'variable' && !isOpenEnded(last) && prefix.at(-1) === ''
    const expected = isEmptyNumber ? expectation(tokens, count - 1) : count === tokens.length ? 'the end of the line' : expectation(tokens, count)
    return { format: name, column: at + 1, expected, found: shown(line, at), matched: count / (tokens.length + 1) }
  }
  return { format: name, column: 1, expected: expectation(tokens, 0), found: shown(line, 0), matched: 0 }
}

const isOpenEnded = (token: Token): boolean => token.kind === 'variable' && ['text', 'word', 'list'].includes(variableOf(token.name).shape)

const expectation = (tokens: readonly Token[], index: number): string => {
  const token = tokens[index]!
  const next = tokens[index + 1]
  if (token.kind === 'literal') return JSON.stringify(token.text)
  if (isOpenEnded(token)) return next?.kind === 'literal' ? `$${token.name} and then ${JSON.stringify(next.text)}` : `$${token.name}`
  return `$${token.name} (${SHOWN[variableOf(token.name).shape]})`
}

const shown = (line: string, at: number): string => (at >= line.length ? 'the end of the line' : JSON.stringify(line[at]))

const fieldsOf = (tokens: readonly Token[], match: RegExpExecArray): Map<string, string> => {
  const fields = new Map<string, string>()
  let group = 1
  for (const token of tokens) {
    if (token.kind !== 'variable') continue
    if (!fields.has(token.name)) fields.set(token.name, match[group]!)
    group++
  }
  return fields
}

/** A value that has the shape of a time and is none, such as the 31st of February: its token, and where it stands. */
const firstUnrealTime = (tokens: readonly Token[], match: RegExpExecArray): { readonly index: number; readonly at: number } | undefined => {
  let group = 0
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'variable' && !isReal(variableOf(token.name).shape, match[++group]!)) return { index, at: match.indices![group]![0] }
  }
  return undefined
}

const isReal = (shape: Shape, value: string): boolean => {
  if (shape === 'timeLocal') return isRealTime(value.slice(7, 11), monthNumber(value.slice(3, 6)), value.slice(0, 2), value.slice(12, 20), value.slice(21))
  if (shape === 'timeIso') return isRealTime(value.slice(0, 4), value.slice(5, 7), value.slice(8, 10), value.slice(11, 19), value.slice(19).replace(':', ''))
  return true
}

const monthNumber = (name: string): string => String('JanFebMarAprMayJunJulAugSepOctNovDec'.indexOf(name) / 3 + 1).padStart(2, '0')

const isRealTime = (year: string, month: string, day: string, clock: string, zone: string): boolean => {
  const [hour = 99, minute = 99, second = 99] = clock.split(':').map(Number)
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  const isDay = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day) && Number(year) >= 100
  return isDay && hour < 24 && minute < 60 && second <= 60 && Number(zone.slice(1, 3)) < 24 && Number(zone.slice(3)) < 60
}

const explainJson = ({ name, tokens }: LogFormat, template: ReadonlyMap<string, string>, line: string): Explanation => {
  const fieldOf = chooseFields(tokens, template)
  const fields = new Map([...template.values()].map((variable) => [variable, '']))
  const variableOfKey = new Map([...template].map(([key, variable]) => [Buffer.from(JSON.stringify(key).slice(1, -1), 'utf8').toString('latin1'), variable]))
  const seen = new Set<string>()
  const miss = (at: number, expected: string): Mismatch => ({ format: name, column: at + 1, expected, found: shown(line, at), matched: (0.9 * seen.size) / (template.size + 1) })
  let at = skip(/[ \t]*\{[ \t]*/y, line, 0)
  if (at < 0) return miss(0, 'a JSON object')
  while (line[at] === '"') {
    const valueAt = skip(KEY, line, at)
    if (valueAt < 0) return miss(at, 'a key and its value')
    const key = variableOfKey.get(KEY_TEXT.exec(line.slice(at))![1]!)
    const end = line[valueAt] === '"' ? skip(STRING, line, valueAt) : bareEnd(line, valueAt)
    if (end < 0) return miss(line.length, 'valid JSON')
    const raw = line[valueAt] === '"' ? line.slice(valueAt + 1, end - 1) : line.slice(valueAt, end).replace(/^null$/, '')
    if (key !== undefined) {
      const { shape } = variableOf(key)
      if (fieldOf.has(key) && !fitsJson(shape, raw)) return miss(line[valueAt] === '"' ? valueAt + 1 : valueAt, `$${key} (${SHOWN[shape]})`)
      fields.set(key, decoded(raw))
      seen.add(key)
    }
    at = skip(/[ \t]*/y, line, end)
    if (line[at] !== ',') break
    at = skip(/[ \t]*/y, line, at + 1)
  }
  if (skip(/\}[ \t]*$/y, line, at) < 0) return miss(at, '"," and a key, or "}"')
  const missing = [...template].find(([, variable]) => REQUIRED.has(fieldOf.get(variable)) && !seen.has(variable))
  return missing === undefined ? { fields } : miss(at, `the key ${JSON.stringify(missing[0])} ($${missing[1]})`)
}

const STRING = /"(?:[^"\\]|\\[^])*"/y
const KEY = /"(?:[^"\\]|\\[^])*"[ \t]*:[ \t]*/y
const KEY_TEXT = /^"((?:[^"\\]|\\[^])*)"/
const PIECE = /"(?:[^"\\]|\\[^])*"|[^"]/y
const REQUIRED: ReadonlySet<Field | undefined> = new Set([Field.status, Field.time])

/** The place behind what `pattern` matches at `at`; -1 when it does not. */
const skip = (pattern: RegExp, line: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(line) ? pattern.lastIndex : -1
}

const bareEnd = (line: string, from: number): number => {
  let depth = 0
  for (let at = from, next = skip(PIECE, line, at); next >= 0; at = next, next = skip(PIECE, line, at)) {
    const piece = line.slice(at, next)
    if (depth === 0 && /^[,} \t]$/.test(piece)) return at
    if (piece === '{' || piece === '[') depth++
    else if ((piece === '}' || piece === ']') && depth-- === 0) return -1
  }
  return -1
}

const decoded = (raw: string): string => {
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw // not JSON's own escapes: as it stands
  }
}

/** The same as the parser, which reads what a shipper wrote anew: numbers may have lost their zeros. */
const fitsJson = (shape: Shape, raw: string): boolean => {
  const isNumber = (text: string): boolean => text.length <= 16 && /^\d{1,15}(?:\.\d+)?$/.test(text)
  switch (shape) {
    case 'integer':
    case 'seconds':
      return raw === '' || raw === '-' || isNumber(raw)
    case 'secondsList':
      return fitsJson('seconds', raw.slice(raw.lastIndexOf(' ') + 1))
    case 'epoch':
      return isNumber(raw)
    case 'status':
      return shapePattern(shape).test(raw)
    case 'timeLocal':
      return shapePattern(shape).test(raw) && isRealTime(raw.slice(7, 11), monthNumber(raw.slice(3, 6)), raw.slice(0, 2), raw.slice(12, 20), raw.slice(21))
    case 'timeIso': {
      if (shapePattern(shape).test(raw)) return isRealTime(raw.slice(0, 4), raw.slice(5, 7), raw.slice(8, 10), raw.slice(11, 19), raw.slice(19).replace(':', ''))
      const parts = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(raw)
      return parts !== null && isRealTime(parts[1]!, parts[2]!, parts[3]!, parts[4]!, parts[5] === 'Z' ? '+0000' : parts[5]!.replace(':', ''))
    }
    default:
      return true
  }
}
