import { describe, expect, it } from 'vitest'
import { type HealthMinute, type HealthParts, judgeHealth } from '../../src/report/health.ts'
import { NOON } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

interface Counts {
  readonly attempts?: number
  readonly succeeded?: number
  readonly drops?: number
}

/** An hour of minutes with 100 good handshakes and 100 drops each, but for the named ones. */
const hour = (others: Readonly<Record<number, Counts>> = {}, length = 60): HealthMinute[] =>
  times(length, (index) => ({ minuteMs: NOON + index * 60_000, attempts: 100, succeeded: 100, drops: 100, ...others[index] }))

const judge = (minutes: readonly HealthMinute[], totals?: { attempts: number; succeeded: number }, clusters: HealthParts['clusters'] = []) =>
  judgeHealth({ minutes, clusters, faults: 0, ...(totals ?? { attempts: minutes.reduce((sum, { attempts }) => sum + attempts, 0), succeeded: minutes.reduce((sum, { succeeded }) => sum + succeeded, 0) }) })

const at = (minute: number): string => new Date(NOON + minute * 60_000).toISOString()

describe('judgeHealth', () => {
  it('calls an even log ok', () => {
    expect(judge(hour())).toEqual({ status: 'ok', badFrom: null, badTo: null, badMinutes: 0, isOngoing: false, reasons: [] })
  })

  it.each([[4, 100, 'ok', []], [5, 100, 'degraded', ['faults']], [2, 10, 'ok', []], [3, 10, 'degraded', ['faults']]] as const)('%d of %d sessions cut: %s', (faults, sessions, status, reasons) => {
    expect(judgeHealth({ minutes: [], clusters: [], attempts: sessions, succeeded: sessions, faults })).toMatchObject({ status, reasons })
  })

  it('says nothing about a log without handshakes', () => {
    expect(judge([])).toMatchObject({ status: 'unknown', reasons: [] })
    expect(judge(hour({}, 5).map((minute) => ({ ...minute, attempts: 0, succeeded: 0 })))).toMatchObject({ status: 'unknown' })
  })

  it.each([
    ['99 % reach 101', 100, 99, 'ok'],
    ['less than 99 %', 1000, 989, 'degraded'],
    ['half', 100, 50, 'degraded'],
    ['less than half', 100, 49, 'failing'],
    ['none', 5, 0, 'failing'],
    ['all', 5, 5, 'ok'],
  ])('judges the rate of the whole log: %s', (_, attempts, succeeded, status) => {
    expect(judge([], { attempts, succeeded })).toMatchObject({ status, reasons: status === 'ok' ? [] : ['success-rate'] })
  })

  it.each([
    ['6 of 100 fail', { attempts: 100, succeeded: 94 }, 1],
    ['5 of 100 fail', { attempts: 100, succeeded: 95 }, 0],
    ['3 of 10 fail', { attempts: 10, succeeded: 7 }, 1],
    ['2 of 2 fail: too few to say', { attempts: 2, succeeded: 0 }, 0],
  ])('judges a minute in which %s', (_, counts, badMinutes) => {
    expect(judge(hour({ 30: counts }))).toMatchObject({ badMinutes, badFrom: badMinutes > 0 ? at(30) : null, reasons: badMinutes > 0 ? ['success-rate'] : [] })
  })

  it.each([
    ['160, six sigma above a median of 100', 160, 0],
    ['161', 161, 1],
    ['none', 0, 0],
  ])('judges a minute with %s drops', (_, drops, badMinutes) => {
    expect(judge(hour({ 30: { drops } }))).toMatchObject({ status: badMinutes > 0 ? 'degraded' : 'ok', badMinutes, reasons: badMinutes > 0 ? ['drop-spikes'] : [] })
  })

  it.each([
    [10, 0],
    [11, 1],
  ])('in a log that hardly ever drops, takes %i drops for a spike %i times', (drops, badMinutes) => {
    expect(judge(hour({ 30: { drops } }).map((minute) => ({ ...minute, drops: minute.drops === 100 ? 0 : minute.drops })))).toMatchObject({ badMinutes })
  })

  it('knows no usual number of drops in fewer than five minutes', () => {
    expect(judge(hour({ 2: { drops: 5000 } }, 4))).toMatchObject({ status: 'ok' })
    expect(judge(hour({ 2: { drops: 5000 } }, 5))).toMatchObject({ status: 'degraded' })
  })

  it.each([
    [[59], true],
    [[10, 59], true],
    [[58], false],
    [[0], false],
  ])('bad in the minutes %j of an hour is still going on: %s', (minutes, isOngoing) => {
    const others = Object.fromEntries(minutes.map((minute) => [minute, { drops: 1000 }]))
    expect(judge(hour(others))).toMatchObject({ isOngoing, badFrom: at(minutes[0]!), badTo: at(minutes.at(-1)!), badMinutes: minutes.length })
  })

  it('asks the minute before when the log ends in the middle of a quiet one', () => {
    const ended = { attempts: 2, succeeded: 2, drops: 3 }
    expect(judge(hour({ 58: { drops: 1000 }, 59: ended }))).toMatchObject({ isOngoing: true })
    expect(judge(hour({ 57: { drops: 1000 }, 59: ended }))).toMatchObject({ isOngoing: false })
  })

  it.each([
    ['quiet sessions at one age, many of all', { sessions: 1200, quiet: 1190 }, ['idle-timer']],
    ['few of all', { sessions: 1190, quiet: 1190 }, []],
    ['busy ones: a planned lifetime is no fault', { sessions: 3000, quiet: 100 }, []],
  ])('sees %s', (_, cluster, reasons) => {
    expect(judge(hour(), { attempts: 6000, succeeded: 6000 }, [cluster])).toMatchObject({ status: reasons.length === 0 ? 'ok' : 'degraded', reasons })
  })

  it('gives both reasons', () => {
    expect(judge(hour({ 10: { drops: 1000 }, 20: { succeeded: 0 } }))).toMatchObject({ reasons: ['success-rate', 'drop-spikes'], badFrom: at(10), badTo: at(20), badMinutes: 2 })
  })

  it('leaves the minutes in their order', () => {
    const minutes = hour({ 3: { drops: 1 } })
    const before = structuredClone(minutes)
    judge(minutes)
    expect(minutes).toEqual(before)
  })
})
