import { WslogError } from '../../errors.ts'
import { LF } from '../../log-format/chars.ts'
import { chunksOf, wholeLines, within } from '../chunks.ts'
import { decompressed } from '../decompress.ts'
import { SAMPLE } from '../sample.ts'
import type { Content } from './content.ts'
import { beginsWith, FINGERPRINT_BYTES, type Fingerprint, fingerprintOf } from './fingerprint.ts'
import { isUnchanged, type LogFile } from './log-file.ts'
import type { RememberedFile } from './remembered-file.ts'

/** Looks into a compressed log: it is decompressed once, to its end; one that was read out and is unchanged is not. @throws what the signal was aborted with */
export const compressedContent = async (file: LogFile, remembered: readonly RememberedFile[], signal: AbortSignal): Promise<Content> => {
  const unchanged = remembered.find((one) => one.isReadOut && isUnchanged(one, file))
  return unchanged === undefined ? await scanned(file, remembered, signal) : asRemembered(file, unchanged)
}

const plainOf = (file: LogFile): AsyncGenerator<Buffer> => decompressed({ path: file.name, kind: file.compression, chunks: chunksOf(file), again: () => chunksOf(file) })

const asRemembered = (file: LogFile, one: RememberedFile): Content => ({
  length: one.offset,
  linesTo: one.offset,
  head: undefined,
  sample: Buffer.alloc(0),
  matches: [one],
  damage: undefined,
  fingerprintBefore: () => one.before,
  chunks: () => within(plainOf(file), { from: 0, to: one.offset }),
})

const scanned = async (file: LogFile, remembered: readonly RememberedFile[], signal: AbortSignal): Promise<Content> => {
  const marks = [...new Set(remembered.map(({ offset }) => offset))].sort((a, b) => a - b)
  const prints = new Map<number, Fingerprint>()
  const held: Buffer[] = []
  let heldBytes = 0
  let length = 0
  let linesTo = 0
  let next = 0
  let window: Buffer = Buffer.alloc(0)
  let beforeLinesTo = window
  let damage: WslogError | undefined
  try {
    for await (const chunk of plainOf(file)) {
      signal.throwIfAborted()
      if (heldBytes < SAMPLE) heldBytes += held[held.push(chunk) - 1]!.length
      const seen = Buffer.concat([window, chunk])
      const start = length - window.length
      const before = (place: number): Buffer => seen.subarray(Math.max(0, place - start - FINGERPRINT_BYTES), place - start)
      length += chunk.length
      for (; next < marks.length && marks[next]! <= length; next++) prints.set(marks[next]!, fingerprintOf(before(marks[next]!)))
      const lineEnd = chunk.lastIndexOf(LF)
      if (lineEnd >= 0) {
        linesTo = length - chunk.length + lineEnd + 1
        beforeLinesTo = Buffer.from(before(linesTo))
      }
      window = Buffer.from(before(length))
    }
  } catch (error) {
    if (!(error instanceof WslogError)) throw error
    damage = error
  }
  prints.set(linesTo, fingerprintOf(beforeLinesTo))
  prints.set(length, fingerprintOf(window))
  const first = Buffer.concat(held)
  const head = Buffer.from(first.subarray(0, FINGERPRINT_BYTES))
  return {
    length,
    linesTo,
    head,
    sample: wholeLines(first),
    matches: remembered.filter(({ offset, head: begin, before }) => offset <= length && beginsWith(head, begin) && prints.get(offset)?.sha256 === before.sha256),
    damage,
    fingerprintBefore: (place) => prints.get(place)!,
    chunks: () => within(plainOf(file), { from: 0, to: length }),
  }
}
