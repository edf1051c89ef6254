/** Lines of one log, in nginx's lines as they stand in the file: `read = parsed + skipped + filtered`. */
export interface LineCounts {
  read: number
  parsed: number
  skipped: number
  filtered: number
  /** Of the skipped: over the longest line that is read. */
  overlong: number
  /** Of the parsed: whole lines behind a torn one, in one line of the file. */
  glued: number
}

/** What the reading of a log, or of a part of one, came to: plain data, and it adds up. */
export interface ReadTally {
  readonly counts: LineCounts
  /** Names of the formats that lines were read with, the one of the last line first. */
  readonly formats: readonly string[]
  /** Bytes read, uncompressed. */
  readonly bytes: number
  /** Times of the earliest and the latest line, ms since the epoch; infinite when none was read. */
  readonly fromMs: number
  readonly toMs: number
}

/** The tally of two parts of one log, in their order. */
export const addTallies = (a: ReadTally, b: ReadTally): ReadTally => ({
  counts: {
    read: a.counts.read + b.counts.read,
    parsed: a.counts.parsed + b.counts.parsed,
    skipped: a.counts.skipped + b.counts.skipped,
    filtered: a.counts.filtered + b.counts.filtered,
    overlong: a.counts.overlong + b.counts.overlong,
    glued: a.counts.glued + b.counts.glued,
  },
  formats: [...b.formats, ...a.formats.filter((name) => !b.formats.includes(name))],
  bytes: a.bytes + b.bytes,
  fromMs: Math.min(a.fromMs, b.fromMs),
  toMs: Math.max(a.toMs, b.toMs),
})
