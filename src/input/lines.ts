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
  const text = source.sample.toString('latin1')
  // A last line without its line feed may have the CR before it: it is read as one that has both.
  await pipeline(Readable.from([Buffer.from(text === '' || text.endsWith('\n') ? text : `${text}\n`, 'utf8')]), lines, sink)
}
