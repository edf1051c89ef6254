import { WslogError } from '../errors.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_592_000_000, y: 31_536_000_000, '': 1000 }

/** A time as nginx.conf writes it, ms: `60`, `60s`, `1h 30m`. @throws WslogError `usage` */
export const parseNginxTime = (text: string, option: string): number => {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwMy]?)\s*/g)]
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0)
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text || total <= 0) throw new WslogError('usage', `${option} ${text}: not a time; write it as nginx.conf does, such as 60s, 300s or 1h`)
  return total
}
