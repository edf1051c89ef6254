import type { Zone } from 'luxon'
import type { Digest } from '../digest/digest.ts'
import { WslogError } from '../errors.ts'
import type { InputFailure } from '../input/source.ts'
import type { AccessLogRead, ErrorLogRead, LineExample } from '../digest/logs-read.ts'
import type { ReadErrors, StampZone } from '../run/read-errors.ts'
import type { OpenInputs } from '../run/open-inputs.ts'
import { changedLogs } from '../run/changed-logs.ts'
import { readOnce } from '../run/read-once.ts'
import { type Covered, type Span, withSpan } from '../session/coverage.ts'
import type { ErrorRow } from '../session/error-table.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import type { State } from '../state/state.ts'
import { hourOf } from './hours.ts'
import { Keeper } from './keeper.ts'
import { CARRY, type Carry, carryIn, coverageOf, type Kept, type KeptFile, keptOf } from './kept.ts'
import { type NewLog, type OpenNew, openNew } from './open-new.ts'
import { type ReadNew, readNew, type ReadNewOptions } from './read-new.ts'
import { newestOf } from './periods.ts'
import { refuseOtherSettings } from './settings.ts'

export interface IncrementOptions extends ReadNewOptions {
  readonly state: State
  /** As the user named it. */
  readonly dir: string
  readonly files: readonly string[]
  readonly errorFiles: readonly string[]
  /** Called once the logs are open: zones may mean the log's own. */
  readonly onOpen: (opened: OpenInputs, kept: Pick<Kept, 'offsets' | 'settings'> | undefined) => { readonly zone: Zone; readonly isZoneKnown: boolean; readonly stampZone: StampZone }
  readonly readTimeoutMs: number | undefined
  /** Undefined: as before, else 90. */
  readonly retentionDays: number | undefined
}

/** What a run added to a state. */
export interface Increment {
  /** Lines of access logs that no run had read before. */
  readonly lines: number
  /** Days in which something changed, in the zone of the state. */
  readonly changedDays: readonly string[]
  readonly failures: readonly InputFailure[]
  /** What a person should know. */
  readonly notes: readonly string[]
}

/** An access line may be written so long after its error line: lingering close, and what `access_log … flush=` holds back. */
const WAITING_MS = 15 * 60_000
/** An access log may come a night later than its error log: from another server, or because nobody might read it. */
const WAITING_WHOLE_MS = 48 * 3_600_000
const DEFAULT_RETENTION_DAYS = 90
const MAX_WAITING = 1 << 16
/** Open sessions that are remembered: the latest. */
const MAX_MARKS = 1 << 17
const ROWS_OF_OPEN = 50
const DAY_MS = 86_400_000

/**
 * Reads what is new in the logs and adds it to a state in one step: either all of it is kept, with the place where the next run goes on,
 * or nothing is.
 * @throws WslogError `state`; `usage` when the state was made with other settings; `input` when a log could not be read to its end, or changed while it was read. What the signal was aborted with
 */
export const addNew = async (options: IncrementOptions): Promise<Increment> => {
  const { state, dir, signal } = options
  const kept = keptOf(state.meta, dir)
  const found = await openNew({ ...options, kept: { access: kept?.access ?? [], errors: kept?.errors ?? [] } })
  try {
    const { zone, isZoneKnown, stampZone } = options.onOpen(found.opened, kept)
    const { filters, isQueryKept, isAnonymized } = options
    const settings = { ...filters, isQueryKept, isAnonymized, zone: isZoneKnown ? zone.name : null }
    if (kept !== undefined) refuseOtherSettings(dir, kept.settings, settings)
    const retentionDays = options.retentionDays ?? kept?.retentionDays ?? DEFAULT_RETENTION_DAYS
    const carry = await carryIn(state)
    const read = await readNew(found, { ...options, fallbackMs: newestOf(state.names, zone) ?? options.nowMs, kept, carry, stampZone })
    signal.throwIfAborted()
    refuseFailures(read)
    complete(read, found)
    const next = await carryOf(read, carry, options)
    const files = {
      access: [...found.access.flatMap((log) => keptFile(log, { read: read.look.logs.find(({ path }) => path === log.log.source.path), covered: null })), ...found.otherAccess.filter((log) => mayComeBack(log, { nowMs: options.nowMs, retentionDays }))],
      errors: [...found.errors.flatMap((log, index) => keptFile(log, { read: read.errors!.logs[index], covered: coveredOf(read.errors!.stretches[index]) })), ...found.otherErrors.filter((log) => mayComeBack(log, { nowMs: options.nowMs, retentionDays }))],
      blind: blindOf(read, kept?.blind ?? []),
    }
    const keeper = new Keeper(state, { ...options, retentionDays, zone, coverage: coverageOf(files) })
    await keeper.add(partsOf(read))
    await keeper.labelRest(async (patterns, consumer) => {
      const look = await readOnce(read.reading, { rule: read.rule, patterns, consumer, isSecondLook: true })
      signal.throwIfAborted()
      refuseFailures({ look: { ...look, failures: [...look.failures, ...changedLogs(read.look, look)] }, errors: undefined })
    })
    await keeper.rollUp()
    await state.stage(CARRY, next)
    const meta: Kept = {
      // Once hours are kept, their days are those of this zone.
      settings: { ...settings, zone: settings.zone ?? kept?.settings.zone ?? (read.hours.newest === undefined ? null : zone.name) },
      retentionDays,
      ...files,
      offsets: found.opened.offsets.length > 0 ? found.opened.offsets : (kept?.offsets ?? []),
      rule: { ownLogs: [...read.rule.ownLogs].sort(), isNamed: read.rule.isNamed, prefixes: [...read.rule.prefixes].sort() },
      undecided: read.undecided,
    }
    signal.throwIfAborted()
    await state.commit({ meta, remove: keeper.removed })
    return { lines: read.look.logs.reduce((sum, { tally }) => sum + tally.counts.read, 0), changedDays: keeper.changedDays, failures: found.opened.failures, notes: [...found.notes, ...notesOf(read), ...(keeper.hasLetGo ? [`some lines are of days before those that are kept (--retention ${retentionDays}d): they are counted in no report`] : [])] }
  } finally {
    await found.opened.close()
  }
}

/** What stands behind the place where reading broke off would be passed over by the next run. */
const refuseFailures = ({ look, errors }: Pick<ReadNew, 'look' | 'errors'>): void => {
  const [failure] = [...look.failures, ...(errors?.failures ?? [])]
  if (failure !== undefined) throw new WslogError('input', `${failure.error.message}; nothing of this run was kept`, { cause: failure.error })
}

/** What the next run needs of the end of this one. */
const carryOf = async ({ hours, errorHours, open, errors, toMs, census }: ReadNew, carry: Carry, options: IncrementOptions): Promise<Carry> => {
  errorHours.end()
  const isTold = open.hasMarkers && open.canMatch
  const marks = isTold ? [...open.marks()].sort((a, b) => b.atMs - a.atMs).slice(0, MAX_MARKS) : carry.marks
  const waiting = errors === undefined ? carry.waiting : latest(await errors.window.unusedSince(waitingFromMs(errors, toMs), options))
  return { ring: hours.end(), waiting, marks, open: isTold && Number.isFinite(toMs) ? open.state(toMs, ROWS_OF_OPEN) : carry.open, census: census.toJSON() }
}

/** `toMs`: of the last access line; -Infinity: there was none. Of error lines that are more than memory holds, only the last minutes are asked for. */
const waitingFromMs = ({ window, logs }: ReadErrors, toMs: number): number => {
  const lastMs = Number.isFinite(toMs) ? toMs : Math.max(0, ...logs.map((log) => log.toMs).filter(Number.isFinite))
  return lastMs - (window.isWhole ? WAITING_WHOLE_MS : WAITING_MS)
}

const notesOf = ({ hours, isOtherRule }: ReadNew): string[] => [
  ...(isOtherRule ? ['more lines tell which paths are of WebSockets: what was kept before is not counted anew. With $http_upgrade in the log_format each line says it'] : []),
  ...(hours.hasFuture ? ['some lines are dated more than a day ahead of this machine\'s clock; they are kept at that date'] : []),
]

const latest = (rows: readonly ErrorRow[]): readonly ErrorRow[] => (rows.length <= MAX_WAITING ? rows : rows.toSorted(([a], [b]) => b - a).slice(0, MAX_WAITING))

/** The parts of each hour, of access logs and error logs, by hour, ascending. */
function* partsOf({ hours, errorHours, rule }: Pick<ReadNew, 'hours' | 'errorHours' | 'rule'>): Generator<readonly [hour: number, parts: Iterable<Digest>]> {
  const errors = errorHours.parts()
  let ofErrors = errors.next()
  for (const [hour, parts] of hours.parts()) {
    for (; ofErrors.done !== true && ofErrors.value[0] < hour; ofErrors = errors.next()) yield ofErrors.value
    if (ofErrors.done !== true && ofErrors.value[0] === hour) {
      yield [hour, withRule(chain(parts, ofErrors.value[1]), rule)]
      ofErrors = errors.next()
    } else yield [hour, withRule(parts, rule)]
  }
  for (; ofErrors.done !== true; ofErrors = errors.next()) yield ofErrors.value
}

function* chain(parts: Iterable<Digest>, more: Iterable<Digest>): Generator<Digest> {
  yield* parts
  yield* more
}

function* withRule(parts: Iterable<Digest>, rule: HandshakeRule): Generator<Digest> {
  for (const digest of parts) {
    digest.rule = rule
    yield digest
  }
}

/** What is known only at the end goes to the hours. */
const complete = ({ hours, look, open }: ReadNew, { access }: OpenNew): void => {
  for (const loss of open.takeLosses()) {
    const digest = hours.at(hourOf(loss.atMs))
    digest.losses = [...digest.losses, loss]
  }
  if (hours.newest === undefined) return
  const newest = hours.at(hours.newest)
  newest.examples = look.examples.map((example): LineExample => ({ ...example, line: example.line + (access.find(({ log }) => log.source.path === example.path)?.kept?.lines ?? 0) }))
  if (newest.errors !== undefined) newest.errors.joined = { ...newest.errors.joined, ambiguous: newest.errors.joined.ambiguous + (look.joined?.ambiguous ?? 0) }
}

const keptFile = <Opened>({ log, kept }: NewLog<Opened>, { read, covered }: { readonly read: AccessLogRead | ErrorLogRead | undefined; readonly covered: Covered | null }): KeptFile[] => {
  const file = log.remember()
  if (file === undefined) return []
  return [{ file, lines: (kept?.lines ?? 0) + (read?.tally.counts.read ?? 0), covered: covered ?? kept?.covered ?? null }]
}

/** A log that is gone for longer than days are kept is of no use any more, were it to come back. */
const mayComeBack = ({ file }: KeptFile, { nowMs, retentionDays }: { readonly nowMs: number; readonly retentionDays: number }): boolean => !file.isAbsent || Number(BigInt(file.mtimeNs) / 1_000_000n) >= nowMs - retentionDays * DAY_MS

/** With the times of access lines that no error log was read beside. */
const blindOf = ({ look, errors }: ReadNew, before: readonly Span[]): readonly Span[] => {
  const fromMs = Math.min(...look.logs.map(({ tally }) => tally.fromMs))
  const toMs = Math.max(...look.logs.map(({ tally }) => tally.toMs))
  return errors === undefined && fromMs <= toMs ? withSpan(before, { fromMs, toMs }) : before
}

/** Null where it has no entry: infinite times have no JSON. */
const coveredOf = (stretch: Covered | undefined): Covered | null => (stretch !== undefined && stretch.fromMs <= stretch.toMs ? stretch : null)
