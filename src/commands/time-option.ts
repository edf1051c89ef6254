import { DateTime, FixedOffsetZone, IANAZone, Info, SystemZone, Zone } from 'luxon'
import { WslogError } from '../errors.ts'
import type { LogZone } from './log-zone.ts'

const UNITS: Readonly<Record<string, 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks'>> = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' }

/**
 * The moment that `--since` or `--until` means, ms since the epoch: ISO 8601 (in `zone` unless it names its
 * own), a date (its midnight in `zone`), `now`, `today`, `yesterday`, or a span before now such as `-3h`.
 * @throws WslogError `usage`
 */
export const parseMoment = (text: string, { option, zone: logZone, nowMs }: { option: string; zone: LogZone; nowMs: number }): number => {
  const zone = asLuxonZone(logZone)
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

/** The same zone, for luxon. */
export const asLuxonZone = (zone: LogZone): Zone => {
  if (zone instanceof Zone) return zone
  return /^UTC\b/.test(zone.name) ? FixedOffsetZone.instance(zone.offset(0)) : Info.normalizeZone(zone.name)
}
