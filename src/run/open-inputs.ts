import { WslogError } from '../errors.ts'
import { openLog } from '../input/open.ts'
import { resolveLogPaths } from '../input/resolve.ts'
import type { InputFailure, LogSource } from '../input/source.ts'
import { type LogFormat, OPEN_MARKER } from '../log-format/compile.ts'
import { type Detection, detectFormat, isDetected, type NoFormat, offsetsIn, type OffsetSpan } from '../log-format/detect.ts'
import { wideEncodingHint } from '../log-format/encoding.ts'
import { Field } from '../log-format/fields.ts'
import type { OpenErrorLog } from './open-errors.ts'

/** Logs, open for reading, in the order of their first lines. */
export interface OpenInputs {
  readonly inputs: readonly OpenInput[]
  readonly errorLogs: readonly OpenErrorLog[]
  readonly failures: readonly InputFailure[]
  /** Minutes east of UTC that the first log shows; undefined when none shows any (`$msec`). */
  readonly offsetMinutes: number | undefined
  /** The offsets that the clocks of all logs show, at their beginnings and ends. */
  readonly offsets: readonly OffsetSpan[]
  /** Bytes to read, as they lie on disk; undefined when a pipe is among them. */
  readonly totalSize: number | undefined
  close(): Promise<void>
}

/** A log that is open, with what it is written in; an empty log has no detection, and needs none. */
export interface OpenInput {
  readonly source: LogSource
  readonly detection: Detection | undefined
  readonly offsets: readonly OffsetSpan[]
}

/**
 * Opens the logs and finds the format of each. They come back in the order of their first line, whatever
 * order they were named in, so that a rotated set gives one report; logs of nothing but open markers before all others. Failures are kept beside what could be opened.
 */
export const openInputs = async (names: readonly string[], errorNames: readonly string[], formats: readonly LogFormat[], signal: AbortSignal): Promise<OpenInputs> => {
  const { paths, failures } = await resolveLogPaths(names)
  const inputs: OpenInput[] = []
  for (const path of paths) {
    try {
      inputs.push(await inputOf(await openLog(path, signal), formats))
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failures.push({ path, error })
    }
  }
  // Loaded where one is named, as all that knows error logs.
  const errors = errorNames.length === 0 ? { logs: [], failures: [] } : await (await import('./open-errors.ts')).openErrorLogs(errorNames, signal)
  return gathered(inputs, errors.logs, [...failures, ...errors.failures])
}

/** Open logs together, in the order in which they are read. */
export const gathered = (inputs: readonly OpenInput[], errorLogs: readonly OpenErrorLog[], failures: readonly InputFailure[]): OpenInputs => {
  const inOrder = inputs.toSorted(byFirstLine)
  const offsets = inOrder.flatMap((input) => input.offsets)
  const sources = [...inputs, ...errorLogs].map(({ source }) => source)
  return {
    inputs: inOrder,
    errorLogs,
    failures: failures.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    offsetMinutes: offsets[0]?.offsetMinutes,
    offsets: spansByOffset(offsets),
    totalSize: sources.every(({ size }) => size !== undefined) ? sources.reduce((sum, { size }) => sum + size!, 0) : undefined,
    close: async () => {
      for (const source of sources) await source.close()
    },
  }
}

const spansByOffset = (spans: readonly OffsetSpan[]): OffsetSpan[] => {
  const byOffset = new Map<number, OffsetSpan>()
  for (const { offsetMinutes, fromMs, toMs } of spans) {
    const known = byOffset.get(offsetMinutes)
    byOffset.set(offsetMinutes, { offsetMinutes, fromMs: Math.min(fromMs, known?.fromMs ?? fromMs), toMs: Math.max(toMs, known?.toMs ?? toMs) })
  }
  return [...byOffset.values()].sort((a, b) => a.fromMs - b.fromMs)
}

/** Beginnings are read before their ends; empty logs last; between two of them Infinity - Infinity is NaN, and the path decides. */
const byFirstLine = (a: OpenInput, b: OpenInput): number => Number(hasOnlyMarkers(b)) - Number(hasOnlyMarkers(a)) || firstMs(a) - firstMs(b) || (a.source.path < b.source.path ? -1 : 1)

const firstMs = ({ detection }: OpenInput): number => detection?.firstTimeMs ?? Number.POSITIVE_INFINITY

const hasOnlyMarkers = ({ detection }: OpenInput): boolean => detection?.formats[0]?.isOpenMarker === true

const MARKER = Buffer.from(`\n${OPEN_MARKER}`)

/** Whether a log tells of beginnings, by its first lines and its last. */
export const isMarked = ({ source, detection }: OpenInput): boolean => detection?.formats.some((format) => format.isOpenMarker) === true || source.tail.includes(MARKER) || source.sample.includes(MARKER)

/** What a source is as an access log. @throws WslogError `unknown-format` when it is none; it is closed then. */
export const inputOf = async (source: LogSource, formats: readonly LogFormat[]): Promise<OpenInput> => {
  if (source.sample.length === 0) return { source, detection: undefined, offsets: [] }
  const detection = detectFormat(source.sample, formats)
  if (isDetected(detection)) return { source, detection, offsets: [...offsetsIn(source.sample, detection), ...offsetsIn(source.tail, detection)] }
  await source.close()
  const { detectErrorLog } = await import('../error-log/detect.ts')
  if (detectErrorLog(source.sample) !== undefined) throw new WslogError('unknown-format', `${source.path}: is nginx's error log: name it with -e, beside an access log`)
  throw new WslogError('unknown-format', `${source.path}: ${describe(source.path, detection, formats)}`)
}

const describe = (path: string, { nearest, sampled, isOverlong, encoding }: NoFormat, formats: readonly LogFormat[]): string => {
  if (encoding !== undefined) return wideEncodingHint(encoding, path)
  if (isOverlong) return 'holds no line of up to 1 MiB, and nginx writes no longer ones: is it an access log?'
  if (sampled === 0) return 'holds no line at all'
  if (nearest === undefined || formats.every(({ fields }) => !fields.has(Field.time))) return 'its lines carry no time: add $time_local, $time_iso8601 or $msec to the log_format'
  const { format, lineNumber, column, expected, found } = nearest
  const [named, ...others] = formats.filter(({ isOpenMarker }) => !isOpenMarker)
  // One alone was named by the user.
  const whose = named !== undefined && others.length === 0 ? `log format ${named.name} does not fit its first ${sampled} lines` : `no known log format fits its first ${sampled} lines`
  return `${whose}. Nearest: ${format}, line ${lineNumber}, column ${column}: expected ${expected}, found ${found}. ${others.length === 0 ? `wslog explain shows more of them` : 'Name yours with --log-format'}`
}
