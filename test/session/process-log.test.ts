import { describe, expect, it } from 'vitest'
import { ProcessLog } from '../../src/session/process-log.ts'
import { readErrorLog } from '../helpers/error-log.ts'
import { times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)

const processLogOf = (lines: readonly string[]): ProcessLog => {
  const log = new ProcessLog()
  readErrorLog(lines.map((line, index) => `${new Date(NOON + index * 1000).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/')} ${line}\n`).join(''), { onRecord: (record) => log.add(record, record.stampMs) })
  return log
}

const RELOAD = [
  '[notice] 10#10: signal 1 (SIGHUP) received from 999, reconfiguring',
  '[notice] 10#10: reconfiguring',
  '[notice] 10#10: start worker processes',
  '[notice] 10#10: start worker process 22',
  '[notice] 21#21: gracefully shutting down',
  '[notice] 21#21: exiting',
  '[notice] 21#21: exit',
  '[notice] 10#10: signal 17 (SIGCHLD) received from 21',
  '[notice] 10#10: worker process 21 exited with code 0',
]

describe('ProcessLog', () => {
  it('tells each step of a reload once, whose it is and when', () => {
    const { events, dropped } = processLogOf(RELOAD)
    expect(events).toEqual([
      { atMs: NOON + 1000, kind: 'reload', pid: 10, detail: -1 },
      { atMs: NOON + 3000, kind: 'start-worker', pid: 10, detail: 22 },
      { atMs: NOON + 4000, kind: 'graceful-shutdown', pid: 21, detail: -1 },
      { atMs: NOON + 5000, kind: 'worker-exiting', pid: 21, detail: -1 },
      { atMs: NOON + 8000, kind: 'worker-exited', pid: 10, detail: 21 },
    ])
    expect(dropped).toBe(0)
  })

  it.each([
    ['[alert] 10#10: worker process 21 exited on signal 9', 'worker-crash'],
    ['[notice] 10#10: signal 15 (SIGTERM) received from 1, exiting', 'stop'],
    ['[notice] 10#10: signal 3 (SIGQUIT) received from 1, shutting down', 'quit'],
    ['[notice] 10#10: nginx/1.22.1', 'start'],
    ['[notice] 10#10: reopening logs', 'reopen'],
    ['[alert] 21#21: *5 open socket #9 left in connection 7', 'open-socket-left'],
  ])('%s', (line, kind) => {
    expect(processLogOf([line]).events).toMatchObject([{ kind }])
  })

  it('takes nothing of connections and requests, and nothing that is unknown', () => {
    expect(processLogOf(['[info] 10#10: *5 client 10.0.0.1 closed keepalive connection', '[notice] 10#10: something new', '[notice] 10#10: start worker processes']).events).toEqual([])
  })

  it('finds those of a kind within a time, both ends included', () => {
    const log = processLogOf(['[notice] 10#10: reconfiguring', '[notice] 10#10: exiting', '[notice] 10#10: reconfiguring', '[notice] 10#10: reconfiguring'])
    const at = (fromMs: number, toMs: number): number[] => log.between('reload', NOON + fromMs, NOON + toMs).map(({ atMs }) => (atMs - NOON) / 1000)
    expect(at(0, 3000)).toEqual([0, 2, 3])
    expect(at(0, 2000)).toEqual([0, 2])
    expect(at(1, 2999)).toEqual([2])
    expect(at(4000, 9000)).toEqual([])
  })

  it('keeps the latest 50,000 at most, and counts the others', () => {
    const log = processLogOf(times(50_003, () => '[notice] 10#10: reconfiguring'))
    expect(log.events).toHaveLength(25_003)
    expect(log.events.at(-1)!.atMs).toBe(NOON + 50_002_000)
    expect(log.dropped).toBe(25_000)
    expect(log.since(NOON + 50_000_000).events).toHaveLength(3)
  })
})
