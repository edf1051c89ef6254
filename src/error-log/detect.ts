import { LF } from '../log-format/chars.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { MAX_LINE } from '../log-format/reader.ts'
import { ErrorLogReader } from './reader.ts'

/**
 * Whether a file is an error log, told by its first lines, and the wrapper around each line by its name in
 * {@link ENVELOPES}. A container's log may hold access lines too, on stdout: it is an error log all the same when what
 * stands on stderr is one.
 */
export const detectErrorLog = (sample: Buffer): { envelope: string | undefined } | undefined => {
  const lastLineEnd = sample.lastIndexOf(LF)
  if (lastLineEnd < 0 && sample.length > MAX_LINE) return undefined
  const whole = lastLineEnd < 0 ? Buffer.concat([sample, Buffer.of(LF)]) : sample.subarray(0, lastLineEnd + 1)
  for (const name of [undefined, ...ENVELOPES.keys()]) if (isErrorLog(whole, name)) return { envelope: name }
  return undefined
}

const isErrorLog = (sample: Buffer, name: string | undefined): boolean => {
  const reader = new ErrorLogReader({ envelope: name === undefined ? undefined : ENVELOPES.get(name)!(), sink: { entry() {}, skipped() {} } })
  reader.readBlock(sample, 0, sample.length)
  reader.end()
  // At least as many lines that are an entry's as lines that are nothing.
  return reader.counts.parsed > 0 && reader.counts.parsed >= reader.counts.skipped
}
