import { WslogError } from '../errors.ts'
import type { RankedField } from '../session/session.ts'
import { type ListenAddress, parseListen } from './listen-option.ts'
import { parseNotifyUrl } from './notify-option.ts'
import type { TypedOptions, TypedTailOptions } from './options.ts'
import { type ResolvedOptions, resolveOptions, type Surroundings } from './resolve-options.ts'
import { parseNginxTime } from './nginx-time.ts'

/** Options of `wslog tail` with every default in place. */
export interface ResolvedTailOptions extends ResolvedOptions {
  readonly isFromStart: boolean
  readonly intervalMs: number
  /** Where metrics are served; undefined: nowhere. */
  readonly listen: ListenAddress | undefined
  /** Where metrics are kept; undefined: nowhere. */
  readonly textfile: string | undefined
  readonly webhooks: readonly URL[]
  readonly countedFields: readonly RankedField[]
  /** A person watches. */
  readonly hasDashboard: boolean
}

const FIELDS: Readonly<Record<string, RankedField>> = { upstream: 'upstreams', host: 'hosts', path: 'paths', client: 'clients', 'user-agent': 'userAgents' }
const MIN_INTERVAL_MS = 1000

/** Checks what was typed before any log is opened. `notifyUrl`: one more webhook, of the environment, where `ps` does not show it. @throws WslogError `usage` */
export const resolveTailOptions = async (files: readonly string[], typed: Omit<TypedOptions, 'threads' | 'progress'> & TypedTailOptions, around: Surroundings & { readonly notifyUrl: string | undefined }): Promise<ResolvedTailOptions> => {
  if (files.includes('-') || typed.errorLog.includes('-')) throw new WslogError('usage', 'wslog tail follows files; what comes through a pipe is for wslog analyze -')
  if (files.length === 0) throw new WslogError('usage', 'no access log named: wslog tail /var/log/nginx/ws_access.log -e /var/log/nginx/ws_error.log')
  const resolved = await resolveOptions(files, { ...typed, threads: '1', progress: false }, around)
  if (resolved.summaries.length > 0) throw new WslogError('usage', `-o ${resolved.summaries[0]}: summaries are written by wslog analyze, which reads logs as they are`)
  const intervalMs = parseNginxTime(typed.interval, '--interval')
  if (intervalMs < MIN_INTERVAL_MS) throw new WslogError('usage', `--interval ${typed.interval}: a second is the shortest`)
  if (typed.textfile !== undefined && !typed.textfile.endsWith('.prom')) throw new WslogError('usage', `--textfile ${typed.textfile}: node_exporter reads only files that end in .prom`)
  return {
    ...resolved,
    isFromStart: typed.fromStart === true,
    intervalMs,
    listen: typed.prometheus === undefined ? undefined : parseListen(typed.prometheus),
    textfile: typed.textfile,
    webhooks: [...typed.notify, ...(around.notifyUrl === undefined ? [] : [around.notifyUrl])].map(parseNotifyUrl),
    countedFields: typed.countBy.map(parseField),
    hasDashboard: resolved.format === 'terminal' && around.isOutputTerminal && around.isInputTerminal,
  }
}

const parseField = (text: string): RankedField => {
  const field = Object.hasOwn(FIELDS, text) ? FIELDS[text] : undefined
  if (field === undefined) throw new WslogError('usage', `--count-by ${text}: not a field; there are ${Object.keys(FIELDS).join(', ')}`)
  return field
}
