import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { type PeriodRow, rowsFromJson } from '../compare/period-row.ts'
import { ROWS_DATA } from '../render/html/index-page.ts'

/** An index over ten years; what is larger is none of ours. */
const MAX_BYTES = 32 * 1024 * 1024

/** What an index page keeps of the pages that it lists, by name; empty where there is no such page, or it tells nothing that is understood. */
export const readIndex = async (path: string): Promise<Map<string, PeriodRow>> => {
  const text = await readText(path)
  const begin = `<script type="application/json" id="${ROWS_DATA}">`
  const from = text.indexOf(begin)
  const to = text.indexOf('</script>', from)
  if (from < 0 || to < 0) return new Map()
  return new Map(rowsFromJson(parsed(text.slice(from + begin.length, to))).map((row) => [row.name, row]))
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Empty for what is missing, no regular file or too large. */
const readText = async (path: string): Promise<string> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size, isFile } = await file.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }))
    return isFile && size <= MAX_BYTES ? await file.readFile('utf8') : ''
  } finally {
    await file.close()
  }
}
