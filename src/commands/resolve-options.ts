import { resolve } from 'node:path'
import type { Zone } from 'luxon'
import { WslogError } from '../errors.ts'
import { clientTest, type Filters } from '../session/filter.ts'
import { type FailCondition, parseFailCondition } from './fail-on.ts'
import { type LogZone, zoneOfOffset } from './log-zone.ts'
import { parseNginxTime } from './nginx-time.ts'
import type { TypedOptions } from './options.ts'
import { type FileKind, kindOfFile, kindOfOutput } from './output.ts'

/** What surrounds the program; injected, so that nothing below asks for it. */
export interface Surroundings {
  readonly nowMs: number
  readonly isInputTerminal: boolean
  readonly isOutputTerminal: boolean
  readonly isErrorTerminal: boolean
  /** Columns of the terminal; undefined where there is none. */
  readonly columns: number | undefined
  readonly hasNoColor: boolean
  /** Of characters, as the environment names it; '' where it names none. */
  readonly locale: string
}

/** Options with every default in place; nothing is optional from here on. */
export interface ResolvedOptions {
  readonly files: readonly string[]
  readonly errorFiles: readonly string[]
  readonly logFormat: string | undefined
  /** `--read-timeout`, ms. */
  readonly readTimeoutMs: number | undefined
  /** The zone of `--tz`; undefined: the log's own, known when the log is open. */
  readonly zone: Zone | undefined
  /** Times may be written without a zone, so the filters need the one that the report will have. */
  readonly filters: (zone: LogZone) => Filters
  readonly format: 'terminal' | 'json' | 'nothing'
  readonly outputs: readonly { readonly path: string; readonly kind: FileKind }[]
  /** Files of `-o` that get what merges with other servers. */
  readonly summaries: readonly string[]
  /** Folders of `-o` that get pages by day, week and month. */
  readonly folders: readonly string[]
  /** The folder of `--state`; undefined: logs are read from their beginning. */
  readonly state: string | undefined
  /** Undefined: as the state has it. */
  readonly retentionDays: number | undefined
  readonly top: number
  readonly threads: number | 'auto'
  readonly failConditions: readonly FailCondition[]
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
  readonly isColoured: boolean
  /** The terminal report goes to somebody who may not read more than ASCII. */
  readonly isAscii: boolean
  readonly hasProgress: boolean
  readonly isQuiet: boolean
  /** The terminal report is for when something is wrong. */
  readonly isOnlyFailing: boolean
  readonly width: number
  readonly nowMs: number
}

const DEFAULT_WIDTH = 80
export const MAX_WIDTH = 120
const MAX_THREADS = 64

/** Checks what was typed before any log is opened. @throws WslogError `usage` */
export const resolveOptions = async (files: readonly string[], typed: TypedOptions, around: Surroundings): Promise<ResolvedOptions> => {
  if (files.length === 0 && typed.errorLog.length > 0) {
    throw new WslogError('usage', 'no access log named: every file behind -e is an error log, so put the access logs first: wslog analyze ws_access.log -e ws_error.log')
  }
  if (files.length === 0 && around.isInputTerminal) {
    throw new WslogError('usage', 'no log named: wslog analyze /var/log/nginx/ws_access.log, or "-" for standard input')
  }
  const top = Number(typed.top)
  if (!/^\d+$/.test(typed.top) || !Number.isSafeInteger(top)) throw new WslogError('usage', `--top ${typed.top}: not a number of rows`)
  const threads = typed.threads === 'auto' ? 'auto' : Number(typed.threads)
  if (threads !== 'auto' && (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)) throw new WslogError('usage', `--threads ${typed.threads}: not a number of threads from 1 to ${MAX_THREADS}`)
  // Loaded for what was typed: who names no time and no zone should not wait for it.
  const times = (typed.since ?? typed.until ?? typed.tz) === undefined ? undefined : await import('./time-option.ts')
  const filters = (zone: LogZone): Filters => {
    const at = (option: '--since' | '--until', text: string | undefined): number | undefined => (text === undefined ? undefined : times?.parseMoment(text, { option, zone, nowMs: around.nowMs }))
    return {
      sinceMs: at('--since', typed.since) ?? Number.NEGATIVE_INFINITY,
      untilMs: at('--until', typed.until) ?? Number.POSITIVE_INFINITY,
      paths: typed.path,
      hosts: typed.host,
      upstreams: typed.upstream,
      clients: typed.client,
    }
  }
  const ofKind = (kind: 'file' | 'summary' | 'folder'): string[] => typed.output.filter((path) => {
    const own = kindOfOutput(path)
    return kind === (own === 'summary' || own === 'folder' ? own : 'file')
  })
  if (typed.onlyFailing === true && typed.failOn.length === 0) throw new WslogError('usage', '--only-failing: says nothing about what failing is; add --fail-on, such as --fail-on \'success-rate<0.99\'')
  for (const folder of ofKind('folder')) if (typed.state !== undefined && isWithin(folder, typed.state)) throw new WslogError('usage', `-o ${folder}: is, or lies in, the folder of --state ${typed.state}, which is private and of wslog alone; name another one`)
  const retentionDays = resolveRetention(typed)
  if (typed.state !== undefined && (files.length === 0 || files.includes('-'))) throw new WslogError('usage', '--state: standard input cannot be known again in the next run; name the logs')
  if (typed.state === undefined && ofKind('folder').length > 0) throw new WslogError('usage', `-o ${ofKind('folder')[0]}: is a folder; name a file in it, such as report.html, or add --state <dir>, from which pages by day, week and month are written`)
  // A wrong time or network is said before a gigabyte is read.
  filters(zoneOfOffset(0))
  typed.client.forEach(clientTest)
  return {
    files: files.length === 0 ? ['-'] : files,
    errorFiles: typed.errorLog,
    logFormat: typed.logFormat,
    readTimeoutMs: typed.readTimeout === undefined ? undefined : parseNginxTime(typed.readTimeout, '--read-timeout'),
    zone: typed.tz === undefined ? undefined : times?.parseZone(typed.tz),
    filters,
    format: typed.json === true ? 'json' : typed.quiet === true ? 'nothing' : 'terminal',
    outputs: ofKind('file').map((path) => ({ path, kind: kindOfFile(path) })),
    summaries: ofKind('summary'),
    folders: ofKind('folder'),
    state: typed.state,
    retentionDays,
    top,
    threads,
    failConditions: typed.failOn.map(parseFailCondition),
    isQueryKept: typed.keepQuery === true,
    isAnonymized: typed.anonymizeIp === true,
    isColoured: typed.color && around.isOutputTerminal && !around.hasNoColor,
    // A job of cron's has no locale, and its mail no charset. A terminal of today shows more than its locale says.
    isAscii: !around.isOutputTerminal && !/utf-?8/i.test(around.locale),
    hasProgress: typed.progress && typed.quiet !== true && around.isErrorTerminal,
    isQuiet: typed.quiet === true,
    isOnlyFailing: typed.onlyFailing === true,
    width: Math.min(MAX_WIDTH, Math.max(DEFAULT_WIDTH, around.columns ?? DEFAULT_WIDTH)),
    nowMs: around.nowMs,
  }
}

/** Hours are kept as such for two days. */
const MIN_DAYS = 3
/** A report has a minute for each of a year and a month. */
const MAX_DAYS = 400

/** Days, from `90d` or `12w`. */
const resolveRetention = ({ retention, state }: TypedOptions): number | undefined => {
  if (retention === undefined) return undefined
  if (state === undefined) throw new WslogError('usage', '--retention: says how long --state <dir> keeps days; add that, or leave it out')
  const [, count, unit] = /^(\d{1,4})([dw])$/.exec(retention) ?? []
  const days = Number(count) * (unit === 'w' ? 7 : 1)
  if (!(days >= MIN_DAYS && days <= MAX_DAYS)) throw new WslogError('usage', `--retention ${retention}: not a number of days from ${MIN_DAYS} to ${MAX_DAYS}; write 90d or 12w`)
  return days
}

const isWithin = (path: string, folder: string): boolean => `${resolve(path)}/`.startsWith(`${resolve(folder)}/`)
