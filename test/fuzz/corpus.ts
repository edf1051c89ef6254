import { formatFiles, realLines, type RealLine, sampleLines } from '../helpers/real-lines.ts'
import { readErrorLog, realErrorLogs } from '../helpers/error-log.ts'
import { readFileSync } from 'node:fs'
import { ROOT } from '../helpers/cli.ts'

const MAX_LENGTH = 4096
const fits = (line: string): boolean => line !== '' && line.length <= MAX_LENGTH
const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split('\n').filter(fits)

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

/** Real access lines, by the name of their format. */
export const accessLines: ReadonlyMap<string, readonly RealLine[]> = grouped([...sampleLines, ...realLines].filter(({ line }) => fits(line)), ({ format }) => format.name)

export const formatNames: readonly string[] = [...accessLines.keys()]

export const knownFormats = formatFiles.map(({ format }) => format)

/** The snippets of `formats/`. */
export const snippets: readonly string[] = formatFiles.map(({ snippet }) => snippet)

/** Every kind of line of a real error log, a few of each. */
export const errorLines: readonly string[] = [...grouped(
  [...realErrorLogs.map(({ bytes }) => bytes), readFileSync(`${ROOT}samples/who-cut-it.error.log`)].flatMap(linesOf),
  (line) => line.slice(19).replaceAll(/\d+/g, 'N').slice(0, 90),
).values()].flatMap((lines) => [lines[0]!, lines.at(-1)!])

/** Those that are an entry each, whatever follows: no client's bytes stand in them, or their end is known. */
export const closedErrorLines: readonly string[] = errorLines.filter((line) => {
  const { entries, skipped } = readErrorLog(`${line}\nx\n`)
  return entries.length === 1 && skipped.length === 1
})
