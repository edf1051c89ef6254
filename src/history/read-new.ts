import { PathCensus } from '../aggregate/path-census.ts'
import { Level } from '../error-log/level.ts'
import type { LogFormat } from '../log-format/compile.ts'
import type { ReadOptions } from '../input/source.ts'
import { type Look, readOnce, type ReadOnceOptions } from '../run/read-once.ts'
import { type ReadErrors, readErrors, type StampZone } from '../run/read-errors.ts'
import { firstRule } from '../run/read-inputs.ts'
import { tellsOfStops } from '../run/lost-sessions.ts'
import type { UndecidedLines } from '../run/rule-of-logs.ts'
import { type Filters, NO_FILTERS } from '../session/filter.ts'
import { type HandshakeRule, isOwnLog, isSameRule, logFamily, WORDS_ONLY } from '../session/handshake-rule.ts'
import { MAX_OPEN, OpenSessions } from '../session/open-sessions.ts'
import { AccessHours } from './access-hours.ts'
import { ErrorHours } from './error-hours.ts'
import { Hours } from './hours.ts'
import { type Carry, type Kept, ruleOfKept } from './kept.ts'
import type { OpenNew } from './open-new.ts'

export interface ReadNewOptions extends ReadOptions {
  readonly formats: readonly LogFormat[]
  readonly filters: Omit<Filters, 'sinceMs' | 'untilMs'>
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  /** By the clock of this machine. */
  readonly nowMs: number
}

/** What earlier runs left. */
interface EarlierRuns {
  readonly kept: Kept | undefined
  readonly carry: Carry
  /** Where lines belong that tell no time, when no other line tells better; ms since the epoch. */
  readonly fallbackMs: number
}

/** What the new lines held. */
export interface ReadNew {
  readonly reading: ReadOnceOptions
  readonly look: Look
  readonly hours: Hours
  /** What the error logs held. */
  readonly errorHours: Hours
  /** Of the latest access line, ms since the epoch; -Infinity: there was none. */
  readonly toMs: number
  readonly errors: ReadErrors | undefined
  readonly open: OpenSessions
  /** What the paths of all runs together show. */
  readonly census: PathCensus
  /** Which lines are handshakes is decided otherwise than in the runs before. */
  readonly isOtherRule: boolean
  readonly rule: HandshakeRule
  readonly undecided: readonly UndecidedLines[]
}

/** Reads what is new, hour by hour, from where the last run ended. */
export const readNew = async ({ opened }: OpenNew, { kept, carry, stampZone, ...options }: ReadNewOptions & EarlierRuns & { readonly stampZone: StampZone }): Promise<ReadNew> => {
  const { nowMs, fallbackMs, signal, onRead, formats, isQueryKept, isAnonymized } = options
  const hasErrors = opened.errorLogs.length > 0
  const ofErrors = new Hours(null, { zone: hasErrors ? stampZone.zone : undefined, nowMs })
  const coverage = (kept?.errors ?? []).flatMap(({ covered }) => covered ?? [])
  const errors = hasErrors ? await readErrors(opened.errorLogs, { ...stampZone, ...NO_FILTERS }, { signal, onRead, entries: new ErrorHours(ofErrors, fallbackMs), earlier: { rows: carry.waiting, coverage } }) : undefined
  const reading: ReadOnceOptions = { inputs: opened.inputs, otherFormats: formats, filters: { ...NO_FILTERS, ...options.filters }, isQueryKept, isAnonymized, threads: 1, errors, signal, onRead }
  const readBy = async (rule: HandshakeRule) => {
    const hours = new Hours(carry.ring, { zone: hasErrors ? stampZone.zone : undefined, nowMs })
    const consumer = new AccessHours(hours, fallbackMs)
    const open = new OpenSessions({ maxOpen: MAX_OPEN, infersRestarts: errors === undefined || !(tellsOfStops(errors) || coverage.some(({ finest }) => finest <= Level.notice)) })
    for (const mark of carry.marks) open.opened(mark)
    const look = await readOnce(reading, { rule, consumer, open })
    const census = PathCensus.fromJSON(carry.census)
    census.merge(hours.census)
    return { look, hours, open, census, toMs: consumer.toMs }
  }
  const isNamed = reading.filters.paths.length > 0
  const first = isNamed ? { ...WORDS_ONLY, isNamed } : kept === undefined ? firstRule(reading) : ruleOfKept(kept)
  let read = await readBy(first)
  const undecided = added(kept?.undecided ?? [], read.look.undecided)
  const rule: HandshakeRule = isNamed ? first : {
    ownLogs: new Set(undecided.filter(isOwnLog).map(({ path }) => path)),
    isNamed,
    prefixes: read.census.prefixes(),
  }
  if (!isNamed && !isSameRule(rule, first) && !signal.aborted) read = await readBy(rule)
  return { ...read, errorHours: ofErrors, reading, errors, rule, undecided, isOtherRule: kept !== undefined && kept.undecided.some((log) => !isOwnLog(log)) && !isSameRule({ ...rule, ownLogs: first.ownLogs }, first) }
}

/** By the name that a log has before it is rotated. */
const added = (kept: readonly UndecidedLines[], more: readonly UndecidedLines[]): UndecidedLines[] => {
  const byPath = new Map<string, UndecidedLines>()
  for (const { path, lines, switched } of [...kept, ...more]) {
    const family = logFamily(path)
    const known = byPath.get(family)
    byPath.set(family, { path: family, lines: lines + (known?.lines ?? 0), switched: switched + (known?.switched ?? 0) })
  }
  return [...byPath.values()]
}
