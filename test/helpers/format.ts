import { readFileSync } from 'node:fs'
import { compileFormat, type LogFormat } from '../../src/log-format/compile.ts'
import { parseFormatText, parseSnippet } from '../../src/log-format/directive.ts'

const FOLDER = new URL('../../formats/', import.meta.url)

/** A format of the package, by its name. */
export const knownFormat = (name: string): LogFormat => compileFormat(name, parseSnippet(readFileSync(new URL(`${name}.conf`, FOLDER), 'utf8'))[0]!)

/** A format from the text of a log_format value. */
export const formatOf = (text: string): LogFormat => compileFormat('test', parseFormatText(text))
