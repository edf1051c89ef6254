import { extname } from 'node:path'
import type { Zone } from 'luxon'
import type { Comparison } from '../compare/comparison.ts'
import { WslogError } from '../errors.ts'
import { renderComparisonMarkdown } from '../render/comparison/markdown.ts'
import { renderComparison } from '../render/comparison/terminal.ts'
import { renderJson } from '../render/json.ts'
import { PLAIN } from '../render/paint.ts'

/** Each kind of file that `wslog diff -o` writes, by its ending. */
const KINDS = {
  '.json': (comparison: Comparison): string => renderJson(comparison),
  '.md': (comparison: Comparison, zone: Zone): string => renderComparisonMarkdown(comparison, { zone }),
  '.txt': (comparison: Comparison, zone: Zone): string => renderComparison(comparison, { paint: PLAIN, width: 80, zone }),
} as const
export type DiffFileKind = keyof typeof KINDS

/** @throws WslogError `usage` for an ending that stands for nothing. */
export const diffKindOfFile = (path: string): DiffFileKind => {
  const ending = extname(path).toLowerCase()
  if (Object.hasOwn(KINDS, ending)) return ending as DiffFileKind
  throw new WslogError('usage', `-o ${path}: the ending says the kind of file, and ${ending === '' ? 'there is none' : `${ending} is none`}; use ${Object.keys(KINDS).join(' ')}`)
}

export const renderDiffFile = (kind: DiffFileKind, comparison: Comparison, zone: Zone): string => KINDS[kind](comparison, zone)
