import { describe, expect, it } from 'vitest'
import { AGE_CLASSES, ageClassOf, Ages } from '../../src/aggregate/ages.ts'
import { Summary } from '../../src/aggregate/summary.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { cellsOf } from '../helpers/cells.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'

const SESSION: PlainEvent = { endedAtMs: 60_000, startedAtMs: 0, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: '', path: '/ws', upstream: '' }

const countsOf = (ages: Ages): Record<string, number> => Object.fromEntries(AGE_CLASSES.map((name) => [name, ages[name].count] as const).filter(([, count]) => count > 0))

const agesOf = (event: Partial<PlainEvent>): Record<string, number> => {
  const summary = new Summary()
  new EventMaker().tell(summary, { ...SESSION, ...event })
  return countsOf(summary.ages)
}

describe('ageClassOf', () => {
  it.each([[-1, 'untold'], [0, 'silent'], [2, 'silent'], [3, 'silent'], [4, 'closed'], [5, 'busy'], [1e9, 'busy']])('%i bytes: %s', (bytesToClient, expected) => {
    expect(ageClassOf(bytesToClient)).toBe(expected)
  })
})

describe('Ages', () => {
  it('adds to one class, and to all together', () => {
    const ages = new Ages()
    ages.add('silent', 60_000)
    ages.add('closed', 1000)
    ages.add('closed', 1000)
    expect(countsOf(ages)).toEqual({ silent: 1, closed: 2 })
    expect(ages.together().count).toBe(3)
    expect(ages.together(['silent', 'busy'])).toMatchObject({ count: 1, min: 60_000, max: 60_000 })
    // A histogram of its own: what is done to it stays there.
    ages.together().add(5)
    expect(ages.together().count).toBe(3)
  })

  it('tells timers apart that are 10 ms apart at a minute', () => {
    const ages = new Ages()
    for (const ms of [60_000, 60_010, 60_020]) ages.add('silent', ms)
    expect(cellsOf(ages.silent).map(({ count }) => count)).toEqual([1, 1, 1])
  })
})

describe('the class of a session', () => {
  it.each([
    ['nothing is known of its end', {}, { busy: 1 }],
    ['it was silent', { bytesToClient: 0 }, { silent: 1 }],
    ['a pattern says so, no line', { bytesToClient: 0, verdict: endingVerdict('idle-timeout', 'likely') }, { silent: 1 }],
    ['a line says that it timed out', { bytesToClient: 0, isExplained: true, verdict: endingVerdict('idle-timeout', 'confirmed') }, { timedOut: 1 }],
    ['a line says something else', { bytesToClient: 0, isExplained: true, verdict: endingVerdict('client-reset', 'confirmed') }, { explained: 1 }],
    ['the format has no bytes', { bytesToClient: -1 }, { untold: 1 }],
    ['the format has no duration', { durationMs: Number.NaN }, {}],
    ['it is a failed handshake', { status: 502 }, {}],
  ])('%s', (_, event, expected) => {
    expect(agesOf(event)).toEqual(expected)
  })
})
