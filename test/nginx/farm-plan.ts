import { Seeded } from '../helpers/seeded.ts'
import { planHandshakes } from './farm-handshakes.ts'
import { EDGE, NOTICED_AFTER_MS, type Cause, type FarmOptions } from './farm-options.ts'

/** How a client leaves of its own accord: Close frame, Close frame and FIN at once, FIN, half-close, close(2), RST; or it stops reading, or vanishes. */
type Leave = 'close' | 'close-fin' | 'fin' | 'half' | 'destroy' | 'rst' | 'stall' | 'vanish'

/** What the head of the request is like: whole, or broken in one way. */
type Head = 'whole' | 'no-host' | 'bad-header' | 'half-sent' | 'with-body'

/** One request of a client, and what becomes of it. Times in ms since the start of the farm, `leaveAfter` since its own start. */
export interface Visit {
  readonly id: string
  readonly cause: Cause
  readonly at: number
  readonly from: string
  /** Path without the query; what the backend shall do stands in the query, beside the id. */
  readonly path: string
  readonly query: Readonly<Record<string, string | number>>
  readonly status: number
  readonly head?: Head
  readonly leave?: Leave
  readonly leaveAfter?: number
  /** The client says something so often, and stops after so many times. */
  readonly talk?: number
  readonly talkCount?: number
  /** Use the `ws` library for the client, not a bare socket. */
  readonly library?: boolean
  /** When it should end: to be compared with what the logs say. */
  readonly until?: number
}

type Room = '/ws/' | '/long/' | '/two/' | '/live/' | '/flaky/' | '/half/' | '/far/'

interface Wish {
  readonly cause: Cause
  readonly rooms: readonly Room[]
  /** Age at the end; undefined: it stays until something strikes. */
  readonly lasts?: number
  readonly isQuiet: boolean
  readonly from?: string
  readonly more?: Partial<Visit>
}

const MARGIN = 600

/** Every visit of a farm, in order of their start. Same options, same plan. */
export const planFarm = (options: FarmOptions, { canVanish = false } = {}): Visit[] => {
  const random = new Seeded(options.seed)
  const ms = (seconds: number): number => Math.round(seconds * 1000)
  const end = ms(options.seconds)
  const counter = { next: 0 }
  const newId = (cause: Cause): string => `${cause.replaceAll('-', '')}${++counter.next}`
  const anyAddress = (): string => (options.oneAddress ? EDGE : random.next() < 0.15 ? EDGE : `127.${random.int(1, 20)}.${random.int(0, 256)}.${random.int(1, 255)}`)
  const isFlaky = (room: Room): boolean => options.singleUpstream || room === '/flaky/'

  /** What would befall a session of this room between two moments; undefined: too near to something to be sure. */
  const fate = (room: Room, from: number, to: number): Cause | 'own' | undefined => {
    const strikes: { at: number; cause: Cause }[] = []
    for (const kill of options.kills.map(ms)) {
      if (!isFlaky(room)) continue
      if (from > kill - MARGIN && from < kill + ms(options.downFor) + 2500) return undefined
      if (from < kill) strikes.push({ at: kill, cause: 'upstream-restart' })
    }
    for (const reload of options.reloads.map(ms)) {
      if (from > reload - MARGIN && from < reload + 1200) return undefined
      if (from < reload) strikes.push({ at: reload + ms(options.shutdownTimeout), cause: 'worker-shutdown' })
    }
    const [first, second] = strikes.sort((a, b) => a.at - b.at)
    if (first === undefined || to < first.at - MARGIN) return to <= end ? 'own' : undefined
    if (to < first.at + MARGIN || (second !== undefined && second.at - first.at < MARGIN)) return undefined
    return first.cause
  }

  /** The timers that a room has of itself: a session that they would end is not one of another cause. */
  const isSafe = (room: Room, from: string, lasts: number, isQuiet: boolean): boolean => {
    if (room === '/live/' && lasts > ms(options.lifetime) - MARGIN) return false
    if (!isQuiet) return true
    if (room === '/ws/' && lasts > ms(options.readTimeout) - MARGIN) return false
    if (room === '/two/' && lasts > ms(options.upstreamIdle) - MARGIN) return false
    return from !== EDGE || options.oneAddress || lasts > 1e9 || lasts < ms(options.edgeIdle) - MARGIN
  }

  const visits: Visit[] = []
  const session = ({ cause, rooms, lasts, isQuiet, from, more = {} }: Wish): void => {
    for (let tries = 0; tries < 500; tries++) {
      const address = from ?? anyAddress()
      const room = random.pick(rooms)
      const at = Math.round(200 + random.next() * (end - 400))
      if (lasts === undefined) {
        // Struck: it lives until the moment of a kill or of the end of the old workers.
        if (fate(room, at, Infinity) !== cause) continue
        const moments = cause === 'worker-shutdown' ? options.reloads.map((reload) => ms(reload + options.shutdownTimeout)) : options.kills.map(ms)
        const until = Math.min(...moments.filter((moment) => moment > at))
        if (!isSafe(room, address, until - at, isQuiet)) continue
        visits.push({ id: newId(cause), cause, at, from: address, path: `${room}room`, query: {}, status: 101, until, ...more })
        return
      }
      const isOwnTimer = cause === 'idle-timeout' || cause === 'upstream-idle-timeout' || cause === 'edge-idle-timeout' || cause === 'lifetime-limit'
      if (fate(room, at, at + lasts) !== 'own' || (!isOwnTimer && !isSafe(room, address, lasts, isQuiet))) continue
      visits.push({ id: newId(cause), cause, at, from: address, path: `${room}room`, query: {}, status: 101, until: at + lasts, ...more })
      return
    }
  }

  /** Traffic of a busy session: the backend pushes, or echoes what the client says, or the client talks alone. */
  const traffic = (limit: number): Partial<Visit> => {
    const every = random.int(250, Math.max(300, Math.min(3000, limit)))
    const kind = random.next()
    if (kind < 0.6) return { query: { push: every, size: random.int(4, 400) } }
    if (kind < 0.9) return { query: { echo: 1 }, talk: every }
    return { query: {}, talk: every }
  }
  const age = (): number => Math.round(random.next() < 0.7 ? 60 + random.exponential(end / 5000) * 1000 : 60 + random.next() * end * 0.8)
  const asking = (one: Partial<Visit>, query: Visit['query']): Partial<Visit> => ({ ...one, query: { ...one.query, ...query } })
  const busyRooms: readonly Room[] = ['/ws/', '/long/', '/two/', '/flaky/', '/live/']
  const timerOf = ms(options.readTimeout) / 3

  const many = (cause: keyof FarmOptions['counts'], make: (index: number) => void): void => {
    for (let index = 0; index < (options.counts[cause] ?? 0); index++) make(index)
  }
  many('closed', (index) => {
    const isQuiet = random.next() < 0.5
    const lasts = Math.min(age(), end * 0.85)
    const own = isQuiet ? { query: {} } : traffic(timerOf)
    // Only a socket with nothing unread ends in a FIN when it is closed: so close(2) is for those that hear nothing.
    const byClient = random.pick<Leave>(isQuiet ? ['close', 'close-fin', 'fin', 'half', 'destroy'] : ['close', 'close-fin', 'fin', 'half'])
    const byBackend = random.pick(isQuiet ? ['close', 'fin', 'destroy'] : ['close', 'fin'])
    const isByClient = random.next() < 0.7
    const isRetried = index % 25 === 7 // the first peer of its group is dead: an error line, and yet an orderly end
    const more = isByClient ? { ...own, leave: byClient, leaveAfter: lasts, library: byClient === 'close' && index % 3 === 0 && own.talk === undefined } : asking(own, { end: byBackend, after: lasts })
    session({ cause: 'closed', rooms: isRetried && !options.singleUpstream ? ['/half/'] : busyRooms, lasts, isQuiet, more })
  })
  many('idle-timeout', (index) => {
    if (index % 5 !== 4) {
      session({ cause: 'idle-timeout', rooms: ['/ws/'], lasts: ms(options.readTimeout), isQuiet: true, from: notEdge(), more: { query: {} } })
      return
    }
    // Talks at first and then falls silent: it ends a timeout after its last message.
    const every = random.int(200, 900)
    const count = random.int(1, 9)
    const more: Partial<Visit> = index % 2 === 0 ? { query: { push: every, count } } : { query: { echo: 1 }, talk: every, talkCount: count }
    session({ cause: 'idle-timeout', rooms: ['/ws/'], lasts: ms(options.readTimeout) + every * count, isQuiet: false, from: notEdge(), more })
  })
  many('edge-idle-timeout', (index) => {
    const lasts = Math.round(ms(options.edgeIdle) + random.next() * ms(options.edgeJitter))
    const rooms: readonly Room[] = options.edgeIdle < options.readTimeout && index % 3 === 0 ? ['/ws/', '/flaky/'] : ['/long/', '/flaky/']
    session({ cause: 'edge-idle-timeout', rooms, lasts, isQuiet: true, from: EDGE, more: { query: {}, leave: 'fin', leaveAfter: lasts } })
  })
  many('upstream-idle-timeout', () => {
    const lasts = ms(options.upstreamIdle)
    session({ cause: 'upstream-idle-timeout', rooms: ['/two/'], lasts, isQuiet: true, from: notEdge(), more: { query: { end: 'close', after: lasts } } })
  })
  many('lifetime-limit', (index) => {
    const lasts = ms(options.lifetime)
    const own = index % 8 === 7 ? { query: {} } : traffic(timerOf)
    session({ cause: 'lifetime-limit', rooms: ['/live/'], lasts, isQuiet: index % 8 === 7, from: notEdge(), more: asking(own, { end: 'close', after: lasts }) })
  })
  many('client-reset', (index) => {
    const lasts = age()
    session({ cause: 'client-reset', rooms: busyRooms, lasts, isQuiet: index % 2 === 0, more: { ...(index % 2 === 0 ? { query: {} } : traffic(timerOf)), leave: 'rst', leaveAfter: lasts } })
  })
  many('upstream-reset', (index) => {
    const lasts = age()
    session({ cause: 'upstream-reset', rooms: busyRooms, lasts, isQuiet: index % 2 === 0, more: asking(index % 2 === 0 ? { query: {} } : traffic(timerOf), { end: 'rst', after: lasts }) })
  })
  many('client-stalled', () => {
    const after = random.int(100, 8000)
    const lasts = after + ms(options.sendTimeout)
    // The client goes away long after nginx has given it up.
    session({ cause: 'client-stalled', rooms: ['/long/', '/flaky/'], lasts: lasts + 1500, isQuiet: false, more: { query: { flood: after }, leave: 'stall', leaveAfter: lasts + 5000 } })
  })
  many('client-lost', (index) => {
    if (!canVanish || options.oneAddress) return
    const leaveAfter = random.int(500, end / 3)
    // An address of its own, never to be heard of again.
    session({ cause: 'client-lost', rooms: ['/long/', '/flaky/'], lasts: leaveAfter + NOTICED_AFTER_MS, isQuiet: true, from: `127.30.${index >> 7}.${1 + (index & 127)}`, more: { query: {}, leave: 'vanish', leaveAfter } })
  })
  many('upstream-lost', () => {
    const until = ms(options.vanishAt) + NOTICED_AFTER_MS
    const at = Math.round(200 + random.next() * (ms(options.vanishAt) - 1000))
    if (canVanish && fate('/far/', at, until) === 'own') visits.push({ id: newId('upstream-lost'), cause: 'upstream-lost', at, from: notEdge(), path: '/far/room', query: {}, status: 101, until })
  })
  many('upstream-restart', (index) => session({ cause: 'upstream-restart', rooms: options.singleUpstream ? ['/long/', '/flaky/', '/ws/'] : ['/flaky/'], isQuiet: index % 2 === 0, more: index % 2 === 0 ? { query: {} } : traffic(timerOf) }))
  many('worker-shutdown', (index) => session({ cause: 'worker-shutdown', rooms: ['/long/', '/flaky/', '/two/', '/ws/'], isQuiet: index % 3 === 0, more: index % 3 === 0 ? { query: {} } : traffic(timerOf) }))

  /** An address that the hop in front does not have, unless all come through it. */
  function notEdge(): string {
    return options.oneAddress ? EDGE : `127.${random.int(1, 20)}.${random.int(0, 256)}.${random.int(1, 255)}`
  }

  visits.push(...planHandshakes(options, { random, newId, address: notEdge }))
  return visits.sort((a, b) => a.at - b.at)
}
