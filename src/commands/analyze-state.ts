import { FixedOffsetZone, Info, type Zone } from 'luxon'
import { type Increment, addNew } from '../history/increment.ts'
import { type Kept, keptOf } from '../history/kept.ts'
import { type Stretch, wholeHours } from '../history/periods.ts'
import type { OffsetSpan } from '../log-format/detect.ts'
import { sanitize } from '../render/sanitize.ts'
import { openState, type State } from '../state/state.ts'
import { WslogError } from '../errors.ts'
import { sayUnmatched } from './analyze.ts'
import { EXIT } from './exit.ts'
import { prepare } from './prepare.ts'
import { present } from './present.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { stampZoneOf } from './stamp-zone.ts'
import { reportFrom, withKeptLogs, zoneOf } from './report-from.ts'
import type { WritePagesOptions } from './write-pages.ts'
import { againstOf } from './against-of.ts'

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
    const { failures } = increment
    const stretch = stretchOfOptions(options, zone)
    const { report: ofStretch, settled } = await reportFrom(state, { kept, zone, options, stretch, failures })
    // No log could be read, and nothing is kept: a report of zeros would look like an answer.
    if (ofStretch.inputs.length === 0 && failures.length > 0) return EXIT.failed
    const report = withKeptLogs(ofStretch, kept)
    if (!options.isQuiet) sayUnmatched(report, err)
    const against = await againstOf(report, { state, kept, zone, stretch, options })
    // Pages first: standard output may be closed, or full, and ends the program then.
    const areWritten = await writeFolders(options, { state, kept, zone, options, failures, signal }, err).catch((error: unknown) => orInterrupted(error, signal))
    if (areWritten === undefined) {
      err('wslog: interrupted; what was read is kept, and the next run writes the pages\n')
      return EXIT.interrupted
    }
    streams.onRead()
    const code = await present(report, options, { zone, settled, against, out, err })
    return areWritten ? code : EXIT.failed
  } finally {
    await state.close()
  }
}

/** Undefined for what the signal threw. */
const orInterrupted = (error: unknown, signal: AbortSignal): undefined => {
  if (!signal.aborted || error !== signal.reason) throw error
}

const addTo = async (state: State, options: ResolvedOptions & { readonly state: string }, { err, now, signal }: Streams): Promise<Increment> => {
  const { reading, progress } = await prepare(options, { err, now, signal }, () => {})
  const { paths, hosts, upstreams, clients } = options.filters(FixedOffsetZone.utcInstance)
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
  return { zone: FixedOffsetZone.instance(offsets[0]?.offsetMinutes ?? 0), isZoneKnown: offsets.length > 0 }
}

/** Pages into each folder of `-o`. @returns false when some could not be written: that was said. */
const writeFolders = async ({ folders }: ResolvedOptions, options: Omit<WritePagesOptions, 'assets'>, err: Streams['err']): Promise<boolean> => {
  if (folders.length === 0) return true
  const [{ writePages }, { loadPagesAssets }] = await Promise.all([import('./write-pages.ts'), import('./html-assets.ts')])
  const assets = await loadPagesAssets()
  let areWritten = true
  for (const folder of folders) {
    await writePages(folder, { ...options, assets }).catch((error: unknown) => {
      if (!(error instanceof WslogError && error.code === 'output')) throw error
      err(`wslog: ${sanitize(error.message)}\n`)
      areWritten = false
    })
  }
  return areWritten
}

/** What `--since` and `--until` choose, in whole hours; where a day begins within an hour of UTC, that hour is of the day before. */
const stretchOfOptions = (options: ResolvedOptions, zone: Zone): Stretch => {
  const { sinceMs, untilMs } = options.filters(zone)
  return wholeHours({ fromMs: sinceMs, toMs: untilMs }, zone)
}
