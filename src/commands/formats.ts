import { WslogError } from '../errors.ts'
import { loadKnownFormats } from '../input/formats.ts'

/** `wslog formats [name]`: the names and what each is for, or one snippet, ready to paste. @throws WslogError `usage` */
export const runFormats = async (name: string | undefined): Promise<string> => {
  const known = await loadKnownFormats()
  if (name === undefined) {
    const width = Math.max(...known.map((format) => format.name.length))
    return `${known.map((format) => `${format.name.padEnd(width)}  ${purposeOf(format.snippet, format.name)}`).join('\n')}\n`
  }
  const format = known.find((one) => one.name === name)
  if (format === undefined) throw new WslogError('usage', `${name}: no such format; there are ${known.map((one) => one.name).join(', ')}`)
  return `${format.snippet.split('\n').filter((line) => !line.startsWith('#')).join('\n').trim()}\n`
}

/** The first line of a snippet: `# name: purpose`. */
const purposeOf = (snippet: string, name: string): string => snippet.split('\n', 1)[0]!.replace(`# ${name}: `, '')
