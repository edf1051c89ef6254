import { pipeline } from 'node:stream/promises'
import { Readable, Writable } from 'node:stream'
import split from 'split2'
import type { LogSource } from './source.ts'

/** A line as text, byte for byte (latin1), and its number from 1. */
export interface NumberedLine {
  readonly text: string
  readonly lineNumber: number
}

/**
 * The lines of a log's beginning, one by one: the slow road, for looking at lines rather than counting them.
 * split2 decodes UTF-8, so bytes are handed to it as latin1 text, and every one of them survives.
 */
export const firstLines = async (source: LogSource, onLine: (line: NumberedLine) => void): Promise<void> => {
  let lineNumber = 0
  const lines = split(/\r?\n/, (text: string): NumberedLine => ({ text, lineNumber: ++lineNumber }))
  const sink = new Writable({
    objectMode: true,
    write(line: NumberedLine, _encoding, done) {
      onLine(line)
      done()
    },
  })
  await pipeline(Readable.from([Buffer.from(source.sample.toString('latin1'), 'utf8')]), lines, sink)
}
