import { sanitize } from './sanitize.ts'

/** A table; its cells are texts, never markup. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(markdownText))].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** Whatever Markdown or HTML would take for markup, escaped; a backslash before any mark is always itself. */
export const markdownText = (value: string): string => sanitize(value).replaceAll(/[\\`*_{}[\]()#+!|<>~&]/g, String.raw`\$&`)
