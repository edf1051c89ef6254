import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import { mostOf } from './failed.ts'
import { short } from './wording.ts'

/** Where handshakes failed, for a title: `at /ws` when half of them did there or more, `under /ws/` when all did, else `at several paths`; empty when no path is known. */
export const whereOf = (rows: readonly SampledHandshake[]): string => {
  const paths = mostOf(rows, 'path')
  const [first] = paths
  if (first === undefined) return ''
  if (first.count * 2 >= rows.length) return `at ${short(first.name)}`
  const folder = commonFolder(paths.map(({ name }) => name))
  return folder === '/' || folder === '' ? 'at several paths' : `under ${short(folder)}`
}

/** What all paths begin with, up to its last slash. */
export const commonFolder = (paths: readonly string[]): string => {
  const [first = '', ...others] = paths.map((path) => path.split('?', 1)[0]!)
  let length = first.length
  for (const path of others) while (!path.startsWith(first.slice(0, length))) length--
  return first.slice(0, first.lastIndexOf('/', length - 1) + 1)
}
