import type { Escape } from './directive.ts'
import { type Shape, variableOf } from './fields.ts'
import type { Token } from './tokens.ts'

const SECONDS = String.raw`(?:\d{1,12}\.\d{3}|-|)`

const SHAPES: Readonly<Record<Shape, string>> = {
  text: '[^]*?',
  word: '[^ ]*?',
  list: '[^ ]*?(?:(?:, | : )[^ ]*?)*?',
  integer: String.raw`(?:\d{1,15}|-|)`,
  status: String.raw`\d{3}`,
  seconds: SECONDS,
  secondsList: `${SECONDS}(?:(?:, | : )${SECONDS})*`,
  timeLocal: String.raw`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}`,
  timeIso: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`,
  epoch: String.raw`\d{1,12}\.\d{3}`,
}

/**
 * The regular expressions of a format's tokens, one group a variable: the grammar of the compiled parser
 * once more, slow and plain, for what fast code cannot do (take a line up again at a later fit, say where
 * it broke) and to test the two against each other. `isFirstFit`: a value of any text ends where what follows it
 * fits first, as in the compiled parser, so that no line takes more than a few steps a byte.
 */
export const tokenPatterns = (tokens: readonly Token[], escape: Escape, { isFirstFit = false }: { readonly isFirstFit?: boolean } = {}): string[] =>
  tokens.map((token, index) => {
    if (token.kind === 'literal') return quoted(token.text)
    const next = tokens[index + 1]?.kind === 'literal' ? (tokens[index + 1] as Token & { kind: 'literal' }) : undefined
    const { shape } = variableOf(token.name)
    const isQuoted = next?.text.startsWith('"') === true && shape === 'text'
    if (isQuoted && escape === 'default') return '([^"]*)'
    if (isQuoted && escape === 'json') return String.raw`((?:[^"\\]|\\[^])*)`
    const any = escape === 'default' ? '[^"]' : '[^]' // nginx escapes quotes
    if (shape === 'text') return isFirstFit && next !== undefined ? `((?:(?!${quoted(next.text)})${any})*?)` : `(${any}*?)`
    const isList = shape === 'list' || shape === 'secondsList'
    if (isList && !isFirstFit && next !== undefined && /^(?:, | : )/.test(next.text)) return `(${SHAPES[shape]})`
    // A word or an item of a list ends at the first place where what follows it fits; a list goes on where one of its separators stands.
    const stops = [...(next === undefined ? [] : [quoted(next.text)]), ...(shape === 'list' ? [', '] : []), ...(shape === 'list' && next?.text.startsWith('"') === true ? ['"'] : [])]
    const char = stops.length === 0 ? '[^ ]' : `(?:(?!${stops.join('|')})[^ ])`
    return `(${SHAPES[shape].replaceAll('[^ ]', char)})${isList ? '(?!, | : )' : ''}`
  })

/** A literal's bytes (UTF-8, each as one latin1 character, as lines are), with nothing special to a pattern. */
const quoted = (text: string): string => Buffer.from(text, 'utf8').toString('latin1').replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)

/** The whole text of a value of this shape. */
export const shapePattern = (shape: Shape): RegExp => new RegExp(`^${SHAPES[shape]}$`)
