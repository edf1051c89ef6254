import { verdictByNumber } from '../cause/verdict.ts'
import { type HandshakeRows, Kind } from '../session/handshake-rows.ts'
import { LogHistogram, type LogHistogramJson } from './log-histogram.ts'

/** 8192 cells an octave: 4 ms wide at a minute, 0.25 s at an hour. Sharp timers show only in narrow cells. */
const DURATION_BITS = 13
/** A Close frame with a code, or a lone one: two bytes of header and up to two more. */
const CLOSE_FRAME_BYTES = 4

/**
 * What the ages of sessions are told apart by: which of them nginx says it timed out (`timedOut`), which ended for
 * another reason that an error line gives (`explained`), and of those that no line explains, what the server sent last. `silent`: nothing; `closed`: a Close frame and nothing else (4 bytes);
 * `busy`: more; `untold`: the format has no `$body_bytes_sent`.
 */
export const AGE_CLASSES = ['timedOut', 'explained', 'silent', 'closed', 'busy', 'untold'] as const
export type AgeClass = (typeof AGE_CLASSES)[number]

export type AgesJson = Readonly<Record<AgeClass, LogHistogramJson>>

/** Ages of sessions at their end, ms, by what is known of each: where timers are looked for. A mergeable summary. */
export class Ages {
  readonly timedOut = new LogHistogram(DURATION_BITS)
  readonly explained = new LogHistogram(DURATION_BITS)
  readonly silent = new LogHistogram(DURATION_BITS)
  readonly closed = new LogHistogram(DURATION_BITS)
  readonly busy = new LogHistogram(DURATION_BITS)
  readonly untold = new LogHistogram(DURATION_BITS)

  /** Of a class by its name: a property named by a variable would be looked up for every session. */
  of(ageClass: AgeClass): LogHistogram {
    switch (ageClass) {
      case 'timedOut':
        return this.timedOut
      case 'explained':
        return this.explained
      case 'silent':
        return this.silent
      case 'closed':
        return this.closed
      case 'busy':
        return this.busy
      case 'untold':
        return this.untold
    }
  }

  add(ageClass: AgeClass, durationMs: number): void {
    this.of(ageClass).add(durationMs)
  }

  /** The sessions among them whose duration is known. */
  addRows(rows: HandshakeRows): void {
    for (let row = 0; row < rows.count; row++) {
      const durationMs = rows.durationMs[row]!
      if (rows.kind(row) !== Kind.session || !(durationMs >= 0)) continue
      const isExplained = rows.isExplained(row)
      this.add(!isExplained ? ageClassOf(rows.bytesToClient[row]!) : verdictByNumber(rows.verdict[row]!).cause === 'idle-timeout' ? 'timedOut' : 'explained', durationMs)
    }
  }

  /** Several classes as one; all of them unless named. */
  together(classes: readonly AgeClass[] = AGE_CLASSES): LogHistogram {
    const all = new LogHistogram(DURATION_BITS)
    for (const name of classes) all.merge(this[name])
    return all
  }

  merge(other: Ages): void {
    for (const name of AGE_CLASSES) this[name].merge(other[name])
  }

  toJSON(): AgesJson {
    return { timedOut: this.timedOut.toJSON(), explained: this.explained.toJSON(), silent: this.silent.toJSON(), closed: this.closed.toJSON(), busy: this.busy.toJSON(), untold: this.untold.toJSON() }
  }

  static fromJSON(json: AgesJson): Ages {
    const ages = new Ages()
    for (const name of AGE_CLASSES) ages[name].merge(LogHistogram.fromJSON(json[name]))
    return ages
  }
}

/** The class of a session that no error line explains, by its bytes to the client; -1: not told. */
export const ageClassOf = (bytesToClient: number): AgeClass =>
  bytesToClient < 0 ? 'untold' : bytesToClient < CLOSE_FRAME_BYTES ? 'silent' : bytesToClient === CLOSE_FRAME_BYTES ? 'closed' : 'busy'
