import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runLoop } from '../../src/commands/tail-loop.ts'
import type { Snapshot } from '../../src/live/snapshot.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { tailOf, type TestClock } from '../helpers/tail.ts'
import { wsLine } from '../helpers/ws-line.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Runs a tail on a clock that goes on with each wait; `onWait` gets the number of the wait, from 1. */
const run = async (path: string, clock: TestClock, onWait: (number: number, end: () => void) => void) => {
  const tail = await tailOf(clock, { files: [path] })
  const ending = new AbortController()
  const intervals: Snapshot[] = []
  const totals: number[] = []
  let waits = 0
  await runLoop({
    tail, intervalMs: MINUTE_MS, now: () => clock.ms, signal: ending.signal,
    view: { event: () => {}, interval: (snapshot) => void intervals.push(snapshot), refresh: () => {} },
    wait: async (ms) => {
      clock.ms += ms
      onWait(++waits, () => ending.abort())
    },
    hearsAll: () => false,
    yieldTurn: async () => {},
    check: () => [], onEvent: () => {}, onTotals: ({ succeeded }) => void totals.push(succeeded),
  })
  return { tail, intervals, totals }
}

it('reads what was written before the end, and its intervals add up to the run', async () => {
  const path = join(temporaryFolder(), 'access.log')
  writeFileSync(path, '')
  const { tail, intervals } = await run(path, { ms: START_MS }, (number, end) => {
    if (number <= 3) appendFileSync(path, wsLine().repeat(number))
    if (number === 3) end()
  })
  expect(tail.report().handshakes.attempts).toBe(6)
  expect(intervals.map(({ interval }) => interval.handshakes.attempts)).toEqual([6])
})

it('goes on when the clock is set back', async () => {
  const path = join(temporaryFolder(), 'access.log')
  writeFileSync(path, '')
  const clock = { ms: START_MS }
  let setBackAt = 0
  const { intervals, totals } = await run(path, clock, (number, end) => {
    if (setBackAt === 0 && clock.ms >= START_MS + MINUTE_MS) {
      setBackAt = number
      clock.ms -= HOUR_MS
    } else if (setBackAt > 0 && clock.ms >= START_MS + 3 * MINUTE_MS - HOUR_MS) end()
  })
  expect(intervals.map(({ at }) => at)).toEqual(['2026-11-21T07:02:00.000Z', '2026-11-21T07:03:00.000Z'])
  expect(totals.length).toBeGreaterThanOrEqual(8)
})
