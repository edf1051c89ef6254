import { DateTime, FixedOffsetZone, IANAZone, SystemZone, type Zone } from 'luxon'
import { WallClock } from '../error-log/wall-clock.ts'
import { WslogError } from '../errors.ts'
import type { OffsetSpan } from '../log-format/detect.ts'
import type { StampZone } from '../run/read-errors.ts'

const UNITS: Readonly<Record<string, 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks'>> = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' }

/**
 * The moment that `--since` or `--until` means, ms since the epoch: ISO 8601 (in `zone` unless it names its
 * own), a date (its midnight in `zone`), `now`, `today`, `yesterday`, or a span before now such as `-3h`.
 * @throws WslogError `usage`
 */
export const parseMoment = (text: string, { option, zone, nowMs }: { option: string; zone: Zone; nowMs: number }): number => {
  const now = DateTime.fromMillis(nowMs, { zone })
  const span = /^-(\d+)([smhdw])$/.exec(text)
  if (span !== null) return now.minus({ [UNITS[span[2]!]!]: Number(span[1]) }).toMillis()
  if (text === 'now') return nowMs
  if (text === 'today') return now.startOf('day').toMillis()
  if (text === 'yesterday') return now.startOf('day').minus({ days: 1 }).toMillis()
  const moment = DateTime.fromISO(text.replace(' ', 'T'), { zone })
  // A time without a day would be today's by the clock of the machine.
  if (!moment.isValid || !/^\d{4}/.test(text)) {
    throw new WslogError('usage', `${option} ${text}: not a time; write 2026-11-20, 2026-11-20T08:30, 2026-11-20T08:30:00+08:00, -3h, -30m, -2d, today, yesterday or now`)
  }
  return moment.toMillis()
}

/** The zone that `--tz` names: an IANA name, `UTC`, an offset such as `+08:00`, or `system`. @throws WslogError `usage` */
export const parseZone = (text: string): Zone => {
  if (text === 'system' || text === 'local') return SystemZone.instance
  const offset = /^(?:UTC)?([+-])(\d{1,2}):?(\d\d)?$/i.exec(text)
  if (offset !== null && Number(offset[2]) <= 14 && Number(offset[3] ?? 0) < 60) return FixedOffsetZone.instance((offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0)))
  if (/^(?:utc|z|gmt)$/i.test(text)) return FixedOffsetZone.utcInstance
  // CST is China's, Cuba's and Chicago's.
  if (/^[a-z]{3,4}$/i.test(text) && !/^(?:PRC|ROC|ROK|Cuba|Eire|Iran)$/i.test(text)) throw new WslogError('usage', `--tz ${text}: may mean several zones; write a name such as Asia/Shanghai, an offset such as +08:00, UTC, or system`)
  if (IANAZone.isValidZone(text)) return IANAZone.create(text)
  throw new WslogError('usage', `--tz ${text}: no such time zone; write a name such as Asia/Shanghai, an offset such as +08:00, UTC, or system`)
}

/** The zone of a log that shows its offset, in minutes east of UTC. */
export const zoneOfOffset = (minutes: number): Zone => FixedOffsetZone.instance(minutes)

const NGINX_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_592_000_000, y: 31_536_000_000, '': 1000 }

/** A time as nginx.conf writes it, ms: `60`, `60s`, `1h 30m`. @throws WslogError `usage` */
export const parseNginxTime = (text: string, option: string): number => {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwMy]?)\s*/g)]
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * NGINX_UNITS[unit!]!, 0)
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text || total <= 0) throw new WslogError('usage', `${option} ${text}: not a time; write it as nginx.conf does, such as 60s, 300s or 1h`)
  return total
}

/** The zone of error-log stamps: what the access log's own clock shows, else `--tz`, else the machine's. */
export const stampZoneOf = (offsets: readonly OffsetSpan[], option: Zone | undefined): StampZone => {
  // A change of clocks within the logs: a zone that has just these offsets knows the hour in which they changed.
  const changing = offsets.length > 1 ? [option, SystemZone.instance].find((zone) => zone !== undefined && offsets.every(({ offsetMinutes, fromMs, toMs }) => zone.offset(fromMs) === offsetMinutes && zone.offset(toMs) === offsetMinutes)) : undefined
  if (changing !== undefined) return { clockOf: () => new WallClock({ offsetAt: (ms) => changing.offset(ms) }), zone: { zone: changing.name, from: changing === option ? 'option' : 'system' } }
  if (offsets.length > 0) {
    const names = [...new Set(offsets.map(({ offsetMinutes }) => zoneOfOffset(offsetMinutes).formatOffset(0, 'short')))]
    return { clockOf: () => new WallClock(offsets), zone: { zone: names.join(' and '), from: 'access-log' } }
  }
  const zone = option ?? SystemZone.instance
  return {
    clockOf: () => new WallClock({ offsetAt: (ms) => zone.offset(ms) }),
    // Only an error log asks for it, and the name of the machine's zone takes longer than to read a small log.
    get zone() {
      return { zone: zone.name, from: option === undefined ? ('system' as const) : ('option' as const) }
    },
  }
}
