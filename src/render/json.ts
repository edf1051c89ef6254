import { UNSAFE } from './sanitize.ts'

/** A document, such as a report, as JSON, a row of each table a line: small enough to keep, and a diff shows what changed. */
export const renderJson = (document: object): string => {
  const parts = Object.entries(document).map(([key, value]) => `${JSON.stringify(key)}: ${Array.isArray(value) && value.length > 0 ? `[\n${value.map((row) => `  ${jsonOf(row)}`).join(',\n')}\n]` : jsonOf(value)}`)
  return `{\n${parts.join(',\n')}\n}\n`
}

/** JSON in which what a terminal would obey, or a reader could not see, is written as `\uHHHH`: the same value. */
export const jsonOf = (value: unknown): string => visibleJson(JSON.stringify(value))

/** The same of a text that is JSON already. */
export const visibleJson = (json: string): string => json.replaceAll(UNSAFE, (char) => Array.from({ length: char.length }, (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''))
