import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LineBlocks } from '../../../src/input/line-blocks.ts'
import { firstLines } from '../../../src/input/lines.ts'
import { openLog } from '../../../src/input/open.ts'
import { readPart } from '../../../src/input/part.ts'
import type { FilePart } from '../../../src/input/file.ts'
import type { LogFormatDirective } from '../../../src/log-format/directive.ts'
import { explainLine } from '../../../src/log-format/explain.ts'
import { type LineCounts } from '../../../src/log-format/read-tally.ts'
import { LogReader } from '../../../src/log-format/reader.ts'
import { type Seeded, times } from '../../helpers/seeded.ts'
import { compiled } from '../compiled.ts'
import { accessLines, formatNames } from '../corpus.ts'
import { mutated } from '../mutate.ts'
import { recordText } from '../record-text.ts'
import { smallerLists, smallerTexts } from '../smaller.ts'
import { target } from '../target.ts'

interface Input {
  readonly directive: LogFormatDirective
  /** With what stands between them: whole lines, broken ones, line ends of any kind. */
  readonly pieces: readonly string[]
  readonly isCompressed: boolean
  /** Where the file is divided between threads, 0..1 of its bytes; a compressed one never is. */
  readonly borders: readonly number[]
}

const OPTIONS = { onRead: (): void => {}, signal: new AbortController().signal }

/** A file read in blocks, in parts as threads read it, and line by line by split2 with the slow twin: the same lines fit. */
export const fileRoads = target<Input>({
  name: 'file-roads',
  cases: 600,
  make: (random) => {
    const real = accessLines.get(random.pick(formatNames))!
    const lines = real.map(({ line }) => line)
    return { directive: real[0]!.format.directive, pieces: times(random.int(0, 12), () => pieceOf(random, lines)), isCompressed: random.next() < 0.3, borders: times(random.pick([0, 1, 2, 5]), () => random.next()) }
  },
  check: async ({ directive, pieces, isCompressed, borders }) => {
    const plain = Buffer.from(pieces.join(''), 'latin1')
    const folder = mkdtempSync(join(tmpdir(), 'wslog-fuzz-'))
    const path = join(folder, 'access.log')
    writeFileSync(path, isCompressed ? gzipSync(plain, { level: 1 }) : plain)
    const source = await openLog(path)
    try {
      const format = compiled(directive)
      const readAll = async (read: (blocks: LineBlocks) => Promise<void>): Promise<Read> => {
        const fitting: string[] = []
        const reader = new LogReader({ formats: [format], envelope: undefined, sink: { record: (record) => fitting.push(recordText(record)) > 0, skipped: () => {} } })
        await read(new LineBlocks(reader))
        return { counts: reader.counts, fitting }
      }
      const whole = await readAll((blocks) => source.read(blocks, OPTIONS))
      const { read, parsed, skipped, filtered } = whole.counts
      if (read !== parsed + skipped + filtered) return `lines do not add up: ${JSON.stringify(whole.counts)}`

      const parts: Read[] = []
      for (const part of partsOf(source.part!, borders)) parts.push(await readAll((blocks) => readPart(part, blocks, OPTIONS)))
      const together: Read = { counts: sum(parts.map(({ counts }) => counts)), fitting: parts.flatMap(({ fitting }) => fitting) }
      if (JSON.stringify(together) !== JSON.stringify(whole)) return `in parts: ${JSON.stringify(together)}\nin one: ${JSON.stringify(whole)}`

      // The slow road ends with the last line end, and knows no glued lines.
      const sampled = await readAll(async (blocks) => {
        const buffer = LineBlocks.allocate(source.sample.length)
        source.sample.copy(buffer, LineBlocks.dataFrom)
        blocks.take(buffer, source.sample.length)
        blocks.end()
      })
      let lines = 0
      let fits = 0
      await firstLines(source, ({ text }) => {
        lines++
        if ('fields' in explainLine(format, text)) fits++
      })
      const fast = { lines: sampled.counts.read, fits: sampled.counts.parsed - sampled.counts.glued }
      return JSON.stringify({ lines, fits }) === JSON.stringify(fast) ? undefined : `line by line ${JSON.stringify({ lines, fits })}, in blocks ${JSON.stringify(fast)}`
    } finally {
      await source.close()
      rmSync(folder, { recursive: true })
    }
  },
  smaller: function* (input) {
    for (const pieces of smallerLists(input.pieces, smallerTexts)) yield { ...input, pieces }
    for (const borders of smallerLists(input.borders)) yield { ...input, borders }
    if (input.isCompressed) yield { ...input, isCompressed: false }
  },
})

interface Read {
  readonly counts: LineCounts
  readonly fitting: readonly string[]
}

const pieceOf = (random: Seeded, lines: readonly string[]): string => {
  const line = random.pick(lines)
  if (random.next() < 0.1) return random.pick(['\n', '\r\n', '\r', '\n\n', '\0', '\r\r\n', '\u00FF\u00FE'])
  return `${random.next() < 0.4 ? line : mutated(random, line, random.pick(lines))}${random.pick(['\n', '\n', '\n', '\n', '\r\n', ''])}`
}

const partsOf = (file: FilePart, borders: readonly number[]): FilePart[] => {
  const places = [0, ...borders.map((border) => Math.floor(border * file.size)).sort((a, b) => a - b), file.size]
  const ranges = places.slice(1).map((to, index) => ({ from: places[index]!, to })).filter(({ from, to }) => to > from)
  return ranges.length === 0 || file.compression !== 'none' ? [file] : ranges.map((range) => ({ ...file, ...range }))
}

const sum = (all: readonly LineCounts[]): LineCounts => {
  const total: LineCounts = { read: 0, parsed: 0, skipped: 0, filtered: 0, overlong: 0, glued: 0 }
  for (const counts of all) for (const key of Object.keys(total) as (keyof LineCounts)[]) total[key] += counts[key]
  return total
}
