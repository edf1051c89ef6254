import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { FilePart } from '../../../src/input/file.ts'
import { type BlockReader, LineBlocks } from '../../../src/input/line-blocks.ts'
import { readPart } from '../../../src/input/part.ts'
import { openUnread } from '../../../src/input/unread/open-unread.ts'
import { isRememberedFile, type RememberedFile } from '../../../src/input/unread/remembered-file.ts'
import type { UnreadLog } from '../../../src/input/unread/unread-log.ts'

export const NEVER: AbortSignal = new AbortController().signal

/** Lines as they came. */
class Lines implements BlockReader {
  readonly lines: string[] = []

  readBlock(bytes: Buffer, from: number, to: number): void {
    for (const line of bytes.toString('latin1', from, to - 1).split('\n')) this.lines.push(line)
  }

  readLast(bytes: Buffer): void {
    this.lines.push(bytes.toString('latin1', 0, bytes.length - 1))
  }

  skipOverlong(): void {
    this.lines.push('overlong')
  }

  end(): void {}
}

const linesOf = async ({ source }: UnreadLog): Promise<{ lines: string[]; onDisk: number }> => {
  const reader = new Lines()
  let onDisk = 0
  await source.read(new LineBlocks(reader), { onRead: (bytes) => (onDisk += bytes), signal: NEVER })
  return { lines: reader.lines, onDisk }
}

/** In pieces, as threads read it. */
const linesInPieces = async (part: FilePart, pieces: number): Promise<string[]> => {
  const reader = new Lines()
  const border = (index: number): number => part.from + Math.round(((part.to - part.from) * index) / pieces)
  for (let index = 0; index < pieces; index++) {
    const piece = { ...part, from: border(index), to: border(index + 1) }
    if (piece.to > piece.from) await readPart(piece, new LineBlocks(reader), { onRead: () => {}, signal: NEVER })
  }
  return reader.lines
}

/** What one run came to. */
export interface RunResult {
  readonly lines: readonly string[]
  /** By the name of the file; only where there are some. */
  readonly byName: Readonly<Record<string, readonly string[]>>
  readonly notes: readonly string[]
  readonly failures: readonly string[]
  /** Bytes read on disk. */
  readonly onDisk: number
}

/** Runs over all files of a folder that fit, one after the other, with what is remembered kept as JSON between them. */
export class LogRuns {
  readonly folder: string
  readonly #fits: RegExp
  #json = '[]'

  constructor(folder: string, fits = /./) {
    this.folder = folder
    this.#fits = fits
  }

  get remembered(): RememberedFile[] {
    const files: unknown = JSON.parse(this.#json)
    expect(Array.isArray(files) && files.every(isRememberedFile)).toBe(true)
    return files as RememberedFile[]
  }

  set remembered(files: readonly RememberedFile[]) {
    this.#json = JSON.stringify(files)
  }

  paths(): string[] {
    return readdirSync(this.folder).filter((name) => this.#fits.test(name)).sort().map((name) => join(this.folder, name))
  }

  /** `whileOpen`: called when all is open, before it is read. A run that fails changes nothing. */
  async run({ paths = this.paths(), whileOpen = () => {} }: { readonly paths?: readonly string[]; readonly whileOpen?: () => void } = {}): Promise<RunResult> {
    const { logs, absent, notes, failures } = await openUnread(paths, this.remembered, NEVER)
    try {
      whileOpen()
      const byName: Record<string, readonly string[]> = {}
      let onDisk = 0
      for (const log of logs) {
        const read = await linesOf(log)
        expect((await linesOf(log)).lines).toEqual(read.lines)
        if (log.source.part!.compression === 'none') expect(await linesInPieces(log.source.part!, 3)).toEqual(read.lines)
        if (!log.hasUnread) expect(read.lines).toEqual([])
        onDisk += read.onDisk
        if (read.lines.length > 0) byName[log.source.path.slice(this.folder.length + 1)] = read.lines
      }
      this.remembered = [...logs.flatMap((log) => log.remember() ?? []), ...absent.map(({ remembered }) => remembered)]
      return { lines: Object.values(byName).flat(), byName, notes, failures: failures.map(({ error }) => error.message), onDisk }
    } finally {
      for (const { source } of logs) await source.close()
    }
  }
}

/** `[from, to)`, each a line of some 50 bytes that no other is like. */
export const numbered = (from: number, to: number, site = 'ws'): string => Array.from({ length: to - from }, (_, index) => `${lineOf(from + index, site)}\n`).join('')

export const lineOf = (number: number, site = 'ws'): string => `${site} ${String(number).padStart(8, '0')} "GET /socket HTTP/1.1" 101 ${number % 977}`

export const rangeOf = (from: number, to: number, site = 'ws'): string[] => Array.from({ length: to - from }, (_, index) => lineOf(from + index, site))
