import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { WslogError } from '../errors.ts'
import { renderJson } from '../render/json.ts'
import { PLAIN } from '../render/paint.ts'
import type { Against } from '../compare/against.ts'
import type { Report } from '../report/report.ts'
import { type LogZone, luxonZone } from './log-zone.ts'

export interface FileOptions {
  readonly zone: LogZone
  /** What a text says of earlier days beside it. */
  readonly against: readonly Against[]
}

// Each is loaded when it is written: nothing else should wait for it.
const renderPage = async (report: Report, { zone }: FileOptions): Promise<string> => {
  const [{ renderHtml }, { loadHtmlAssets }] = await Promise.all([import('../render/html/html.ts'), import('./html-assets.ts')])
  return renderHtml(report, { zone: await luxonZone(zone), assets: await loadHtmlAssets(), page: undefined })
}

/** Each kind of file that `-o` writes, by its ending. */
const KINDS = {
  '.html': renderPage,
  '.json': (report: Report): string => renderJson(report),
  '.csv': async (report: Report): Promise<string> => (await import('../render/csv.ts')).renderCsv(report),
  '.md': async (report: Report, { zone }: FileOptions): Promise<string> => (await import('../render/markdown.ts')).renderMarkdown(report, { zone: await luxonZone(zone) }),
  '.txt': async (report: Report, { zone, against }: FileOptions): Promise<string> => (await import('../render/terminal/terminal.ts')).renderTerminal(report, { paint: PLAIN, width: 80, zone: await luxonZone(zone) }, against),
} as const
export type FileKind = keyof typeof KINDS

/** What `-o` names: a file of one kind, a summary to be merged, or a folder of pages. */
export type OutputKind = FileKind | 'summary' | 'folder'

/** A folder is there, or its name ends with a slash. @throws WslogError `usage` for an ending that stands for nothing. */
export const kindOfOutput = (path: string): OutputKind => {
  if (/[/\\]$/.test(path) || isFolder(path)) return 'folder'
  return path.toLowerCase().endsWith(SUMMARY) ? 'summary' : kindOfFile(path)
}

const SUMMARY = '.summary.json'

/** What keeps it from being looked at is said when it is written. */
const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** @throws WslogError `usage` for an ending that stands for nothing. */
export const kindOfFile = (path: string): FileKind => {
  const ending = extname(path).toLowerCase()
  if (Object.hasOwn(KINDS, ending)) return ending as FileKind
  throw new WslogError('usage', `-o ${path}: the ending says the kind of report, and ${ending === '' ? 'there is none' : `${ending} is none`}; use ${Object.keys(KINDS).join(' ')}`)
}

export const renderFile = async (kind: FileKind, report: Report, options: FileOptions): Promise<string> => KINDS[kind](report, options)
