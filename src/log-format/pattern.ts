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
 * it broke) and to test the two against each other.
 */
export const tokenPatterns = (tokens: readonly Token[], escape: Escape): string[] =>
  tokens.map((token, index) => {
    if (token.kind === 'literal') return token.text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
    const next = tokens[index + 1]
    const { shape } = variableOf(token.name)
    const isQuoted = next?.kind === 'literal' && next.text.startsWith('"') && shape === 'text'
    if (isQuoted && escape === 'default') return '([^"]*)'
    if (isQuoted && escape === 'json') return String.raw`((?:[^"\\]|\\[^])*)`
    return `(${SHAPES[shape]})`
  })

/** The whole text of a value of this shape. */
export const shapePattern = (shape: Shape): RegExp => new RegExp(`^${SHAPES[shape]}$`)
