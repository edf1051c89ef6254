import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Summary } from '../aggregate/summary.ts'
import type { SessionCause } from '../cause/cause.ts'
import { narrow, withoutTimers } from './cut-window.ts'
import type { Ended } from './ended.ts'
import type { ErrorEvidence } from './error-evidence.ts'

/** Sessions that ended in one moment, and who cut them. */
export interface Cut {
  /** `[fromMs, toMs)`, ms since the epoch. */
  readonly fromMs: number
  readonly toMs: number
  /** `unknown`: together, but nothing says why. `edge`: all of one address, as when a hop in front restarts. */
  readonly by: 'upstream' | 'nginx' | 'edge' | 'unknown'
  /** What its sessions are said to have ended of; undefined: no code says more than `closed`. */
  readonly cause: SessionCause | undefined
  /** A line of the error log confirms it. */
  readonly isConfirmed: boolean
  /** Something else than the moment itself speaks for it: a line, refused connects, answers left half sent. */
  readonly isBackedUp: boolean
  /** Upstreams whose sessions were cut. */
  readonly upstreams: ReadonlySet<string>
  /** No other upstream had sessions that could have lived on. */
  readonly isAlone: boolean
  /** The address whose sessions were cut; undefined: of any. */
  readonly client: string | undefined
  /** Only sessions at least this old were cut, ms: younger ones are those of new workers. */
  readonly minAgeMs: number
  /** Sessions that ended in it, about; by chance there would be `expected`. */
  readonly sessions: number
  readonly expected: number
}

/** Sessions that ended in one moment, or in several beside each other. */
export interface Group {
  readonly fromMs: number
  readonly toMs: number
  readonly ends: number
  readonly sigma: number
  /** By chance, from the minutes around. */
  readonly expected: number
}

/** Sessions that the sample must hold of a moment to say anything of it. */
const MIN_MEMBERS = 5
/** What is left of a moment without its timers must still be so many standard deviations beyond chance. */
const MIN_SIGMA_LEFT = 4
/** Of the sessions open in a restart, nearly all end; of those that people leave at the same time, some stay. */
const MIN_CUT_SHARE = 0.85
/** Where nothing else tells a restart from people who leave. */
const SURE_CUT_SHARE = 0.95
const SURE_CUT = 8
/** Others live on: of theirs no more than this end in the same moment. */
const MAX_OTHERS_SHARE = 0.25
/** An upstream with fewer open sessions says nothing by keeping or losing them. */
const MIN_OPEN = 3
/** Refused connects follow a restart within this time, and are compared with those in this time before. */
const REFUSALS_MS = 30_000
const REFUSALS_BEFORE_MS = 30_000
/** Refusals that go on all the time say nothing of a moment: it must show so many times their rate. */
const MIN_REFUSALS_RISE = 3
/** How often an upstream is asked, ordinarily, is told from this time before the moment. */
const USUAL_MS = 120_000
/** While it is down nobody gets in: so many handshakes must be missing that chance leaves 2 % for it (e^-4). */
const MIN_MISSED = 4
/** nginx's old workers are cut at a worker_shutdown_timeout after the reload, at least this: younger sessions are not theirs. */
const MIN_SHUTDOWN_MS = 2000
/** Sessions of new workers that must be seen to live on, and old ones that may: nginx leaves none. */
const MIN_YOUNG = 5
const MAX_OLD_KEPT = 0.05
/** The shortest worker_shutdown_timeout: a session younger than that is not of an old worker. */
const MIN_AGE_MS = 1000
/** Without new workers to be seen it takes so many sessions, of more than so many addresses: else the hop in front ended them as well. */
const SURE_NGINX_CUT = 20
const MAX_HOP_ADDRESSES = 4
/** Sessions of a process that dies end within so many ms of each other. */
const SHARP_MS = 30
/** Stamps of error logs are whole seconds. */
const STAMP_MS = 1000

/** What is known of a moment. */
interface Moment {
  readonly fromMs: number
  readonly toMs: number
  readonly members: readonly SampledHandshake[]
  /** Open before and behind it. */
  readonly survivors: readonly SampledHandshake[]
}

interface Share {
  cut: number
  kept: number
}

/** Says of single moments who cut the sessions. Where the evidence leaves two, it says neither. */
export class CutJudge {
  readonly #ended: Ended
  readonly #share: number
  readonly #errors: ErrorEvidence | undefined
  /** When connects to each upstream were refused, ascending. */
  readonly #refusals = new Map<string, number[]>()

  constructor(summary: Summary, ended: Ended, errors: ErrorEvidence | undefined) {
    this.#ended = ended
    this.#share = summary.sessionSample.share
    this.#errors = errors
    for (const { verdict, startedAtMs, upstream } of summary.failureSample.rows) {
      if (verdict.cause !== 'refused') continue
      const known = this.#refusals.get(upstream)
      if (known === undefined) this.#refusals.set(upstream, [startedAtMs])
      else known.push(startedAtMs)
    }
  }

  judge(group: Group): Cut | undefined {
    const inGroup = this.#ended.between(group.fromMs, group.toMs).filter(({ isExplained }) => !isExplained)
    if (inGroup.length < MIN_MEMBERS) return undefined
    const { fromMs, toMs } = narrow(inGroup, group, group.expected * this.#share)
    const expected = (group.expected * (toMs - fromMs)) / (group.toMs - group.fromMs)
    const all = inGroup.filter(({ endedAtMs }) => endedAtMs >= fromMs && endedAtMs < toMs)
    const members = withoutTimers(all)
    const usual = expected * this.#share
    if (members.length < MIN_MEMBERS || (members.length < all.length && members.length < usual + MIN_SIGMA_LEFT * Math.sqrt(Math.max(1, usual)))) return undefined
    const moment: Moment = { fromMs, toMs, members, survivors: this.#ended.openAt(fromMs, toMs) }
    const nobody: Cut = { fromMs, toMs, sessions: Math.round(members.length / this.#share), expected, by: 'unknown', cause: undefined, isConfirmed: false, isBackedUp: false, upstreams: new Set(), isAlone: false, client: undefined, minAgeMs: 0 }
    const client = onlyClient(moment)
    const verdict = client === undefined ? (this.#byNginx(moment) ?? this.#byUpstream(moment)) : ({ by: 'edge', client } as const)
    return { ...nobody, ...verdict }
  }

  /** nginx cuts what its old workers still hold, at all upstreams, and leaves the answers half sent. */
  #byNginx(moment: Moment): Partial<Cut> | undefined {
    const { fromMs, toMs, members, survivors } = moment
    const known = members.filter(({ isComplete }) => isComplete !== undefined)
    const isIncomplete = known.length > 0 && known.filter(({ isComplete }) => isComplete === false).length >= known.length * MIN_CUT_SHARE
    if (known.length > 0 && !isIncomplete) return undefined
    const open = sharesOf(moment)
    const verdict = { by: 'nginx', cause: 'worker-shutdown', upstreams: new Set(open.keys()) } as const
    const shutdownMs = this.#errors?.shutdownOfExit(fromMs, toMs)
    if (shutdownMs !== undefined) {
      // An old worker also leaves when others end its last sessions: then those of new workers end with them.
      const newer = members.filter(({ startedAtMs }) => startedAtMs >= shutdownMs + STAMP_MS).length
      const older = survivors.filter(({ startedAtMs }) => startedAtMs < shutdownMs - STAMP_MS).length
      const isOfOld = newer <= members.length * (1 - MIN_CUT_SHARE) && older <= (members.length + older) * (1 - MIN_CUT_SHARE)
      return isOfOld ? { ...verdict, isConfirmed: true, isBackedUp: true, minAgeMs: Math.max(0, fromMs - shutdownMs - STAMP_MS) } : undefined
    }
    if (this.#errors?.coversNotices(fromMs) === true) return undefined
    const active = [...open.values()].filter(({ cut, kept }) => cut + kept >= MIN_OPEN)
    const minAgeMs = oldOnly(moment)
    if (isIncomplete && (minAgeMs !== undefined || active.every(isCut))) return { ...verdict, isBackedUp: true, minAgeMs: minAgeMs ?? 0 }
    // The processes of one upstream may be changed in the same way; of all at once they hardly are.
    if (active.length < 2 || known.length > 0) return undefined
    // That every old session ends and no young one does is beyond any chance of its own.
    if (minAgeMs !== undefined && minAgeMs >= MIN_SHUTDOWN_MS) return { ...verdict, isBackedUp: true, minAgeMs }
    const isOfAll = active.every(isCut) && members.length >= SURE_NGINX_CUT && new Set(members.map(({ client }) => client)).size > MAX_HOP_ADDRESSES
    return isOfAll && !isOfYoung(moment) ? { ...verdict, isBackedUp: true, minAgeMs: MIN_AGE_MS } : undefined
  }

  /** All sessions of an upstream end, those of others live on; it refuses connects, or nobody gets in for a while. */
  #byUpstream(moment: Moment): Partial<Cut> | undefined {
    const active = [...sharesOf(moment)].filter(([, { cut, kept }]) => cut + kept >= MIN_OPEN)
    const hit = active.filter(([, share]) => isCut(share))
    const others = active.filter(([, share]) => !isCut(share)).reduce((sum, [, { cut, kept }]) => ({ cut: sum.cut + cut, kept: sum.kept + kept }), { cut: 0, kept: 0 })
    if (hit.length === 0 || others.cut > (others.cut + others.kept) * MAX_OTHERS_SHARE) return undefined
    const refused = hit.filter(([upstream]) => this.#isRefusedAfter(upstream, moment))
    const isAlone = hit.length === active.length
    const down = isAlone ? [] : hit.filter(([upstream, share]) => this.#isDownAfter(upstream, share, moment))
    const upstreams = new Set([...refused, ...down].map(([upstream]) => upstream))
    if (upstreams.size > 0) return { by: 'upstream', cause: 'upstream-restart', isAlone, isBackedUp: refused.length > 0, upstreams, ...narrow(moment.members.filter((one) => upstreams.has(one.upstream)), moment, 0) }
    return isAlone ? undefined : { by: 'upstream', upstreams: new Set(hit.map(([upstream]) => upstream)) }
  }

  #isRefusedAfter(upstream: string, { fromMs, toMs }: Moment): boolean {
    const times = this.#refusals.get(upstream) ?? []
    const after = times.filter((ms) => ms >= fromMs - STAMP_MS && ms < toMs + REFUSALS_MS).length
    const before = times.filter((ms) => ms >= fromMs - STAMP_MS - REFUSALS_BEFORE_MS && ms < fromMs - STAMP_MS).length
    return after > 0 && after / (toMs - fromMs + REFUSALS_MS + STAMP_MS) >= (MIN_REFUSALS_RISE * before) / REFUSALS_BEFORE_MS
  }

  /**
   * Whether no refusal is needed. With an error log only: without it an upstream that is lost behind a dead network
   * looks the same. And its sessions must have ended within
   * milliseconds, or it must have been asked until the moment, and not for a while behind it.
   */
  #isDownAfter(upstream: string, { cut, kept }: Share, { fromMs, toMs, members }: Moment): boolean {
    if (this.#errors?.coversErrors(fromMs) !== true || cut < SURE_CUT || cut < (cut + kept) * SURE_CUT_SHARE) return false
    if (isSharp(members.filter((one) => one.upstream === upstream))) return true
    const backMs = this.#ended.nextStart(upstream, fromMs)
    if (backMs === undefined) return false
    const usual = this.#ended.started(upstream, fromMs - USUAL_MS, fromMs) / USUAL_MS
    return usual * (backMs - toMs) >= MIN_MISSED
  }
}

const isCut = ({ cut, kept }: Share): boolean => cut >= MIN_OPEN && cut >= (cut + kept) * MIN_CUT_SHARE

/** The one address that all of them had, when sessions of others stayed open. */
const onlyClient = ({ members, survivors }: Moment): string | undefined => {
  const counts = new Map<string, number>()
  for (const one of members) counts.set(one.client, (counts.get(one.client) ?? 0) + 1)
  const [client, own] = [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))
  const others = survivors.filter((one) => one.client !== client)
  const kept = survivors.length - others.length
  return own >= members.length * 0.9 && own >= (own + kept) * MIN_CUT_SHARE && others.length >= MIN_OPEN ? client : undefined
}

const sharesOf = ({ members, survivors }: Moment): Map<string, Share> => {
  const open = new Map<string, Share>()
  const at = (upstream: string): Share => {
    const known = open.get(upstream) ?? { cut: 0, kept: 0 }
    open.set(upstream, known)
    return known
  }
  for (const { upstream } of members) at(upstream).cut++
  for (const { upstream } of survivors) at(upstream).kept++
  return open
}

/** The age of the youngest that was cut, when all that stayed open are younger: the sessions of new workers. */
const oldOnly = ({ fromMs, members, survivors }: Moment): number | undefined => {
  const ages = members.map(({ endedAtMs, startedAtMs }) => endedAtMs - startedAtMs).sort((a, b) => a - b)
  // A few of those that end in the moment by themselves are younger.
  const minAgeMs = ages[Math.floor(ages.length * 0.02)]!
  const older = survivors.filter(({ startedAtMs }) => fromMs - startedAtMs > minAgeMs + STAMP_MS).length
  return survivors.length - older >= MIN_YOUNG && older <= (members.length + older) * MAX_OLD_KEPT ? minAgeMs : undefined
}

/** Whether sessions were cut that had only begun: new workers would have kept them. */
const isOfYoung = ({ fromMs, toMs, members, survivors }: Moment): boolean =>
  members.filter(({ endedAtMs, startedAtMs }) => endedAtMs - startedAtMs < MIN_AGE_MS).length > survivors.filter(({ startedAtMs }) => startedAtMs >= fromMs - MIN_AGE_MS && startedAtMs < toMs).length

/** Whether they ended within milliseconds, as far as the log has those: a process died. People who are told to leave take longer. */
const isSharp = (members: readonly SampledHandshake[]): boolean => {
  if (members.every(({ endedAtMs }) => endedAtMs % 1000 === 0)) return false
  const times = members.map(({ endedAtMs }) => endedAtMs).sort((a, b) => a - b)
  const edge = Math.floor(times.length * 0.05)
  return times[times.length - 1 - edge]! - times[edge]! <= SHARP_MS
}
