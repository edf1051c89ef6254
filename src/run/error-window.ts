import { ErrorLogReader } from '../error-log/reader.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { WallClock } from '../error-log/wall-clock.ts'
import { LineBlocks } from '../input/line-blocks.ts'
import { readPart } from '../input/part.ts'
import type { ReadOptions } from '../input/source.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { canExplain, ErrorIndex } from '../session/error-index.ts'
import type { ErrorRow } from '../session/error-table.ts'
import type { OpenErrorLog } from './open-errors.ts'

/** Lines in memory, some 13 MB; more, and the logs are read again piece by piece beside the access logs. */
const CAPACITY = 1 << 18
/** Of compressed logs, which have to be read from their beginning each time, four times as many. */
const COMPRESSED_CAPACITY = 1 << 20
/** Lines between two places from which a log can be read again. */
const STEP = 1 << 14
/** An access line stands up to 31 s behind its error line, and buffered ones are out of order by some seconds. */
const BEFORE_MS = 90_000
const BEHIND_MS = 10_000

/** A place in a log: lines behind `offset`, bytes from where its part begins, are of `fromMs` or later. */
interface Step {
  readonly fromMs: number
  readonly offset: number
}

interface Log {
  readonly log: OpenErrorLog
  readonly steps: Step[]
  lines: number
  toMs: number
  /** The block of the last line that was added, or a little more before it. */
  blockFrom: number
  end: number
}

/**
 * The lines of error logs that can explain handshakes, as far as they are needed: all of them, or, where they are
 * more than memory is to hold, those around the time of the access lines that are being read. A line that is read
 * again at the border of two windows may then explain a second handshake, should one be alike in everything.
 */
export class ErrorWindow {
  readonly index = new ErrorIndex()
  readonly #clockOf: () => WallClock
  #capacity: number
  readonly #step: number
  /** Lines that an earlier reading left: they stay whatever is read. */
  readonly #earlier: readonly ErrorRow[]
  readonly #logs: Log[] = []
  #isWhole = true
  /** Instants that are covered; nothing at first. */
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY

  constructor(clockOf: () => WallClock, { capacity = CAPACITY, step = STEP, earlier = [] }: { readonly capacity?: number; readonly step?: number; readonly earlier?: readonly ErrorRow[] } = {}) {
    this.#clockOf = clockOf
    this.#capacity = capacity
    this.#step = step
    this.#earlier = earlier
    this.#restore()
  }

  /** All lines are in memory: nothing has to be waited for. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Lines of a pipe were let go: it comes once, and had more than are held. */
  get hasLetGo(): boolean {
    return !this.#isWhole && this.#logs.some(({ log }) => log.source.part === undefined)
  }

  startLog(log: OpenErrorLog): void {
    const { part } = log.source
    if (part !== undefined && part.compression !== 'none') this.#capacity = Math.max(this.#capacity, COMPRESSED_CAPACITY)
    this.#logs.push({ log, steps: [], lines: 0, toMs: Number.NEGATIVE_INFINITY, blockFrom: 0, end: 0 })
  }

  /** A line, read for the first time; `blockEnd`: bytes up to the end of the block that it stands in. */
  add(record: ErrorRecord, atMs: number, blockEnd: number): void {
    this.index.count(record)
    if (!canExplain(record)) return
    const log = this.#logs.at(-1)!
    if (blockEnd > log.end) {
      log.blockFrom = log.end
      log.end = blockEnd
    }
    // Only blocks can be found again: a step starts with that of its first line.
    if (log.lines++ % this.#step === 0) log.steps.push({ fromMs: atMs, offset: log.blockFrom })
    if (atMs > log.toMs) log.toMs = atMs
    if (this.#isWhole && this.index.size < this.#capacity) this.index.add(record, atMs)
    else this.#isWhole = false
  }

  /** To be called when all logs have been read. */
  settle(): void {
    // A pipe comes once: of it, the first lines stay.
    if (this.#logs.some(({ log }) => log.source.part === undefined)) this.#isWhole = true
    if (!this.#isWhole) this.#clear()
  }

  /** The lines of this time or later, ms since the epoch, that explain nothing yet; where not all are in memory, all of that time. */
  async unusedSince(fromMs: number, options: ReadOptions): Promise<ErrorRow[]> {
    await this.cover(fromMs + BEFORE_MS, Number.MAX_SAFE_INTEGER, options)
    return this.index.unusedSince(fromMs)
  }

  #clear(): void {
    this.index.clear()
    this.#restore()
  }

  #restore(): void {
    for (const row of this.#earlier) this.index.restore(row)
  }

  /** Sees to it that the lines around `[fromMs, toMs]` are there. */
  async cover(fromMs: number, toMs: number, options: ReadOptions): Promise<void> {
    if (this.#isWhole || (fromMs - BEFORE_MS >= this.#fromMs && toMs + BEHIND_MS <= this.#toMs)) return
    this.#clear()
    this.#fromMs = fromMs - BEFORE_MS
    this.#toMs = toMs + BEHIND_MS
    // As much more as there is room for, so that the next blocks find theirs.
    const last = this.#logs.map(({ steps }) => steps.findLastIndex((step) => step.fromMs <= this.#toMs))
    const room = Math.floor(this.#capacity / this.#step / 2 / this.#logs.length)
    let reach = Number.POSITIVE_INFINITY
    for (const [at, { steps }] of this.#logs.entries()) reach = Math.min(reach, steps[last[at]! + room]?.fromMs ?? Number.POSITIVE_INFINITY)
    this.#toMs = Math.max(this.#toMs, Math.min(reach, Number.MAX_SAFE_INTEGER))
    for (const log of this.#logs) await this.#load(log, options)
  }

  async #load({ log: { source, envelope }, steps, toMs, end }: Log, { signal }: ReadOptions): Promise<void> {
    const { part } = source
    if (part === undefined || steps.length === 0 || toMs < this.#fromMs || steps[0]!.fromMs > this.#toMs) return
    const clock = this.#clockOf()
    const entry = (record: ErrorRecord): void => {
      const atMs = clock.toUtc(record.stampMs)
      if (atMs >= this.#fromMs && atMs <= this.#toMs && canExplain(record)) this.index.add(record, atMs)
    }
    const reader = new ErrorLogReader({ envelope: envelope === undefined ? undefined : ENVELOPES.get(envelope)!(), sink: { entry, skipped: () => {} } })
    const first = Math.max(0, steps.findLastIndex((step) => step.fromMs < this.#fromMs) - 1)
    // The block in which the first line behind the window stands is the last one that is needed.
    const behind = steps.find((step) => step.fromMs > this.#toMs)
    const next = behind === undefined ? undefined : steps.find(({ offset }) => offset > behind.offset)
    // Of a compressed log the beginning has to be read as well.
    const range = part.compression === 'none' ? { from: part.from + steps[first]!.offset, to: part.from + (next?.offset ?? end) } : {}
    await readPart({ ...part, ...range }, new LineBlocks(reader), { signal, onRead: () => {} })
  }
}
