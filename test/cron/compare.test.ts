import { describe, expect, it } from 'vitest'
import { differences, summarized } from './compare.ts'

const whole = { generatedAt: 'then', sessions: { count: 2, histogram: [{ from: 1, count: 2 }] }, inputs: [{ path: 'a' }], lines: { read: 9, examples: [{ line: 1 }] }, timeline: [{ minute: '01', drops: 1 }, { minute: '02', drops: 1 }], findings: [] }

describe('two reports', () => {
  it.each([
    ['a value', { ...whole, sessions: { ...whole.sessions, count: 3 } }, ['sessions.count: kept 3, whole 2']],
    ['null for a number', { ...whole, sessions: { ...whole.sessions, count: null } }, ['sessions.count: kept null, whole 2']],
    ['a field that is missing', { ...whole, lines: { examples: [] } }, ['lines.read: kept nothing, whole 9']],
    ['a field that is more', { ...whole, more: 1 }, ['more: kept 1, whole nothing']],
    ['a list that is empty', { ...whole, sessions: { count: 2, histogram: [] } }, ['sessions.histogram(): kept 0, whole 1', 'sessions.histogram.0(): kept nothing, whole "object"', 'sessions.histogram.0.from: kept nothing, whole 1', 'sessions.histogram.0.count: kept nothing, whole 2']],
    ['an empty object in the place of a list', { ...whole, findings: {} }, ['findings(): kept "object", whole 0']],
    ['a minute that is missing, and no other for it', { ...whole, timeline: [whole.timeline[1]] }, ['timeline(): kept 1, whole 2', 'timeline.01(): kept nothing, whole "object"', 'timeline.01.minute: kept nothing, whole "01"', 'timeline.01.drops: kept nothing, whole 1']],
  ])('differ in %s', (_, kept, expected) => {
    expect(differences(kept, whole)).toEqual(expected)
  })

  it('may differ in the clock, the names of files, and the examples of broken lines, and in nothing else', () => {
    expect(differences({ ...whole, generatedAt: 'now', inputs: [], lines: { read: 9, examples: [] } }, whole)).toEqual([])
    expect(differences({ ...whole, generatedAtAll: 1, inputsOfMine: 1 }, whole)).toHaveLength(2)
  })

  it('are told apart in short', () => {
    expect(summarized(['a.x: 1', 'b.1.y: 2', 'b.2.y: 3', 'c(): 4'], 1)).toBe('a.x: 1\n… and 2 more in b\n… and 1 more in c')
  })
})
