import { readdirSync, readFileSync } from 'node:fs'
import { compileFormat, type LogFormat } from '../../src/log-format/compile.ts'
import { parseSnippet } from '../../src/log-format/directive.ts'

const FORMATS = new URL('../../formats/', import.meta.url)
const REAL_LOGS = new URL('../real-logs/', import.meta.url)

/** A line, byte for byte (latin1), with the format that it was written in. */
export interface RealLine {
  readonly format: LogFormat
  readonly source: string
  readonly line: string
}

/** Every `formats/*.conf`, by its file's name. */
export const formatFiles = readdirSync(FORMATS).filter((file) => file.endsWith('.conf')).sort().map((file) => {
  const snippet = readFileSync(new URL(file, FORMATS), 'latin1')
  const name = file.slice(0, -'.conf'.length)
  return {
    file,
    name,
    snippet,
    format: compileFormat(name, parseSnippet(snippet)[0]!),
    samples: snippet.split('\n').filter((line) => line.startsWith('# sample: ')).map((line) => line.slice('# sample: '.length)),
  }
})

/** The lines that stand behind `# sample:` in the format files. */
export const sampleLines: readonly RealLine[] = formatFiles.flatMap(({ file, format, samples }) => samples.map((line) => ({ format, source: file, line })))

/** Which `log_format` of its folder's nginx.conf a log was written in, by the name of the log. */
const FORMAT_OF_LOG: Readonly<Record<string, string>> = {
  'access.log': 'ws', 'access_rich.log': 'rich', 'access_none.log': 'none', 'access_j.log': 'j', 'access_odd.log': 'odd',
  'access_buf.log': 'ws', 'access_unbuf.log': 'rich', 'access_ws2.log': 'ws2', 'ws_access.log': 'ws', 'ws_rich.log': 'ws_rich', 'access_json.log': 'richjson',
}

const formatOfLog = (file: string, line: string): string | undefined => {
  // Two formats share this file: one line when a socket opens, one when it closes.
  if (file === 'ws_events.log') return line.startsWith('OPEN ') ? 'wsopen' : 'wsclose'
  return FORMAT_OF_LOG[file]
}

const readFolder = (folder: string): RealLine[] => {
  const at = new URL(`${folder}/`, REAL_LOGS)
  const directives = parseSnippet(readFileSync(new URL('nginx.conf', at), 'utf8'))
  const formats = new Map(directives.map((directive) => [directive.name, compileFormat(directive.name, directive)]))
  return readdirSync(at).filter((file) => /access.*\.log$|^ws_.*\.log$/.test(file)).flatMap((file) =>
    readFileSync(new URL(file, at), 'latin1').split('\n').filter((line) => line !== '').flatMap((line) => {
      const format = formats.get(formatOfLog(file, line) ?? '')
      return format === undefined ? [] : [{ format, source: `${folder}/${file}`, line }]
    }))
}

/** The access lines of a real nginx, each with the format that its own nginx.conf gave it. */
export const realLines: readonly RealLine[] = readdirSync(REAL_LOGS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) => readFolder(name))

/** `richjson` is in every nginx.conf, but its logs were not kept. */
export const richJson: LogFormat = compileFormat('richjson', parseSnippet(readFileSync(new URL('n_escape/nginx.conf', REAL_LOGS), 'utf8')).find(({ name }) => name === 'richjson')!)
