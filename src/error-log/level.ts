import { OPEN_BRACKET, SPACE } from './bytes.ts'
import { bytesOf } from '../log-format/chars.ts'

/** nginx's severities, the least first (the `err_levels` of ngx_log.c, turned round). */
export const LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'] as const
export type LevelName = (typeof LEVELS)[number]

/** The place of each in {@link LEVELS}. */
export const Level = { debug: 0, info: 1, notice: 2, warn: 3, error: 4, crit: 5, alert: 6, emerg: 7 } as const

const NAMES = LEVELS.map((name) => bytesOf(`${name}] `))
/** First letters tell all apart but `error` and `emerg`. */
const BY_LETTER = new Int8Array(256).fill(-1)
for (const level of [Level.debug, Level.info, Level.notice, Level.warn, Level.error, Level.crit, Level.alert]) BY_LETTER[NAMES[level]![0]!] = level

/** The level that ` [level] ` at `at` names; -1 when there is none. */
export const levelAt = (bytes: Uint8Array, at: number): number => {
  if (bytes[at] !== SPACE || bytes[at + 1] !== OPEN_BRACKET) return -1
  const from = at + 2
  let level = BY_LETTER[bytes[from] ?? 0]!
  if (level < 0) return -1
  if (level === Level.error && bytes[from + 1] === 109) level = Level.emerg
  const name = NAMES[level]!
  for (let index = 1; index < name.length; index++) if (bytes[from + index] !== name[index]) return -1
  return level
}

/** Bytes of ` [level] `. */
export const levelLength = (level: number): number => NAMES[level]!.length + 2
