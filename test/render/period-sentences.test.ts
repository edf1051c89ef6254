import { describe, expect, it } from 'vitest'
import { periodOfDay } from '../../src/history/calendar.ts'
import { changedText, notKept, notOver, notWhole, periodLabel, periodTitle, worstText } from '../../src/render/period-sentences.ts'
import type { Period } from '../../src/report/period.ts'

const day = periodOfDay('2026-11-20', 'day')
const month = periodOfDay('2026-11-20', 'month')
const weekOf = (name: string): Period => periodOfDay(name, 'week')

describe('the name of a period', () => {
  it.each([
    [day, 'Friday 20 November 2026', 'Fri 20 Nov 2026'],
    [weekOf('2026-11-20'), 'Week 47: 16 – 22 November 2026', 'Week 47, 2026'],
    [weekOf('2026-12-01'), 'Week 49: 30 November – 6 December 2026', 'Week 49, 2026'],
    [weekOf('2027-01-01'), 'Week 53: 28 December 2026 – 3 January 2027', 'Week 53, 2026'],
    [weekOf('2026-01-05'), 'Week 2: 5 – 11 January 2026', 'Week 2, 2026'],
    [month, 'November 2026', 'Nov 2026'],
  ])('%j', (period, title, label) => {
    expect([periodTitle(period), periodLabel(period)]).toEqual([title, label])
  })
})

describe('what a period lacks', () => {
  it('is said of a day, a week, a month', () => {
    expect(notKept('week')).toBe('Nothing is kept of that week.')
    expect(notOver('day')).toBe('This day is not over: it will be compared when it is, since other hours are no fair comparison.')
    expect(notWhole(day, { from: '08:00', kept: 1 })).toBe('What is kept begins at 08:00: what was before is not in it.')
    expect(notWhole(month, { from: '08:00', kept: 11 })).toBe('What is kept begins at 08:00: what was before is not in it. Of its 30 days it has 11.')
  })
})

describe('what cost most', () => {
  it.each([
    ['ending', 'idle-timeout', 'silent for proxy_read_timeout'],
    ['failure', 'refused', 'the backend refuses connections'],
    ['age', '60.5', 'at the age of 60.5 s'],
  ] as const)('of the kind %s', (kind, code, text) => {
    expect(worstText({ kind, code, count: 3 })).toBe(text)
  })
})

it.each([
  [['a'], '1 worse: a'],
  [['a', 'b', 'c'], '3 worse: a; b; c'],
  [['a', 'b', 'c', 'd', 'e'], '5 worse: a; b; c; and 2 more'],
])('names three of %j', (labels, text) => {
  expect(changedText('worse', labels)).toBe(text)
})
