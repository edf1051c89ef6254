import { describe, expect, it } from 'vitest'
import { WallClock } from '../../src/error-log/wall-clock.ts'
import { FollowedErrors } from '../../src/run/followed-errors.ts'
import { Coverage } from '../../src/session/coverage.ts'
import { errorStamp } from '../helpers/nginx-time.ts'

const START_MS = Date.UTC(2026, 10, 21, 8)
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const follow = ({ isFromStart = false } = {}) => {
  const coverage = new Coverage()
  const log = new FollowedErrors({ path: 'error.log', clock: new WallClock([]), coverage, fromMs: START_MS, isFromStart, onEntry: () => {}, onUnknown: () => {} })
  const write = (ms: number, level: string): void => {
    const bytes = Buffer.from(`${errorStamp(ms)} [${level}] 7#7: *1 something, client: 10.0.0.1, server: a\n`)
    log.readBlock(bytes, 0, bytes.length)
    log.pause()
  }
  return { log, coverage, write }
}

describe('the silence of an error log that is followed', () => {
  it('says something from the start on, when its level was seen', () => {
    const { log, coverage, write } = follow()
    log.cover(true, START_MS)
    expect(coverage.errors(START_MS)).toBe(false)
    write(START_MS + 1000, 'info')
    expect([START_MS - 1, START_MS, START_MS + MINUTE_MS].map((ms) => coverage.info(ms))).toEqual([false, true, true])
  })

  it('says nothing of the time before its first entry, when it is read from its start', () => {
    const { coverage, write } = follow({ isFromStart: true })
    write(START_MS - DAY_MS, 'info')
    write(START_MS - DAY_MS + 5000, 'info')
    expect([START_MS - 2 * DAY_MS, START_MS - DAY_MS - 1, START_MS - DAY_MS, START_MS].map((ms) => coverage.info(ms))).toEqual([false, false, true, true])
  })

  it('says nothing while it was not there, but for the moment of a rotation', () => {
    const { log, coverage, write } = follow()
    write(START_MS, 'info')
    log.cover(false, START_MS + MINUTE_MS)
    log.cover(true, START_MS + 2 * MINUTE_MS)
    expect(coverage.info(START_MS + 1.5 * MINUTE_MS)).toBe(true)
    log.cover(false, START_MS + 3 * MINUTE_MS)
    log.cover(false, START_MS + 4 * MINUTE_MS)
    log.cover(true, START_MS + 9 * MINUTE_MS)
    write(START_MS + 10 * MINUTE_MS, 'info')
    expect([2, 4, 8, 9, 20].map((minute) => coverage.info(START_MS + minute * MINUTE_MS))).toEqual([true, false, false, true, true])
    expect(log.level).toBe('info')
  })

  it('says less when it has not shown its level for a day: the configuration may be another one by now', () => {
    const { log, coverage, write } = follow()
    write(START_MS, 'info')
    write(START_MS + DAY_MS / 2, 'error')
    log.cover(true, START_MS + DAY_MS - 1)
    expect(coverage.info(START_MS + DAY_MS)).toBe(true)
    log.cover(true, START_MS + DAY_MS)
    expect([coverage.info(START_MS), coverage.info(START_MS + 1), coverage.errors(START_MS + DAY_MS)]).toEqual([true, false, true])
    log.cover(true, START_MS + 2 * DAY_MS)
    expect([coverage.errors(START_MS + DAY_MS / 2), coverage.errors(START_MS + DAY_MS)]).toEqual([true, false])
    write(START_MS + 2 * DAY_MS, 'info')
    expect(coverage.info(START_MS + 2 * DAY_MS)).toBe(true)
  })
})
