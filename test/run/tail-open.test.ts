import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../helpers/folder.ts'
import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'
import { readAll, tailOf } from '../helpers/tail.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)

interface Socket {
  readonly id: number
  readonly atMs: number
  readonly path?: string
  readonly pid?: number
}

const requestId = (id: number): string => id.toString(16).padStart(32, '0')

const openLine = ({ id, atMs, path = '/ws', pid = 77 }: Socket): string => `OPEN ${(atMs / 1000).toFixed(3)} ${id} 1 ${requestId(id)} ${pid} 203.0.113.5 chat.example.com "GET ${path} HTTP/1.1" "ws_backend"\n`

const closeLine = ({ id, atMs, path = '/ws', pid = 77 }: Socket, { endMs, status = 101, active = 9 }: { endMs: number; status?: number; active?: number }): string =>
  `203.0.113.5 - chat.example.com [${timeLocal(endMs)}] "GET ${path} HTTP/1.1" ${status} 10 rt=${((endMs - atMs) / 1000).toFixed(3)} urt=${((endMs - atMs) / 1000).toFixed(3)} ua="x" up="10.0.0.1:80" cid=${id} creq=1 pid=${pid} ms=${(endMs / 1000).toFixed(3)} us=${status} uct=0.000 uht=0.002 ubs=3 ubr=1 upg="websocket" rc="OK" rid=${requestId(id)} act=${active}\n`

const processLine = (ms: number, level: string, text: string): string => `${errorStamp(ms)} [${level}] 1#1: ${text}\n`

const follow = async ({ past = '', pastErrors = '' } = {}) => {
  const folder = temporaryFolder()
  const [access, errors, markers] = [join(folder, 'access.log'), join(folder, 'error.log'), join(folder, 'open.log')]
  writeFileSync(access, past)
  writeFileSync(errors, pastErrors)
  writeFileSync(markers, '')
  const clock = { ms: START_MS }
  const tail = await tailOf(clock, { files: [access, markers], errorFiles: [errors] })
  const write = (path: string, text: string): void => {
    appendFileSync(path, text)
    readAll(tail)
  }
  const active = () => tail.snapshot({ isLast: false }).active
  return { access, errors, markers, clock, tail, write, active }
}

describe('open sessions of a tail', () => {
  it('are not known without markers, and what is known instead is named as what it is', async () => {
    const { access, tail, write, active } = await follow()
    write(access, closeLine({ id: 1, atMs: START_MS - 60_000 }, { endMs: START_MS + 20_000 }) + closeLine({ id: 2, atMs: START_MS + 10_000 }, { endMs: START_MS + 30_000, active: 62 }))
    tail.look()
    expect(active()).toEqual({ open: null, atLeast: { count: 2, at: '2026-11-21T08:00:10.000Z' }, nginxConnections: { count: 62, at: '2026-11-21T08:00:30.000Z' } })
  })

  it.each(['the same log', 'a log of their own'])('are those with a marker and no end, the markers in %s', async (where) => {
    const { access, markers, clock, write, active } = await follow()
    const opens = where === 'the same log' ? access : markers
    const sockets = [1, 2, 3, 4].map((id) => ({ id, atMs: START_MS + id * 1000, path: id < 3 ? '/ws/a' : '/ws/b' }))
    write(opens, sockets.map(openLine).join(''))
    clock.ms = START_MS + 200_000
    expect(active().open).toMatchObject({ count: 4, lost: 0, untracked: 0, oldest: { startedAt: '2026-11-21T08:00:01.000Z', path: '/ws/a' }, byUpstream: [{ name: 'ws_backend', open: 4 }], byPath: [{ name: '/ws/a', open: 2 }, { name: '/ws/b', open: 2 }] })
    write(access, closeLine(sockets[0]!, { endMs: START_MS + 100_000 }) + closeLine(sockets[3]!, { endMs: START_MS + 100_000, status: 502 }))
    expect(active().open).toMatchObject({ count: 2, oldest: { startedAt: '2026-11-21T08:00:02.000Z' } })
  })

  it('are never taken for requests of their own', async () => {
    const { access, tail, write } = await follow()
    write(access, openLine({ id: 1, atMs: START_MS }) + closeLine({ id: 1, atMs: START_MS }, { endMs: START_MS + 5 }))
    expect(tail.snapshot({ isLast: true }).interval.handshakes).toMatchObject({ attempts: 1, succeeded: 1 })
    expect(tail.report()).toMatchObject({ otherRequests: { plain: 0, polling: 0 }, lines: { read: 2, parsed: 2 }, open: { count: 0 } })
  })

  it('may wait for their 101 while they are young', async () => {
    const { access, clock, write, active } = await follow()
    write(access, openLine({ id: 1, atMs: START_MS }) + closeLine({ id: 1, atMs: START_MS }, { endMs: START_MS + 50 }))
    write(access, openLine({ id: 2, atMs: START_MS + 100 }))
    clock.ms = START_MS + 200
    expect(active().open).toMatchObject({ count: 1, waitingAtMost: 1 })
    clock.ms = START_MS + 120_000
    expect(active().open).toMatchObject({ count: 1, waitingAtMost: 0 })
  })

  it('that began before the start are found in what was written by then', async () => {
    const past = [openLine({ id: 1, atMs: START_MS - 9000 }), openLine({ id: 2, atMs: START_MS - 8000 }), closeLine({ id: 1, atMs: START_MS - 9000 }, { endMs: START_MS - 100 })].join('')
    const { access, tail, write, active } = await follow({ past })
    expect(active().open).toMatchObject({ count: 1, oldest: { startedAt: '2026-11-21T07:59:52.000Z' } })
    expect(tail.snapshot({ isLast: false }).logs[0]!.lines.read).toBe(0)
    write(access, closeLine({ id: 2, atMs: START_MS - 8000 }, { endMs: START_MS + 100 }))
    expect(active().open).toMatchObject({ count: 0 })
    expect(tail.report().handshakes.attempts).toBe(1)
  })

  it('that a stop ended before the start are neither open nor news', async () => {
    const past = openLine({ id: 1, atMs: START_MS - 90_000 }) + openLine({ id: 2, atMs: START_MS - 5000, pid: 88 })
    const { tail, active } = await follow({ past, pastErrors: processLine(START_MS - 60_000, 'notice', 'signal 15 (SIGTERM) received from 1, exiting') + processLine(START_MS - 59_000, 'notice', 'start worker process 88') })
    readAll(tail)
    expect(active().open).toMatchObject({ count: 1, lost: 0, oldest: { startedAt: '2026-11-21T07:59:55.000Z' } })
    expect(tail.takeEvents()).toEqual([])
  })

  it('are lost to a stop of nginx, at once and by number', async () => {
    const { access, errors, tail, write, active } = await follow()
    write(access, [1, 2, 3].map((id) => openLine({ id, atMs: START_MS + id * 1000 })).join(''))
    write(errors, processLine(START_MS + 60_000, 'notice', 'signal 15 (SIGTERM) received from 1, exiting'))
    expect(active().open).toMatchObject({ count: 0, lost: 3, oldest: null })
    expect(tail.takeEvents()).toMatchObject([{ event: 'nginx-stop' }, { event: 'sessions-lost', sessions: 3, at: '2026-11-21T08:01:00.000Z' }])
    expect(tail.report().events).toMatchObject([{ kind: 'nginx-stop', sessions: 3 }])
  })

  it('are lost with the worker that crashed, and those of others live on', async () => {
    const { access, errors, tail, write, active } = await follow()
    write(access, [1, 2, 3].map((id) => openLine({ id, atMs: START_MS + id * 1000, pid: id < 3 ? 11 : 12 })).join(''))
    write(errors, processLine(START_MS + 60_000, 'alert', 'worker process 11 exited on signal 9'))
    expect(active().open).toMatchObject({ count: 1, lost: 2 })
    expect(tail.takeEvents().map(({ event, sessions }) => [event, sessions])).toEqual([['worker-crash', null], ['sessions-lost', 2]])
  })

  it('that come to an end after all were not lost, but a counter of losses stays what it was', async () => {
    const { access, errors, tail, write, active } = await follow()
    const sockets = [1, 2].map((id) => ({ id, atMs: START_MS + id }))
    write(access, sockets.map(openLine).join(''))
    expect(tail.totals().lost).toBe(0)
    write(errors, processLine(START_MS + 60_000, 'notice', 'signal 15 (SIGTERM) received from 1, exiting'))
    expect(tail.totals().lost).toBe(2)
    write(access, closeLine(sockets[0]!, { endMs: START_MS + 59_000 }))
    expect([active().open?.lost, tail.totals().lost]).toEqual([1, 2])
  })

  it('are not lost to a stop that comes later in a log which is read from its start', async () => {
    const folder = temporaryFolder()
    const [access, errors] = [join(folder, 'access.log'), join(folder, 'error.log')]
    const sockets = Array.from({ length: 4000 }, (_, index) => ({ id: index + 1, atMs: START_MS + index * 1000 }))
    writeFileSync(access, sockets.map((socket) => openLine(socket) + closeLine(socket, { endMs: socket.atMs + 900 })).join('') + openLine({ id: 9000, atMs: START_MS + 4_000_000 }))
    writeFileSync(errors, processLine(START_MS, 'notice', 'start worker process 77') + processLine(START_MS + 5_000_000, 'notice', 'signal 15 (SIGTERM) received from 1, exiting'))
    const tail = await tailOf({ ms: START_MS + 6_000_000 }, { files: [access], errorFiles: [errors], isFromStart: true })
    readAll(tail)
    expect(tail.snapshot({ isLast: false }).active.open).toMatchObject({ count: 0, lost: 1 })
    expect(tail.takeEvents().filter(({ event }) => event === 'sessions-lost')).toMatchObject([{ sessions: 1 }])
  })

  it('show a rush of handshakes before any of their sessions has ended', async () => {
    const { access, clock, tail, write } = await follow()
    let id = 0
    for (let minute = 0; minute < 10; minute++) {
      write(access, Array.from({ length: 20 }, (_, index) => openLine({ id: ++id, atMs: clock.ms + index * 1000 })).join(''))
      clock.ms += 60_000
      tail.look()
    }
    expect(tail.takeEvents().filter(({ event }) => event === 'reconnect-storm')).toEqual([])
    write(access, Array.from({ length: 400 }, (_, index) => openLine({ id: ++id, atMs: clock.ms + index * 10 })).join(''))
    clock.ms += 5000
    tail.look()
    expect(tail.takeEvents().filter(({ event }) => event === 'reconnect-storm')).toMatchObject([{ at: '2026-11-21T08:10:00.000Z', sessions: 400 }])
    expect(tail.snapshot({ isLast: false }).windows[1]!.handshakes).toMatchObject({ begun: 400, attempts: 0 })
  })
})
