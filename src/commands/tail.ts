import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type tty from 'node:tty'
import { FixedOffsetZone, SystemZone, type Zone } from 'luxon'
import { WslogError } from '../errors.ts'
import { loadKnownFormats, resolveFormats } from '../input/formats.ts'
import { refuseToOverwriteLogs, resolveLogPaths } from '../input/resolve.ts'
import { Waker } from '../input/waker.ts'
import { DURATION_EDGES_SECONDS } from '../live/duration-edges.ts'
import { Metrics } from '../publish/metrics.ts'
import { serveMetrics } from '../publish/serve-metrics.ts'
import { TextfileWriter } from '../publish/textfile-writer.ts'
import { Webhook } from '../publish/webhook.ts'
import { WEBHOOK_PARTS } from '../publish/webhook-parts.ts'
import { jsonOf } from '../render/json.ts'
import { COLOURED, PLAIN } from '../render/paint.ts'
import { sanitize } from '../render/sanitize.ts'
import { renderTerminal } from '../render/terminal/terminal.ts'
import type { Report } from '../report/report.ts'
import type { NamedZone } from '../run/live-clock.ts'
import { Tail } from '../run/tail.ts'
import { DashboardView } from './dashboard-view.ts'
import { EXIT } from './exit.ts'
import { measuresOfReport } from './fail-on.ts'
import { jsonView, lineView, SILENT_VIEW } from './line-view.ts'
import type { ResolvedTailOptions } from './resolve-tail-options.ts'
import type { Streams } from './streams.ts'
import { runLoop, type TailView } from './tail-loop.ts'
import { Thresholds } from './thresholds.ts'
import { version } from './version.ts'
import { writeReportFiles } from './write-report.ts'

/** What a tail needs of the world beside {@link Streams}. */
export interface TailWorld extends Omit<Streams, 'now' | 'signal' | 'onRead'> {
  /** ms since the epoch. */
  readonly now: () => number
  readonly input: tty.ReadStream
  readonly output: tty.WriteStream & { readonly fd: number }
  /** Aborted with the name of the signal, or what its user did, when the run is to end. */
  readonly ending: AbortController
  /** Calls back whenever the logs are to be opened anew. */
  readonly onReopen: (reopen: () => void) => void
}

/** For one try of a webhook, and for all that are left at the end. */
const WEBHOOK_TIMEOUT_MS = 10_000
const WEBHOOK_DRAIN_MS = 3000
/** Of what was to be said while the dashboard was on, the latest. */
const MAX_HELD = 50

/** `wslog tail`: follows logs until it is told to stop, then reports on the whole run; gives the exit code. */
export const runTail = async (options: ResolvedTailOptions, world: TailWorld): Promise<number> => {
  const { out, err, now, ending } = world
  const note = (text: string): void => {
    if (!options.isQuiet) err(`wslog: ${sanitize(text)}\n`)
  }
  const tail = await openTail(options, now)
  const zone = (): Zone => options.zone ?? FixedOffsetZone.instance(tail.offsetMinutes ?? 0)
  const paint = options.isColoured ? COLOURED : PLAIN
  const waker = new Waker([...tail.paths], () => tail.lookAtFiles())
  world.onReopen(() => {
    tail.reopen()
    waker.wake()
  })
  ending.signal.addEventListener('abort', () => waker.wake())
  const dashboard = options.hasDashboard
    ? new DashboardView({ input: world.input, output: world.output, zone, paint, snapshot: () => tail.snapshot({ isLast: false }), onQuit: (why) => ending.abort(why) })
    : undefined
  const metrics = new Metrics({ version })
  const server = options.listen === undefined ? undefined : await serveMetrics({ ...options.listen, metrics, totals: () => tail.totals() })
  // While the dashboard is on, nothing else may write to the terminal.
  const held: string[] = []
  const say = (text: string): void => {
    if (dashboard === undefined) note(text)
    else if (held.push(text) > MAX_HELD) held.shift()
  }
  const webhooks = options.webhooks.map((url) => new Webhook({ ...WEBHOOK_PARTS, url, timeoutMs: WEBHOOK_TIMEOUT_MS, onProblem: say }))
  const thresholds = new Thresholds(options.failConditions)
  const textfile = new TextfileWriter({ path: options.textfile, metrics, say })
  if (server !== undefined) note(`metrics at ${server.url}`)
  note(`following ${tail.paths.length === 1 ? 'a log' : `${tail.paths.length} logs`}`)
  try {
    dashboard?.enter()
    await runLoop({
      tail, now,
      view: dashboard ?? viewOf(options, { out, zone }),
      intervalMs: options.intervalMs,
      wait: (ms) => waker.wait(ms),
      hearsAll: () => waker.hearsAll,
      yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
      signal: ending.signal,
      check: (measures, nowMs) => thresholds.check(measures, nowMs),
      onEvent: (event) => {
        // What is wrong with the sockets is for people; what is found about them can wait for the report.
        if (event.event !== 'finding' && event.event !== 'finding-gone') for (const webhook of webhooks) webhook.post(event, { host: hostname(), logs: tail.paths })
      },
      onTotals: (totals) => textfile.write(totals),
    })
  } finally {
    dashboard?.leave()
    waker.close()
    await server?.close()
  }
  held.forEach(note)
  const { unreadBytes } = tail
  if (unreadBytes > 0) note(`${unreadBytes} bytes of the logs were not read before the end`)
  tail.close()
  await textfile.end(tail.totals())
  const report = tail.report()
  const isWritten = await writeReportFiles(options.outputs, report, { zone: zone(), against: [], err })
  if (options.format === 'json') out(`${jsonOf(report)}\n`)
  else if (options.format === 'terminal') out(renderTerminal(report, { paint, width: options.width, zone: zone() }, []))
  await Promise.all(webhooks.map((webhook) => webhook.drain(WEBHOOK_DRAIN_MS)))
  return isWritten ? exitCode(report, options, String(ending.signal.reason)) : EXIT.failed
}

const openTail = async (options: ResolvedTailOptions, now: () => number): Promise<Tail> => {
  const known = await loadKnownFormats()
  const formats = options.logFormat === undefined ? known.map(({ format }) => format) : await resolveFormats(options.logFormat, known)
  await refuseToOverwriteLogs(options.outputs.map(({ path }) => path), [...options.files, ...options.errorFiles])
  for (const path of [...options.outputs.map((output) => output.path), ...(options.textfile === undefined ? [] : [options.textfile])]) await expectFolder(path)
  const [files, errorFiles] = [await pathsOf(options.files), await pathsOf(options.errorFiles)]
  const systemZone = SystemZone.instance
  return new Tail({
    ...options, files, errorFiles, formats, now, version,
    filters: options.filters(options.zone ?? systemZone),
    zone: options.zone === undefined ? undefined : named(options.zone),
    systemZone: named(systemZone),
    zoneNameOf: (offsetMinutes) => FixedOffsetZone.instance(offsetMinutes).name,
    edges: DURATION_EDGES_SECONDS,
  })
}

/** The files that were named, each once; one that does not exist yet will. @throws WslogError for a glob that nothing matches. */
const pathsOf = async (names: readonly string[]): Promise<readonly string[]> => {
  const { paths, failures } = await resolveLogPaths(names)
  if (failures[0] !== undefined) throw failures[0].error
  return paths
}

/** What cannot be written at the end of a run of months should be said at its beginning. */
const expectFolder = async (path: string): Promise<void> => {
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (folder?.isDirectory() !== true) throw new WslogError('output', `${path}: its folder does not exist; make it, or name another`)
}

const named = (zone: Zone): NamedZone => ({ name: zone.name, offsetAt: (utcMs) => zone.offset(utcMs) })

const viewOf = ({ format }: ResolvedTailOptions, { out, zone }: { out: (text: string) => void; zone: () => Zone }): TailView =>
  format === 'json' ? jsonView({ out }) : format === 'terminal' ? lineView({ out, zone }) : SILENT_VIEW

/** ^C interrupts, as everywhere; a service manager's SIGTERM and a `q` are how a tail is meant to end. */
const exitCode = (report: Report, { failConditions }: ResolvedTailOptions, why: string): number => {
  if (why === 'SIGINT' || why === '^C') return EXIT.interrupted
  if (report.errors.length > 0) return EXIT.failed
  const measures = measuresOfReport(report)
  return failConditions.some(({ holds }) => holds(measures)) ? EXIT.conditionHolds : EXIT.ok
}
