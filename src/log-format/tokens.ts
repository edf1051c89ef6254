import { WslogError } from '../errors.ts'

/** A piece of a log format: text that nginx writes as it stands, or one variable. */
export type Token =
  | { readonly kind: 'literal'; readonly text: string; readonly column: number }
  | { readonly kind: 'variable'; readonly name: string; readonly column: number }

const VARIABLE = /\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/y

/**
 * The tokens of a `log_format` value, literals and variables in turn; `column` counts from 1.
 * @throws WslogError `log-format` for what nginx refuses too (a lone `$`), and for two variables with
 *   nothing between them, since no reader can tell where the first one ends.
 */
export const tokenize = (value: string): Token[] => {
  const tokens: Token[] = []
  let at = 0
  while (at < value.length) {
    const start = at
    if (value[at] === '$') {
      VARIABLE.lastIndex = at
      const match = VARIABLE.exec(value)
      if (match === null) throw formatError(value, at, 'a "$" with no variable name after it')
      const name = (match[1] ?? match[2])!
      const previous = tokens.at(-1)
      if (previous?.kind === 'variable') {
        throw formatError(value, at, `nothing stands between $${previous.name} and $${name}, so the end of the first cannot be found; put a space or a quote between them`)
      }
      tokens.push({ kind: 'variable', name, column: start + 1 })
      at = VARIABLE.lastIndex
    } else {
      const dollar = value.indexOf('$', at)
      at = dollar < 0 ? value.length : dollar
      tokens.push({ kind: 'literal', text: value.slice(start, at), column: start + 1 })
    }
  }
  return tokens
}

const formatError = (value: string, at: number, what: string): WslogError => {
  const from = Math.max(0, at - 50)
  const shown = value.slice(from, at + 30).replaceAll(/\s/g, ' ')
  return new WslogError('log-format', `log format, column ${at + 1}: ${what}`, {
    detail: `${shown}\n${' '.repeat(at - from)}^`,
  })
}
