import type { HandshakeCause, SessionCause } from '../cause/cause.ts'
import { verdictByNumber } from '../cause/verdict.ts'
import { type HandshakeRows, Kind } from '../session/handshake-rows.ts'
import type { NameTable } from '../session/names.ts'
import { significance } from './significance.ts'

/** Seconds that are counted at once: half of them before the one that is judged, half behind. */
const SECONDS = 128
const HALF = SECONDS / 2
/** Seconds beside the judged one that may belong to the same moment. */
const GAP = 2
/** Upstreams told apart, the others as one. */
const UPSTREAMS = 64
const MIN_ENDS = 5
/** So many standard deviations above the mean, and a second is worth a closer look. */
const HIGH = 2.5
/** A neighbour counts at most for so many times the usual and one. */
const MAX_TIMES_MEDIAN = 4
/** By chance a day has a few seconds that rise so far; what else is known of them decides. */
const MIN_SIGMA = 4
const MAX_MOMENTS = 4096

// Room to sort in.
const inOrder = new Uint32Array(SECONDS)

/** A second in which more sessions ended than the seconds around it let expect. */
export interface EndMoment {
  /** Seconds since the epoch. */
  readonly second: number
  ends: number
  /** How far that is beyond chance, standard deviations: of all ends, or of those of one upstream. */
  sigma: number
  /** Ends in the minute before and the minute behind it, and how many seconds these were. */
  endsAround: number
  secondsAround: number
  /** By upstream; the empty name where there was none, and for those beyond the most frequent. */
  readonly byUpstream: Map<string, number>
}

/** State in JSON: moments ascending. */
export type MomentsJson = readonly (readonly [second: number, ends: number, sigma: number, endsAround: number, secondsAround: number, byUpstream: readonly (readonly [string, number])[]])[]

/** The last two minutes in JSON, see {@link Moments.suspend}; null: nothing ended yet. */
export type MomentsRing = {
  readonly newest: number
  readonly oldest: number
  readonly judgedTo: number
  readonly upstreams: readonly string[]
  readonly counts: readonly (readonly [second: number, upstream: number, count: number])[]
} | null

/**
 * Finds the seconds in which sessions ended together, while the log goes by: the ends of the last two minutes are
 * counted by second and upstream. Lines may be out of order by a minute (`access_log … buffer=`); what is older than
 * that is not counted here. Memory is fixed. A summary that merges; a moment across the border of two parts
 * is found when either of them shows it.
 */
export class Moments {
  readonly #counts = new Uint32Array(SECONDS * UPSTREAMS)
  readonly #totals = new Uint32Array(SECONDS)
  /** Of all seconds in the ring: by upstream, and all. */
  readonly #sums = new Uint32Array(UPSTREAMS)
  #sum = 0
  #newest = Number.NEGATIVE_INFINITY
  #oldest = Number.POSITIVE_INFINITY
  #judgedTo = Number.NEGATIVE_INFINITY
  readonly #upstreams: string[] = ['']
  readonly #indexes = new Map<string, number>([['', 0]])
  /** Index + 1 by number of the name; forgotten when numbers change. */
  #byId = new Uint8Array(256)
  readonly #found = new Map<number, EndMoment>()
  /** The next line is the first of a log. */
  #isNewLog = false

  add(endedAtMs: number, upstream: number, names: NameTable): void {
    const second = Math.floor(endedAtMs / 1000)
    if (this.#isNewLog && second <= this.#newest - HALF) this.#endLog()
    this.#isNewLog = false
    if (second > this.#newest) this.#advance(second)
    else if (second <= this.#newest - HALF) return
    else if (second < this.#oldest) {
      this.#oldest = second
      this.#judgedTo = second - 1
    }
    const slot = second & (SECONDS - 1)
    const known = upstream < this.#byId.length ? this.#byId[upstream]! : 0
    const index = known > 0 ? known - 1 : this.#indexOf(upstream, names)
    this.#totals[slot]!++
    this.#counts[slot * UPSTREAMS + index]!++
    this.#sums[index]!++
    this.#sum++
  }

  /** The sessions among them that nothing explains one by one. */
  addRows(rows: HandshakeRows, names: NameTable): void {
    for (let row = 0; row < rows.count; row++) {
      if (rows.kind(row) === Kind.session && isOfMoments(rows.isExplained(row), verdictByNumber(rows.verdict[row]!).cause)) this.add(rows.endedAtMs[row]!, rows.upstream[row]!, names)
    }
  }

  /** The log covers `[fromMs, toMs]`, ms since the epoch: seconds in which nothing ended are known to be such. */
  pass(fromMs: number, toMs: number): void {
    const [first, last] = [Math.floor(fromMs / 1000), Math.floor(toMs / 1000)]
    if (this.#newest === Number.NEGATIVE_INFINITY || !(first <= last)) return
    if (last > this.#newest) this.#advance(last)
    const oldest = Math.max(first, this.#newest - SECONDS + 1)
    if (oldest >= this.#oldest) return
    this.#oldest = oldest
    // Later lines can only be of seconds that are not judged yet, behind the middle of the ring.
    this.#judgedTo = Math.min(this.#judgedTo, Math.max(oldest - 1, this.#newest - HALF))
  }

  /** What comes now is another log: it goes on where the last one ended, as a rotated one does, or is about the same time once more, as that of another server. */
  startLog(): void {
    this.#isNewLog = true
  }

  /** To be called before the numbers of names change. */
  forgetNumbers(): void {
    this.#byId.fill(0)
  }

  /** All that were found, ascending; the last minute is judged by what there is. */
  found(): EndMoment[] {
    const found = new Map(this.#found)
    if (this.#newest === Number.NEGATIVE_INFINITY) return sorted(found)
    for (let second = this.#judgedTo + 1; second <= this.#newest; second++) {
      const moment = this.#judge(second)
      if (moment !== undefined) put(found, moment)
    }
    return sorted(found)
  }

  /** What was found elsewhere. */
  static of(found: readonly EndMoment[]): Moments {
    const moments = new Moments()
    for (const moment of found) moments.#found.set(moment.second, moment)
    return moments
  }

  /** Of ends that are all known, in any order: logs over the same time count as one. */
  static ofEnds(ends: readonly { readonly endedAtMs: number; readonly upstream: string }[]): Moments {
    const moments = new Moments()
    const labels = [...new Set(['', ...ends.map(({ upstream }) => upstream)])].sort()
    const numbers = new Map(labels.map((label, number) => [label, number]))
    const names: NameTable = { size: labels.length, generation: 0, at: (number) => ({ label: labels[number]!, isKept: true }) }
    for (const { endedAtMs, upstream } of ends.toSorted((a, b) => a.endedAtMs - b.endedAtMs)) moments.add(endedAtMs, numbers.get(upstream)!, names)
    moments.forgetNumbers()
    return moments
  }

  /** Those found so far that no later line changes, and takes them out: what is left goes on from here. */
  take(): EndMoment[] {
    const settled = sorted(this.#found)
    this.#found.clear()
    return settled
  }

  /** The last two minutes as they are, to go on from in another run. */
  suspend(): MomentsRing {
    if (this.#newest === Number.NEGATIVE_INFINITY) return null
    const counts: [number, number, number][] = []
    for (let second = this.#newest - SECONDS + 1; second <= this.#newest; second++) {
      const slot = second & (SECONDS - 1)
      for (let upstream = 0; upstream < this.#upstreams.length; upstream++) {
        const count = this.#counts[slot * UPSTREAMS + upstream]!
        if (count > 0) counts.push([second, upstream, count])
      }
    }
    return { newest: this.#newest, oldest: this.#oldest, judgedTo: this.#judgedTo, upstreams: [...this.#upstreams], counts }
  }

  static resume(ring: MomentsRing): Moments {
    const moments = new Moments()
    if (ring === null) return moments
    moments.#newest = ring.newest
    moments.#oldest = ring.oldest
    moments.#judgedTo = ring.judgedTo
    for (const label of ring.upstreams.slice(1)) moments.#indexes.set(label, moments.#upstreams.push(label) - 1)
    for (const [second, upstream, count] of ring.counts) {
      const slot = second & (SECONDS - 1)
      moments.#totals[slot]! += count
      moments.#counts[slot * UPSTREAMS + upstream]! += count
      moments.#sums[upstream]! += count
      moments.#sum += count
    }
    return moments
  }

  merge(other: Moments): void {
    const theirs = other.found()
    // What is in the ring is told as found: the ring of two parts is not one.
    for (const moment of this.found()) this.#found.set(moment.second, moment)
    this.#judgedTo = this.#newest
    for (const moment of theirs) put(this.#found, moment)
    this.#prune()
  }

  toJSON(): MomentsJson {
    return this.found().map(({ second, ends, sigma, endsAround, secondsAround, byUpstream }) => [second, ends, sigma, endsAround, secondsAround, [...byUpstream].sort(([a], [b]) => (a < b ? -1 : 1))])
  }

  static fromJSON(json: MomentsJson): Moments {
    const moments = new Moments()
    for (const [second, ends, sigma, endsAround, secondsAround, byUpstream] of json) moments.#found.set(second, { second, ends, sigma, endsAround, secondsAround, byUpstream: new Map(byUpstream) })
    return moments
  }

  #indexOf(id: number, names: NameTable): number {
    const { label } = names.at(id)
    let index = this.#indexes.get(label)
    if (index === undefined) {
      index = this.#upstreams.length < UPSTREAMS ? this.#upstreams.push(label) - 1 : 0
      this.#indexes.set(label, index)
      if (this.#indexes.size > UPSTREAMS * 64) this.#indexes.delete(label)
    }
    if (id >= this.#byId.length) {
      const larger = new Uint8Array(Math.max(id + 1, this.#byId.length * 2))
      larger.set(this.#byId)
      this.#byId = larger
    }
    this.#byId[id] = index + 1
    return index
  }

  /** Makes room for a second: those that leave the middle of the ring are judged, those that leave it forgotten. */
  #advance(second: number): void {
    if (this.#newest === Number.NEGATIVE_INFINITY) {
      this.#newest = second - 1
      this.#oldest = second
      this.#judgedTo = second - 1
    }
    const last = Math.min(second, this.#newest + SECONDS)
    while (this.#newest < last) {
      const slot = ++this.#newest & (SECONDS - 1)
      if (this.#totals[slot]! > 0) this.#clear(slot)
      this.#oldest = Math.max(this.#oldest, this.#newest - SECONDS + 1)
      const judged = this.#newest - HALF
      if (judged > this.#judgedTo) {
        this.#keep(judged)
        this.#judgedTo = judged
      }
    }
    // A longer pause: the ring is empty by now, and nothing ended in the seconds before this one.
    if (second > this.#newest) {
      this.#newest = second
      this.#oldest = second - SECONDS + 1
      this.#judgedTo = second - HALF
    }
  }

  #endLog(): void {
    while (this.#judgedTo < this.#newest) this.#keep(++this.#judgedTo)
    this.#counts.fill(0)
    this.#totals.fill(0)
    this.#sums.fill(0)
    this.#sum = 0
    this.#newest = Number.NEGATIVE_INFINITY
    this.#oldest = Number.POSITIVE_INFINITY
    this.#judgedTo = Number.NEGATIVE_INFINITY
  }

  #clear(slot: number): void {
    this.#sum -= this.#totals[slot]!
    this.#totals[slot] = 0
    for (let upstream = 0; upstream < this.#upstreams.length; upstream++) {
      const at = slot * UPSTREAMS + upstream
      this.#sums[upstream]! -= this.#counts[at]!
      this.#counts[at] = 0
    }
  }

  #keep(second: number): void {
    const moment = this.#judge(second)
    if (moment === undefined) return
    put(this.#found, moment)
    if (this.#found.size > MAX_MOMENTS) this.#prune()
  }

  #judge(second: number): EndMoment | undefined {
    const slot = second & (SECONDS - 1)
    const ends = this.#totals[slot]!
    if (ends < MIN_ENDS || second < this.#oldest || second > this.#newest) return undefined
    const byUpstream = new Map<string, number>()
    const span = Math.min(this.#newest, second + HALF - 1) - Math.max(this.#oldest, second - HALF + 1)
    const isHigh = (count: number, sum: number): boolean => {
      const mean = (sum - count) / Math.max(1, span)
      return count >= MIN_ENDS && count > mean + HIGH * Math.sqrt(mean)
    }
    let isAnyHigh = isHigh(ends, this.#sum)
    for (let upstream = 0; upstream < this.#upstreams.length && !isAnyHigh; upstream++) isAnyHigh = isHigh(this.#counts[slot * UPSTREAMS + upstream]!, this.#sums[upstream]!)
    if (!isAnyHigh) return undefined
    const { around, seconds } = this.#around(second, this.#totals, 1, 0)
    let sigma = beyondChance(ends, around, seconds)
    for (let upstream = 0; upstream < this.#upstreams.length; upstream++) {
      const own = this.#counts[slot * UPSTREAMS + upstream]!
      if (own === 0) continue
      byUpstream.set(this.#upstreams[upstream]!, own)
      if (isHigh(own, this.#sums[upstream]!)) sigma = Math.max(sigma, beyondChance(own, this.#around(second, this.#counts, UPSTREAMS, upstream).around, seconds))
    }
    return sigma >= MIN_SIGMA ? { second, ends, sigma, endsAround: around, secondsAround: seconds, byUpstream } : undefined
  }

  /** Ends in the seconds around one; `counts` has `stride` numbers a second. */
  #around(second: number, counts: Uint32Array, stride: number, offset: number): { around: number; seconds: number } {
    let seconds = 0
    for (let at = Math.max(this.#oldest, second - HALF + 1); at <= Math.min(this.#newest, second + HALF - 1); at++) {
      if (Math.abs(at - second) > GAP) inOrder[seconds++] = counts[(at & (SECONDS - 1)) * stride + offset]!
    }
    // Another moment nearby is not what is usual.
    const most = ((inOrder.subarray(0, seconds).sort()[seconds >> 1] ?? 0) + 1) * MAX_TIMES_MEDIAN
    let around = 0
    for (let at = 0; at < seconds; at++) around += Math.min(inOrder[at]!, most)
    return { around, seconds }
  }

  /** The strongest stay. */
  #prune(): void {
    if (this.#found.size <= MAX_MOMENTS) return
    const weakest = [...this.#found.values()].sort((a, b) => b.ends - a.ends || a.second - b.second).slice(MAX_MOMENTS / 2)
    for (const { second } of weakest) this.#found.delete(second)
  }
}

/** What a line explains one by one is none, but for an upstream that resets them all. */
export const isOfMoments = (isExplained: boolean, cause: SessionCause | HandshakeCause): boolean => !isExplained || cause === 'upstream-reset'

/** Adds a moment to what another log shows of its second. */
const put = (found: Map<number, EndMoment>, moment: EndMoment): void => {
  const known = found.get(moment.second)
  const byUpstream = new Map(known?.byUpstream)
  for (const [label, count] of moment.byUpstream) byUpstream.set(label, (byUpstream.get(label) ?? 0) + count)
  found.set(moment.second, known === undefined ? { ...moment, byUpstream } : {
    second: moment.second, ends: known.ends + moment.ends, sigma: Math.max(known.sigma, moment.sigma), endsAround: known.endsAround + moment.endsAround, secondsAround: known.secondsAround + moment.secondsAround, byUpstream,
  })
}

const sorted = (moments: ReadonlyMap<number, EndMoment>): EndMoment[] => [...moments.values()].sort((a, b) => a.second - b.second)

/** How far `ends` in a second are beyond what the seconds around give by chance. */
const beyondChance = (ends: number, around: number, seconds: number): number => (seconds > 0 ? significance({ inside: ends, outside: around, exposure: 1 / seconds }) : 0)
