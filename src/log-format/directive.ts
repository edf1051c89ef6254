import { WslogError } from '../errors.ts'

/** How nginx escapes variables in a line (`escape=` of log_format). Source: ngx_http_log_module. */
export type Escape = 'default' | 'json' | 'none'

/** One `log_format` directive, its strings joined as nginx joins them: without a separator. */
export interface LogFormatDirective {
  readonly name: string
  readonly escape: Escape
  readonly value: string
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' }

/** Every `log_format` directive of an nginx configuration text, in order. Other directives are passed over. */
export const parseSnippet = (text: string): LogFormatDirective[] => {
  const found: LogFormatDirective[] = []
  for (const directive of readDirectives(text)) {
    const [keyword, name, ...strings] = directive
    if (keyword !== 'log_format' || name === undefined) continue
    found.push({ name, ...joinStrings(strings) })
  }
  return found
}

/**
 * The value of `--log-format` when it is neither a known name nor a file: a whole directive
 * (`log_format x '…' '…';`), its quoted strings alone, or the bare text as the shell hands it over.
 * @throws WslogError `log-format` when no variable is in it.
 */
export const parseFormatText = (text: string): LogFormatDirective => {
  const trimmed = text.trim()
  const [directive] = /^log_format\s/.test(trimmed) ? parseSnippet(trimmed) : []
  const parsed = directive ?? { name: 'custom', ...readValue(trimmed) }
  if (!parsed.value.includes('$')) {
    throw new WslogError('log-format', `no nginx variable ($…) in the log format ${JSON.stringify(text)}: give a known name (wslog formats), a snippet file, or a whole log_format value`)
  }
  return parsed
}

const readValue = (text: string): { escape: Escape; value: string } => {
  const escape = /^escape=(\S+)\s+/.exec(text)
  const rest = escape === null ? text : text.slice(escape[0].length)
  if (rest.startsWith("'")) {
    const [strings = []] = readDirectives(rest.endsWith(';') ? rest : `${rest};`)
    return joinStrings(escape === null ? strings : [`escape=${escape[1]}`, ...strings])
  }
  return joinStrings(escape === null ? [rest] : [`escape=${escape[1]}`, rest])
}

const joinStrings = (strings: readonly string[]): { escape: Escape; value: string } => {
  const first = strings[0]?.startsWith('escape=') ? strings[0].slice('escape='.length) : undefined
  if (first !== undefined && first !== 'default' && first !== 'json' && first !== 'none') {
    throw new WslogError('log-format', `unknown escape=${first} in log_format: nginx knows default, json and none`)
  }
  return { escape: first ?? 'default', value: strings.slice(first === undefined ? 0 : 1).join('') }
}

/** nginx's own tokens (ngx_conf_read_token): words and quoted strings up to `;`, `{` or `}`; `#` starts a comment. */
function* readDirectives(text: string): Generator<string[]> {
  let words: string[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at]!
    if (/\s/.test(char)) at++
    else if (char === '#') at = endOfLine(text, at)
    else if (char === ';' || char === '{' || char === '}') {
      if (words.length > 0) yield words
      words = []
      at++
    } else {
      const [word, next] = char === '"' || char === "'" ? readQuoted(text, at) : readWord(text, at)
      words.push(word)
      at = next
    }
  }
  if (words.length > 0) {
    throw new WslogError('log-format', `the log format ends without ";" after ${JSON.stringify(words.at(-1)!.slice(0, 40))}`)
  }
}

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

const readQuoted = (text: string, start: number): [string, number] => {
  const quote = text[start]
  let word = ''
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!
    if (char === quote) return [word, at + 1]
    const escaped = char === '\\' ? ESCAPES[text[at + 1] ?? ''] : undefined
    word += escaped ?? char
    if (escaped !== undefined) at++
  }
  throw new WslogError('log-format', `the string that starts with ${JSON.stringify(text.slice(start, start + 30))} has no closing ${quote}`)
}

const readWord = (text: string, start: number): [string, number] => {
  let at = start
  while (at < text.length) {
    if (text.startsWith('${', at)) at = text.indexOf('}', at) < 0 ? text.length : text.indexOf('}', at) + 1
    else if (/[\s;{}]/.test(text[at]!)) break
    else at++
  }
  return [text.slice(start, at), at]
}
