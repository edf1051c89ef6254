import { HANDSHAKE_CAUSES, isFault, SESSION_CAUSES, type SessionCause } from '../../src/cause/cause.ts'
import type { Cause } from './farm-options.ts'

/** What the program is given: which access log, and from which level on the error log tells. */
export const LEVELS = ['ws_plus+info', 'ws+info', 'ws+warn', 'ws'] as const
export type Level = (typeof LEVELS)[number]

/** What the program says of one request. */
export interface Said {
  readonly id: string
  readonly cause: string
}

export interface Confusion {
  /** Truth, then what was said, then how often; `(nothing)` when no record bears the id. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly total: number
  /** Said as it is, or the nearest that this level can show. */
  readonly right: number
  readonly exactShare: number
  /** Of the sessions that were given a fault, the share that truly had it: no leniency here. */
  readonly saidFaults: number
  readonly trueFaults: number
  readonly faultPrecision: number
  /** The first few that are wrong, to look at. */
  readonly wrong: readonly string[]
  /** Records without a known id, and ids with more than one record: there must be none. */
  readonly strangers: number
  readonly twice: number
}

/** An ending whose only trace is an `[info]` line is an orderly one to whoever does not read that level. */
const SHOWN_AT_INFO: readonly SessionCause[] = ['idle-timeout', 'client-reset', 'client-stalled', 'client-lost']
const SHOWN_AT_ERROR: readonly SessionCause[] = ['upstream-reset', 'upstream-lost']

/**
 * Every leniency there is: at this level, that truth may also be called so.
 *
 * A status of 502 or 504 says that the upstream failed and not how. `other` claims nothing and so is no lie;
 * `refused` and `server-error` claim something that is not true. A 504 is a timeout of whichever kind.
 */
const MAY_BE_CALLED: Readonly<Record<Level, Partial<Record<Cause, readonly Cause[]>>>> = {
  'ws_plus+info': {},
  'ws+info': {},
  'ws+warn': Object.fromEntries(SHOWN_AT_INFO.map((cause) => [cause, ['closed']])),
  ws: {
    ...Object.fromEntries([...SHOWN_AT_INFO, ...SHOWN_AT_ERROR].map((cause) => [cause, ['closed']])),
    'connect-timeout': ['handshake-timeout', 'other'],
    'upstream-closed': ['other'],
    'bad-reply': ['other'],
    'tls-upstream': ['other'],
    dns: ['other'],
    capacity: ['other'],
  },
}

export const isRight = (truth: Cause, said: string, level: Level): boolean =>
  said === truth || (MAY_BE_CALLED[level][truth] as readonly string[] | undefined)?.includes(said) === true

const SESSION = new Set<string>(SESSION_CAUSES)

/** Compares what was said with the truth, id by id. */
export const confusionOf = (truth: ReadonlyMap<string, Cause>, said: readonly Said[], level: Level): Confusion => {
  const saidOf = new Map<string, string>()
  let strangers = 0
  let twice = 0
  for (const { id, cause } of said) {
    if (!truth.has(id)) strangers++
    else if (saidOf.has(id)) twice++
    else saidOf.set(id, cause)
  }
  const cells = new Map<string, Map<string, number>>()
  const wrong: string[] = []
  let right = 0
  let saidFaults = 0
  let trueFaults = 0
  for (const [id, cause] of truth) {
    const called = saidOf.get(id) ?? '(nothing)'
    const row = cells.get(cause) ?? new Map<string, number>()
    cells.set(cause, row.set(called, (row.get(called) ?? 0) + 1))
    if (isRight(cause, called, level)) right++
    else if (wrong.length < 20) wrong.push(`${id}: ${cause}, called ${called}`)
    if (SESSION.has(called) && isFault(called as SessionCause)) {
      saidFaults++
      if (called === cause) trueFaults++
    }
  }
  return { cells, total: truth.size, right, exactShare: share(right, truth.size), saidFaults, trueFaults, faultPrecision: share(trueFaults, saidFaults), wrong, strangers, twice }
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)

/** The cells that are not empty, a line each truth: what it was called, `!` where that is wrong, `~` where only lenient. */
export const confusionTable = ({ cells, total, right, exactShare, saidFaults, trueFaults, faultPrecision, strangers, twice, wrong }: Confusion, level: Level): string => {
  const order: readonly string[] = [...SESSION_CAUSES, ...HANDSHAKE_CAUSES]
  const mark = (truth: string, called: string): string => (truth === called ? '' : isRight(truth as Cause, called, level) ? '~' : '!')
  const rows = order.flatMap((truth) => {
    const row = cells.get(truth)
    if (row === undefined) return []
    const said = [...row].sort(([, a], [, b]) => b - a).map(([called, count]) => `${mark(truth, called)}${called} ${count}`)
    return [`  ${truth.padEnd(22)} ${said.join('  ')}`]
  })
  const odd = strangers + twice > 0 ? [`  ${strangers} records of no known id, ${twice} of an id that had one`] : []
  return [
    `${level}: ${percent(exactShare)} exact (${right} of ${total}), fault precision ${percent(faultPrecision)} (${trueFaults} of ${saidFaults})`,
    ...rows,
    ...odd,
    ...wrong.slice(0, 8).map((line) => `    ${line}`),
  ].join('\n')
}

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`
