import { CR, LF } from './chars.ts'
import type { LogFormat } from './compile.ts'
import { wideEncodingOf } from './encoding.ts'
import { ENVELOPES } from './envelope/registry.ts'
import { explainLine, type Mismatch } from './explain.ts'
import { Field } from './fields.ts'
import { MAX_LINE } from './reader.ts'
import { AccessRecord } from './record.ts'

/** What a log is written in. */
export interface Detection {
  /** The format of most lines first, then the others that fitted some; open markers come last. */
  readonly formats: readonly LogFormat[]
  /** The wrapper around each line, by its name in {@link ENVELOPES}. */
  readonly envelope: string | undefined
  /** Lines looked at, and those of them that the formats fit. */
  readonly sampled: number
  readonly fitted: number
  /** What the clock of the first line that fitted shows: ms since the epoch, minutes east of UTC; NaN: none. */
  readonly firstTimeMs: number
  readonly offsetMinutes: number
}

/** No format fits: the nearest one, with the line and the place where it breaks. */
export interface NoFormat {
  readonly nearest: (Mismatch & { readonly lineNumber: number }) | undefined
  readonly sampled: number
  /** There are lines, but each is longer than {@link MAX_LINE}. */
  readonly isOverlong: boolean
  /** One that no log is read in, such as UTF-16LE; undefined: none of them. */
  readonly encoding: string | undefined
}

/** Lines looked at together. */
const MAX_LINES = 400
const MAX_EXPLAINED = 8
const MAX_EXPLAINED_LENGTH = 1 << 11

interface SampleLine {
  readonly bytes: Buffer
  readonly from: number
  readonly end: number
  readonly timeMs: number
  readonly lineNumber: number
}

/**
 * Finds the format of a log from its first lines; `sample` holds whole lines, each with its line feed.
 * The bare line is tried before every wrapper, and the format that fits most lines is taken.
 */
export const detectFormat = (sample: Buffer, formats: readonly LogFormat[]): Detection | NoFormat => {
  const lines = splitLines(sample)
  // A container may say a lot of other things before its first access line.
  for (let from = 0; from < lines.length; from += MAX_LINES) {
    const detection = detectIn(lines.slice(from, from + MAX_LINES), formats)
    if (detection !== undefined) return detection
  }
  return { nearest: nearestMiss(lines.slice(0, MAX_LINES), formats), sampled: lines.length, isOverlong: lines.length === 0 && hasText(sample), encoding: wideEncodingOf(sample) }
}

const hasText = (sample: Buffer): boolean => sample.some((byte) => byte !== LF && byte !== CR)

const detectIn = (physical: readonly SampleLine[], formats: readonly LogFormat[]): Detection | undefined => {
  let best: Detection | undefined
  for (const envelope of [undefined, ...ENVELOPES.keys()]) {
    const lines = envelope === undefined ? physical : unwrapAll(physical, envelope)
    const detection = fitFormats(lines, formats, envelope)
    if (detection !== undefined && detection.fitted > (best?.fitted ?? 0)) best = { ...detection, sampled: physical.length }
    // Most lines fit without a wrapper: there is none.
    if (envelope === undefined && best !== undefined && best.fitted * 2 > physical.length) break
  }
  return best
}

export const isDetected = (detection: Detection | NoFormat): detection is Detection => 'formats' in detection

const splitLines = (sample: Buffer): SampleLine[] => {
  const lines: SampleLine[] = []
  let lineNumber = 0
  for (let from = 0; from < sample.length; ) {
    const next = sample.indexOf(LF, from)
    const lineEnd = next < 0 ? sample.length : next
    const end = lineEnd > from && sample[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
    lineNumber++
    // What is longer is not read either.
    if (end > from && end - from <= MAX_LINE) lines.push({ bytes: sample, from, end, timeMs: Number.NaN, lineNumber })
    from = lineEnd + 1
  }
  return lines
}

const unwrapAll = (lines: readonly SampleLine[], name: string): SampleLine[] => {
  const envelope = ENVELOPES.get(name)!()
  return lines.flatMap(({ bytes, from, end, lineNumber }) => {
    const inner = envelope.unwrap(bytes, from, end)
    return inner === undefined || inner === 'piece' ? [] : [{ ...inner, lineNumber }]
  })
}

const fitFormats = (lines: readonly SampleLine[], formats: readonly LogFormat[], envelope: string | undefined): Detection | undefined => {
  const fits = formats.map((format) => ({ format, ...countFits(lines, format) })).filter(({ fitted }) => fitted > 0)
  // Equal counts: the format with more to it says more about the line.
  fits.sort((a, b) => Number(a.format.isOpenMarker) - Number(b.format.isOpenMarker) || b.fitted - a.fitted || b.format.tokens.length - a.format.tokens.length)
  const [best] = fits
  if (best === undefined) return undefined
  const { firstTimeMs, offsetMinutes } = best
  // Where sockets are marked when they open, half of the lines are markers: they count as lines of the same log.
  const marked = fits.find(({ format }) => format !== best.format && format.isOpenMarker)?.fitted ?? 0
  const fitted = best.fitted + marked
  return { formats: fits.map(({ format }) => format), envelope, sampled: lines.length, fitted, firstTimeMs, offsetMinutes }
}

const countFits = (lines: readonly SampleLine[], format: LogFormat): { fitted: number; firstTimeMs: number; offsetMinutes: number } => {
  const parser = format.createParser()
  const record = new AccessRecord(format)
  let fitted = 0
  let firstTimeMs = Number.NaN
  let offsetMinutes = Number.NaN
  for (const { bytes, from, end, timeMs } of lines) {
    if (!parser.parse(bytes, from, end, record)) continue
    const lineTimeMs = format.fields.has(Field.time) ? record.number[Field.time]! : timeMs
    if (Number.isNaN(lineTimeMs)) continue
    if (fitted++ === 0) {
      firstTimeMs = lineTimeMs
      offsetMinutes = record.offsetMinutes
    }
  }
  return { fitted, firstTimeMs, offsetMinutes }
}

/** A UTC offset, minutes, and the time in which lines showed it, ms since the epoch. */
export interface OffsetSpan {
  readonly offsetMinutes: number
  readonly fromMs: number
  readonly toMs: number
}

/** The offsets that the clocks of a sample's lines show, in the order of their first lines: two where summer time began or ended. */
export const offsetsIn = (sample: Buffer, { formats, envelope }: Detection): OffsetSpan[] => {
  const [format] = formats
  if (format === undefined) return []
  const physical = splitLines(sample).slice(0, MAX_LINES)
  const parser = format.createParser()
  const record = new AccessRecord(format)
  const spans = new Map<number, OffsetSpan>()
  for (const { bytes, from, end } of envelope === undefined ? physical : unwrapAll(physical, envelope)) {
    if (!parser.parse(bytes, from, end, record) || Number.isNaN(record.offsetMinutes)) continue
    const { offsetMinutes } = record
    const timeMs = record.number[Field.time]!
    const { fromMs, toMs } = spans.get(offsetMinutes) ?? { fromMs: timeMs, toMs: timeMs }
    spans.set(offsetMinutes, { offsetMinutes, fromMs: Math.min(fromMs, timeMs), toMs: Math.max(toMs, timeMs) })
  }
  return [...spans.values()]
}

const nearestMiss = (physical: readonly SampleLine[], formats: readonly LogFormat[]): NoFormat['nearest'] => {
  let nearest: NoFormat['nearest']
  const wrapped = [...ENVELOPES.keys()].map((name) => unwrapAll(physical, name)).find((lines) => lines.length * 2 > physical.length)
  for (const { bytes, from, end, lineNumber } of (wrapped ?? physical).slice(0, MAX_EXPLAINED)) {
    const line = bytes.toString('latin1', from, Math.min(end, from + MAX_EXPLAINED_LENGTH))
    for (const format of formats) {
      const explanation = explainLine(format, line)
      if ('column' in explanation && (nearest === undefined || isNearer(explanation, nearest))) nearest = { ...explanation, lineNumber }
    }
  }
  return nearest
}

const isNearer = (a: Mismatch, b: Mismatch): boolean => a.column > b.column || (a.column === b.column && a.matched > b.matched)
