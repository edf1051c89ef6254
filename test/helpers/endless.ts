import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { temporaryFolder } from './folder.ts'

const GIGABYTE = 1 << 30
const MEMBER = 1 << 24

/** A file with a line at its beginning, one at its end, and `bytes` of zeros between them, without a line end. It takes no room on the disk. */
export const endlessFile = (name: string, line: string, bytes = GIGABYTE): string => {
  const path = join(temporaryFolder(), name)
  const fd = openSync(path, 'w')
  writeSync(fd, line)
  ftruncateSync(fd, bytes)
  writeSync(fd, `\n${line}`, bytes)
  closeSync(fd)
  return path
}

/** The same as gzip: a megabyte, in members of 16 MB. */
export const endlessGzip = (line: string): Buffer => Buffer.concat([gzipSync(line), ...Array<Buffer>(GIGABYTE / MEMBER).fill(gzipSync(Buffer.alloc(MEMBER))), gzipSync(`\n${line}`)])

/** At least so many bytes of one line, as gzip in members of 16 MB; and how many lines. */
export const repeatedGzip = (line: string, bytes: number): { readonly content: Buffer; readonly lines: number } => {
  const each = Math.ceil(MEMBER / line.length)
  const members = Math.ceil(bytes / (each * line.length))
  return { content: Buffer.concat(Array<Buffer>(members).fill(gzipSync(line.repeat(each)))), lines: each * members }
}
