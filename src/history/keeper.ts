import type { Zone } from 'luxon'
import { HandshakeSample, type SampledHandshake } from '../aggregate/handshake-sample.ts'
import { ErrorEvidence } from '../cluster/error-evidence.ts'
import { findPatterns, type Patterns } from '../cluster/patterns.ts'
import { Digest } from '../digest/digest.ts'
import { labelOf, relabel, relabelFailures } from '../digest/settle.ts'
import { Coverage, type Covered } from '../session/coverage.ts'
import type { State } from '../state/state.ts'
import { AHEAD_MS, hourOf } from './hours.ts'
import { digestIn } from './kept.ts'
import { dayOfHour, hourOfName, isDayName, isHourName, nameOfHour } from './periods.ts'
import { Relabelling } from './relabelling.ts'

/** Hours are kept as such for so long, counted back from the newest; then they are put together to days. */
const HOURS_KEPT = 48

export interface KeeperOptions {
  /** Of the days. */
  readonly zone: Zone
  readonly retentionDays: number
  readonly nowMs: number
  /** `--read-timeout`, ms; undefined: not known. */
  readonly readTimeoutMs: number | undefined
  /** When error logs would have shown a line. */
  readonly coverage: readonly Covered[]
}

/** A segment that is being added to. */
interface OpenSegment {
  readonly name: string
  /** Undefined: it is new. */
  readonly segment: Digest | undefined
  /** The sessions that its sample held before. */
  readonly before: readonly SampledHandshake[]
}

/** Puts what was read to what is kept: hours to their segments, hours to days, and lets go what is too old. All of it is staged, for one commit. */
export class Keeper {
  readonly #state: State
  readonly #options: KeeperOptions
  readonly #coverage = new Coverage()
  readonly #changed = new Set<string>()
  readonly #removed = new Set<string>()
  /** Something that was read in this run is older than is kept. */
  hasLetGo = false
  /** What patterns are found in, of all that was added to. */
  readonly #together = Digest.empty()
  /** Segments with more sessions than their sample holds, and those that left it in this run. */
  readonly #overfull = new Map<string, { readonly limit: HandshakeSample; readonly gone: readonly SampledHandshake[] }>()

  constructor(state: State, options: KeeperOptions) {
    this.#state = state
    this.#options = options
    for (const { finest, ...span } of options.coverage) this.#coverage.add(span, finest)
  }

  /** Days in which something changed. */
  get changedDays(): string[] {
    return [...new Set(Array.from(this.#changed, (name) => this.#dayOf(name)))].sort()
  }

  /** Segments that have to go with the commit. */
  get removed(): ReadonlySet<string> {
    return this.#removed
  }

  /** Adds the parts of hours that were read, in the order of the hours; each hour once. */
  async add(hours: Iterable<readonly [hour: number, parts: Iterable<Digest>]>): Promise<void> {
    let open: OpenSegment | undefined
    for (const [hour, parts] of hours) {
      const name = this.#segmentOf(hour)
      // Hours of a day that was put together already come one after the other, into one segment.
      if (open !== undefined && open.name !== name) {
        await this.#close(open)
        // Not to be in memory beside the next.
        open = undefined
      }
      open ??= this.#state.segments.has(name) ? await this.#opened(name) : { name, segment: undefined, before: [] }
      open = { ...open, segment: together(open.segment, parts) }
    }
    if (open !== undefined) await this.#close(open)
  }

  async #opened(name: string): Promise<OpenSegment> {
    const segment = await this.#read(name)
    return { name, segment, before: segment.summary.sessionSample.rows }
  }

  async #close({ name, segment = Digest.empty(), before }: OpenSegment): Promise<void> {
    await this.#stage(name, segment)
    this.#together.mergeEnds(segment)
    const { sessionSample } = segment.summary
    if (sessionSample.share < 1) this.#overfull.set(name, { limit: sessionSample.emptied(), gone: before.filter(({ key }) => !sessionSample.keeps(key)) })
  }

  #segmentOf(hour: number): string {
    const day = dayOfHour(hour, this.#options.zone)
    return this.#state.segments.has(day) ? day : nameOfHour(hour)
  }

  /**
   * Sessions beyond the samples get the verdict that all that was read in this run calls for: no later run sees them again. `readAgain` reads the new lines
   * once more.
   */
  async labelRest(readAgain: (patterns: Patterns, consumer: Relabelling) => Promise<unknown>): Promise<void> {
    if (this.#overfull.size === 0) return
    const together = this.#together
    const patterns = this.#patternsOf(together)
    const relabelling = new Relabelling((hour) => {
      const name = this.#segmentOf(hour)
      const segment = this.#overfull.get(name)
      return segment === undefined ? undefined : { name, limit: segment.limit }
    })
    if (patterns.isSaying) await readAgain(patterns, relabelling)
    for (const [name, { gone }] of this.#overfull) {
      if (gone.length === 0 && !relabelling.hasDifferenceOf(name)) continue
      const segment = await this.#read(name)
      relabel(segment.summary, gone, (row) => labelOf(row, patterns, this.#coverageOf(together)))
      for (const difference of relabelling.takeDifferencesOf(name)) segment.summary.merge(difference)
      await this.#stage(name, segment)
    }
  }

  /** Puts hours together to days, and lets go what is older than is to be kept. */
  async rollUp(): Promise<void> {
    const { zone, retentionDays, nowMs } = this.#options
    const names = [...this.#state.names]
    const hours = [...names.filter(isHourName).map(hourOfName), ...names.filter(isDayName).map((name) => Date.parse(`${name}T23:00Z`) / 3_600_000)]
    // A line of the year 2038, from a clock that was wrong, must not let all others go.
    const past = hours.filter((hour) => hour <= hourOf(nowMs + AHEAD_MS))
    const newest = Math.max(...(past.length > 0 ? past : hours))
    if (!Number.isFinite(newest)) return
    const oldestDay = dayOfHour(newest - 24 * (retentionDays - 1), zone)
    const firstDayOfHours = dayOfHour(newest - HOURS_KEPT, zone)
    const byDay = new Map<string, string[]>()
    for (const name of names.filter(isHourName).sort()) {
      const day = dayOfHour(hourOfName(name), zone)
      if (day < firstDayOfHours) byDay.set(day, [...(byDay.get(day) ?? []), name])
    }
    for (const [day, hours] of byDay) {
      if (day >= oldestDay) await this.#stage(day, await this.#dayOfHours(day, hours))
      for (const name of hours) await this.#remove(name)
    }
    for (const name of names) if (isDayName(name) && name < oldestDay) await this.#remove(name)
    this.hasLetGo = [...this.#changed].some((name) => this.#dayOf(name) < oldestDay)
  }

  /** Of sessions that the day's sample does not hold, each gets the verdict that the day calls for. */
  async #dayOfHours(day: string, hours: readonly string[]): Promise<Digest> {
    const parts = [...(this.#state.names.has(day) ? [day] : []), ...hours]
    const digest = Digest.empty()
    for (const name of parts) digest.merge(await this.#read(name))
    const { sessionSample } = digest.summary
    if (sessionSample.share === 1) return digest
    const patterns = this.#patternsOf(digest)
    for (const name of parts) {
      const { rows } = (await this.#read(name)).summary.sessionSample
      relabel(digest.summary, rows.filter(({ key }) => !sessionSample.keeps(key)), (row) => labelOf(row, patterns, this.#coverageOf(digest)))
    }
    return digest
  }

  #patternsOf({ summary, errors }: Digest): Patterns {
    return findPatterns(summary, { errors: errors === undefined ? undefined : new ErrorEvidence({ process: errors.process, coverage: this.#coverage }), readTimeoutMs: this.#options.readTimeoutMs })
  }

  #coverageOf({ errors }: Digest): Coverage | undefined {
    return errors === undefined ? undefined : this.#coverage
  }

  #dayOf(name: string): string {
    return isDayName(name) ? name : dayOfHour(hourOfName(name), this.#options.zone)
  }

  async #read(name: string): Promise<Digest> {
    const digest = digestIn(await this.#state.readNext(name), name)
    // Before other handshakes push them out of the sample.
    relabelFailures(digest.summary, this.#coverage)
    return digest
  }

  async #remove(name: string): Promise<void> {
    this.#removed.add(name)
    await this.#state.unstage(name)
  }

  async #stage(name: string, digest: Digest): Promise<void> {
    this.#changed.add(name)
    await this.#state.stage(name, digest.toJSON())
  }
}

/** A digest and parts as one. A function of its own, so that nothing holds the parts while others are read. */
const together = (digest: Digest | undefined, parts: Iterable<Digest>): Digest | undefined => {
  let all = digest
  for (const part of parts) {
    if (all === undefined) all = Digest.from(part)
    else all.merge(part)
  }
  return all
}
