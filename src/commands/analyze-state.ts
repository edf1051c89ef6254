import { Info, type Zone } from 'luxon'
import { type Increment, addNew } from '../history/increment.ts'
import { type Kept, keptOf } from '../history/kept.ts'
import { type Stretch, wholeHours } from '../history/periods.ts'
import { type KeptStretch, type Segments, settleStretch } from '../history/report-of.ts'
import type { OffsetSpan } from '../log-format/detect.ts'
import { reportOf } from '../pipeline.ts'
import { sanitize } from '../render/sanitize.ts'
import type { Report } from '../report/report.ts'
import type { Settled } from '../digest/settle.ts'
import { openState, type State } from '../state/state.ts'
import { sayUnmatched } from './analyze.ts'
import { EXIT } from './exit.ts'
import { prepare } from './prepare.ts'
import { present } from './present.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { stampZoneOf, zoneOfOffset } from './time-option.ts'
import { version } from './version.ts'

/** Another run may work through a week of logs. */
const WAIT_MS = 10 * 60_000
const LOOK_EVERY_MS = 200

/** `wslog analyze --state`: reads what is new, keeps it, and reports from what is kept; gives the exit code. */
export const runAnalyzeState = async (options: ResolvedOptions & { readonly state: string }, streams: Streams): Promise<number> => {
  const { out, err, signal } = streams
  const dir = options.state
  const note = (text: string): void => {
    if (!options.isQuiet) err(`wslog: ${sanitize(text)}\n`)
  }
  const state = await openState(dir, {
    isCreated: true, now: Date.now, signal,
    wait: { atMostMs: WAIT_MS, everyMs: LOOK_EVERY_MS },
    onWait: ({ pid, sinceMs }) => note(`${dir}: another run works on it (process ${pid}, since ${new Date(sinceMs).toISOString()}); waiting`),
  }).catch((error: unknown) => orInterrupted(error, signal))
  if (state === undefined) return EXIT.interrupted
  try {
    const increment = await addTo(state, options, streams).catch((error: unknown) => orInterrupted(error, signal))
    if (increment === undefined) {
      err('wslog: interrupted; nothing of this run was kept\n')
      return EXIT.interrupted
    }
    for (const text of increment.notes) note(text)
    for (const { error } of increment.failures) err(`wslog: ${sanitize(error.message)}\n`)
    const kept = keptOf(state.meta, dir)!
    const zone = zoneOf(kept, options)
    const { report, settled } = await reportFrom(state, { kept, zone, options, stretch: stretchOfOptions(options, zone), failures: increment.failures })
    // No log could be read, and nothing is kept: a report of zeros would look like an answer.
    if (report.inputs.length === 0 && increment.failures.length > 0) return EXIT.failed
    if (!options.isQuiet) sayUnmatched(report, err)
    return await present(report, options, { zone, settled, out, err })
  } finally {
    await state.close()
  }
}

/** Undefined for what the signal threw. */
const orInterrupted = (error: unknown, signal: AbortSignal): undefined => {
  if (!signal.aborted) throw error
}

const addTo = async (state: State, options: ResolvedOptions & { readonly state: string }, { err, now, signal }: Streams): Promise<Increment> => {
  const { reading, progress } = await prepare(options, { err, now, signal }, () => {})
  const { paths, hosts, upstreams, clients } = options.filters(zoneOfOffset(0))
  const increment = await addNew({
    ...reading, state, dir: options.state, signal,
    filters: { paths, hosts, upstreams, clients },
    nowMs: options.nowMs, retentionDays: options.retentionDays,
    onOpen: (opened, kept) => {
      reading.onOpen(opened)
      const offsets = opened.offsets.length > 0 ? opened.offsets : (kept?.offsets ?? [])
      return { ...zoneToUse(options, kept, offsets), stampZone: stampZoneOf(offsets, options.zone) }
    },
  })
  progress.end()
  return increment
}

/** Days are those of one zone for as long as a state lives. */
const zoneToUse = ({ zone }: ResolvedOptions, kept: Pick<Kept, 'settings'> | undefined, offsets: readonly OffsetSpan[]): { zone: Zone; isZoneKnown: boolean } => {
  if (zone !== undefined) return { zone, isZoneKnown: true }
  const own = kept?.settings.zone ?? null
  if (own !== null) return { zone: Info.normalizeZone(own), isZoneKnown: true }
  return { zone: zoneOfOffset(offsets[0]?.offsetMinutes ?? 0), isZoneKnown: offsets.length > 0 }
}

export const zoneOf = ({ settings }: Kept, { zone }: Pick<ResolvedOptions, 'zone'>): Zone => zone ?? (settings.zone === null ? zoneOfOffset(0) : Info.normalizeZone(settings.zone))

/** What `--since` and `--until` choose, in whole hours. */
const stretchOfOptions = (options: ResolvedOptions, zone: Zone): Stretch => {
  const { sinceMs, untilMs } = options.filters(zone)
  return wholeHours({ fromMs: sinceMs, toMs: untilMs }, zone)
}

export interface ReportFromOptions {
  readonly kept: Kept
  readonly zone: Zone
  readonly stretch: Stretch
  readonly options: Pick<ResolvedOptions, 'readTimeoutMs' | 'top' | 'nowMs'>
  readonly failures: Increment['failures']
}

/** The report over a stretch of what is kept. */
export const reportFrom = async (segments: Segments, { kept, zone, stretch, options, failures }: ReportFromOptions): Promise<{ readonly report: Report; readonly settled: Settled }> => {
  const settled = await settleStretch(segments, { kept, stretch, zone, readTimeoutMs: options.readTimeoutMs })
  const report = reportOf(settled, { version, top: options.top, generatedAtMs: options.nowMs, timeZone: zone.name, failures, open: openOf(settled) })
  return { report, settled }
}

/** What is open after the newest line, and what was lost of all that is kept of the stretch: each run counts its own losses. */
const openOf = ({ isCurrent, carry: { open }, digest: { losses } }: KeptStretch): Report['open'] =>
  isCurrent && open !== null ? { ...open, lost: losses.reduce((sum, { sessions }) => sum + sessions, 0) } : null
