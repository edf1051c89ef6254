import { WslogError } from '../errors.ts'
import type { LogFormatDirective } from './directive.ts'
import { type Field, variableOf } from './fields.ts'
import { JsonParser, jsonTemplate } from './json-parser.ts'
import type { LineParser } from './record.ts'
import { TextParser } from './text-parser.ts'
import { type Token, tokenize } from './tokens.ts'

/** What lines of an open marker begin with. */
export const OPEN_MARKER = 'OPEN '

/** A log format, ready to read lines: data in, nothing of it known to the code. */
export interface LogFormat {
  readonly name: string
  readonly directive: LogFormatDirective
  readonly tokens: readonly Token[]
  /** The keys and their variables when the format is one flat JSON object, which is then read by key. */
  readonly template: ReadonlyMap<string, string> | undefined
  readonly fields: ReadonlySet<Field>
  /**
   * Its lines begin with `OPEN `: each says that a handshake has begun (`formats/ws_open.conf`), and has no status.
   * Such a format is read beside that of the sessions' ends, in the same log or in another.
   */
  readonly isOpenMarker: boolean
  /** What the clock of its lines shows: 1 ms (`$msec`), or whole seconds, 1000. */
  readonly clockStepMs: number
  /** A parser of its own for each file: parsers keep the last minute they saw. */
  createParser(): LineParser
}

/**
 * Compiles a `log_format` once, to a plan of literals and wanted fields.
 * @throws WslogError `log-format` when the text is none, see {@link tokenize}.
 */
export const compileFormat = (name: string, directive: LogFormatDirective): LogFormat => {
  const tokens = tokenize(directive.value)
  if (!tokens.some((token) => token.kind === 'variable')) {
    throw new WslogError('log-format', `log format ${name}: no nginx variable ($…) in it`)
  }
  const template = directive.escape === 'json' ? jsonTemplate(tokens) : undefined
  const fieldOf = chooseFields(tokens, template)
  return {
    name,
    directive,
    tokens,
    template,
    fields: new Set(fieldOf.values()),
    isOpenMarker: tokens[0]?.kind === 'literal' && tokens[0].text.startsWith(OPEN_MARKER),
    clockStepMs: fieldOf.has('msec') ? 1 : 1000,
    createParser: () => (template === undefined ? new TextParser({ tokens, escape: directive.escape, fieldOf }) : new JsonParser({ template, tokens, fieldOf })),
  }
}

/** One variable for each field: the highest rank, then the first. Keyed by the variable's name. Of a key that a JSON format has twice the last one counts. */
export const chooseFields = (tokens: readonly Token[], template: LogFormat['template']): Map<string, Field> => {
  const readable = template === undefined ? undefined : new Set(template.values())
  const best = new Map<Field, { name: string; rank: number }>()
  for (const token of tokens) {
    if (token.kind !== 'variable' || readable?.has(token.name) === false) continue
    const { field, rank = 0 } = variableOf(token.name)
    if (field === undefined) continue
    if (rank > (best.get(field)?.rank ?? -1)) best.set(field, { name: token.name, rank })
  }
  return new Map([...best].map(([field, { name }]) => [name, field]))
}
