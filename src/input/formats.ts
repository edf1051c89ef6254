import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WslogError } from '../errors.ts'
import { compileFormat, type LogFormat } from '../log-format/compile.ts'
import { parseFormatText, parseSnippet } from '../log-format/directive.ts'
import { Field } from '../log-format/fields.ts'

/** The package's own formats, beside `dist/` and `src/` alike. */
const FOLDER = fileURLToPath(new URL('../../formats/', import.meta.url))

/** A format with the snippet that it was read from, ready to paste into nginx.conf. */
export interface KnownFormat {
  readonly name: string
  readonly snippet: string
  readonly format: LogFormat
}

/** Every file under `formats/`, by name; the name is the file's. */
export const loadKnownFormats = async (): Promise<KnownFormat[]> => {
  // Read as modules are: a dozen small files of the package's own take longer to hand to threads than to read.
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.conf')).sort()
  return files.map((file) => {
    const snippet = readFileSync(FOLDER + file, 'utf8')
    const name = basename(file, '.conf')
    const [directive] = parseSnippet(snippet)
    if (directive === undefined) throw new WslogError('log-format', `formats/${file}: no log_format directive in it`)
    return { name, snippet, format: compileFormat(name, directive) }
  })
}

/**
 * The formats that `--log-format` means: a known name, every `log_format` of a snippet file or nginx.conf, or
 * the text itself.
 * @throws WslogError `log-format` when it is none of them, or lacks what a report needs.
 */
export const resolveFormats = async (option: string, known: readonly KnownFormat[]): Promise<LogFormat[]> => {
  const byName = known.find(({ name }) => name === option)
  if (byName !== undefined) return [byName.format]
  const formats = option.includes('$') ? [compileFormat('custom', parseFormatText(option))] : await readSnippet(option, known)
  const usable = formats.filter(({ fields, isOpenMarker }) => isOpenMarker || fields.has(Field.status))
  if (usable.length === 0) {
    throw new WslogError('log-format', `log format ${JSON.stringify(option.slice(0, 60))}: $status is not in it, and without it no handshake can be told from a failure`)
  }
  return usable
}

const readSnippet = async (path: string, known: readonly KnownFormat[]): Promise<LogFormat[]> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const names = known.map(({ name }) => name).join(', ')
    throw new WslogError('log-format', `log format ${JSON.stringify(path)}: neither a known name (${names}), nor a file that can be read, nor a text with $variables`, { cause: error })
  })
  let refused: unknown
  const formats = parseSnippet(text).flatMap((directive) => {
    try {
      return [compileFormat(directive.name, directive)]
    } catch (error) {
      refused ??= error
      return [] // another format of the file may still be the log's
    }
  })
  if (formats.length === 0 && refused !== undefined) throw refused
  if (formats.length === 0) throw new WslogError('log-format', `${path}: no log_format directive in it`)
  return formats
}
