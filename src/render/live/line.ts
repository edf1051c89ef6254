import type { Zone } from 'luxon'
import { isFault } from '../../cause/cause.ts'
import type { LiveEvent, LiveFigures, Snapshot } from '../../live/snapshot.ts'
import { clipColumns } from '../columns.ts'
import { formatCount, formatInstant, formatSeconds, formatShare } from '../format.ts'
import { jsonOf } from '../json.ts'
import { formatRate, LIVE_EVENTS, liveEventSessions, MIN_LAG_SECONDS } from '../live-sentences.ts'

const MAX_CAUSES = 2
const MAX_NAME = 60
const MAX_DETAIL = 200

/** One interval as a plain line without its line break, for a journal or a mail: causes by their codes, which are easy to look for. */
export const renderLine = ({ at, interval, active, logs }: Snapshot, { zone }: { zone: Zone }): string => {
  const { handshakes, drops } = interval
  const lag = Math.max(0, ...logs.map(({ lagSeconds }) => lagSeconds))
  const waiting = logs.filter(({ state }) => state === 'waiting').length
  return [
    `${formatInstant(at, zone)}  handshakes ${formatCount(handshakes.begun ?? handshakes.attempts)} ${interval.watchedSeconds < interval.seconds ? `in ${formatSeconds(interval.watchedSeconds)} ` : ''}(${formatRate(handshakes.perSecond)}/s), 101 ${formatShare(handshakes.successRate)}`,
    `drops ${formatCount(drops.count)}, cut ${formatCount(drops.faults)}${codes(interval.endings.filter(({ cause }) => isFault(cause)).map(({ cause, sessions }) => ({ cause, count: sessions })))}`,
    ...(handshakes.failed > 0 ? [`failed ${formatCount(handshakes.failed)}${codes(interval.failures)}`] : []),
    ...activeText(active),
    ...(lag >= MIN_LAG_SECONDS ? [`lag ${formatSeconds(lag)}`] : []),
    ...(waiting > 0 ? [`waiting for ${waiting} ${waiting === 1 ? 'log' : 'logs'}`] : []),
  ].join('; ')
}

/** One event as a plain line without its line break: `event` and its code, then what a person wants to know. */
export const renderEventLine = (event: LiveEvent, { zone }: { zone: Zone }): string => {
  const facts = [LIVE_EVENTS[event.event], liveEventSessions(event), event.upstream === null ? '' : clipColumns(event.upstream, MAX_NAME), clipColumns(event.detail, MAX_DETAIL)]
  return `${formatInstant(event.at, zone)}  event ${event.event}: ${facts.filter((fact) => fact !== '').join(', ')}`
}

/** A snapshot or an event as one line of JSON without its line break: `wslog.tail/1`. */
export const renderTailJson = (document: Snapshot | LiveEvent): string => jsonOf(document)

/** `: 9 idle-timeout, 3 client-reset`; a cause that several layers or confidences share is one. */
const codes = (rows: readonly { readonly cause: LiveFigures['endings'][number]['cause'] | LiveFigures['failures'][number]['cause']; readonly count: number }[]): string => {
  const counts = new Map<string, number>()
  for (const { cause, count } of rows) counts.set(cause, (counts.get(cause) ?? 0) + count)
  const shown = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_CAUSES)
  if (shown.length === 0) return ''
  return `: ${shown.map(([cause, count]) => `${formatCount(count)} ${cause}`).join(', ')}${counts.size > shown.length ? ', …' : ''}`
}

const activeText = ({ open, atLeast }: Snapshot['active']): string[] => {
  if (open !== null) return [`open ${formatCount(open.count)}${open.lost > 0 ? `, lost ${formatCount(open.lost)}` : ''}`]
  return atLeast === null ? [] : [`open at least ${formatCount(atLeast.count)}`]
}
