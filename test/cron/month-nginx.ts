import { errorStamp } from '../helpers/nginx-time.ts'
import type { Seeded } from '../helpers/seeded.ts'
import { DAY_MS, MONTH_START, type Visit } from './month-visits.ts'

/** A request with the numbers that nginx gave it. */
export interface Served extends Visit {
  readonly pid: number
  readonly connection: number
}

/** A line of the error log that is about no request. */
export interface Notice {
  readonly ms: number
  readonly text: string
}

/** What befalls nginx: `cut`: the old workers end their sessions 20 s later (worker_shutdown_timeout); `stop`: they end without a line. */
export interface Turn {
  readonly ms: number
  readonly kind: 'reload' | 'cut' | 'stop'
}

const SHUTDOWN_MS = 20_000

/** A moment of a day for each kind of turn, so that each comes to pass within the month. */
export const turnsOf = (random: Seeded, days: number): Turn[] =>
  random.shuffled(Array.from({ length: days }, (_, day) => day).slice(1)).slice(0, Math.max(3, Math.round(days / 5)))
    .map((day, index) => ({ ms: MONTH_START + day * DAY_MS + random.int(3_600_000, DAY_MS - 3_600_000), kind: (['reload', 'cut', 'stop'] as const)[index % 3]! }))
    .sort((a, b) => a.ms - b.ms)

const reloadNotices = ({ ms, kind }: Turn, { master, old, fresh, gone }: { master: number; old: number; fresh: number; gone: number }): Notice[] => {
  const say = (at: number, pid: number, text: string): Notice => ({ ms: at, text: `${errorStamp(at)} [notice] ${pid}#${pid}: ${text}` })
  const exits = (at: number): Notice[] => [
    say(at, old, 'exiting'), say(at, old, 'exit'), say(at, master, `signal 17 (SIGCHLD) received from ${old}`), say(at, master, `worker process ${old} exited with code 0`),
  ]
  if (kind === 'stop') {
    return [
      say(ms, master, 'signal 15 (SIGTERM) received from 1, exiting'), ...exits(ms), say(ms, master, 'exit'),
      say(ms + 3000, fresh - 1, 'using the "epoll" event method'), say(ms + 3000, fresh - 1, 'nginx/1.22.1'), say(ms + 3000, fresh - 1, 'start worker processes'), say(ms + 3000, fresh - 1, `start worker process ${fresh}`),
    ]
  }
  return [
    say(ms, master, 'signal 1 (SIGHUP) received from 1, reconfiguring'), say(ms, master, 'reconfiguring'), say(ms, master, 'using the "epoll" event method'),
    say(ms, master, 'start worker processes'), say(ms, master, `start worker process ${fresh}`), say(ms, old, 'gracefully shutting down'),
    ...exits(gone),
  ]
}

/** Gives each request its process and connection, ends those that a turn cuts, and says what nginx says of its turns. */
export const serve = (visits: readonly Visit[], turns: readonly Turn[]): { readonly served: readonly Served[]; readonly notices: readonly Notice[] } => {
  const pidAfter = (turn: number): number => 4433 + 100 * turn
  const generationAt = (ms: number): number => turns.filter((turn) => turn.ms <= ms).length
  const served: Served[] = []
  let connection = 1
  let generation = 0
  for (const visit of [...visits].sort((a, b) => a.startMs - b.startMs)) {
    const born = generationAt(visit.startMs)
    // A new nginx counts its connections from 1 again.
    if (turns.slice(generation, born).some(({ kind }) => kind === 'stop')) connection = 1
    generation = born
    connection += 2
    const stop = turns.slice(born).find(({ kind }) => kind === 'stop')
    const next = turns[born]
    const cutMs = next?.kind === 'cut' ? next.ms + SHUTDOWN_MS : Number.POSITIVE_INFINITY
    const isCut = visit.endMs > cutMs
    const endMs = Math.min(visit.endMs, cutMs)
    if (stop !== undefined && endMs > stop.ms) continue
    served.push({ ...visit, endMs, pid: pidAfter(born), connection, ...(isCut ? { isComplete: false, said: undefined } : {}) })
  }
  served.sort((a, b) => a.endMs - b.endMs)
  const lastOf = (pid: number, from: number): number => served.reduce((last, visit) => (visit.pid === pid ? Math.max(last, visit.endMs) : last), from)
  let master = 4432
  const notices = turns.flatMap((turn, index) => {
    const old = pidAfter(index)
    const stopMs = turns.slice(index + 1).find(({ kind }) => kind === 'stop')?.ms ?? Number.POSITIVE_INFINITY
    const said = reloadNotices(turn, { master, old, fresh: pidAfter(index + 1), gone: Math.min(stopMs, turn.kind === 'cut' ? turn.ms + SHUTDOWN_MS : lastOf(old, turn.ms)) })
    if (turn.kind === 'stop') master = pidAfter(index + 1) - 1
    return said
  })
  return { served, notices }
}
