import { describe, expect, it } from 'vitest'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { RunCounts } from '../../src/live/run-counts.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { NOON } from '../helpers/sample-report.ts'

const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'a:1', userAgent: 'okhttp' }
const counted = (...events: readonly Partial<PlainEvent>[]) => {
  const counts = new RunCounts({ edges: [1, 60, 61], fields: ['upstreams'] })
  const maker = new EventMaker()
  for (const event of events) maker.tell(counts, { ...SESSION, ...event })
  return counts
}
const DROP = { client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'a:1', userAgent: 'okhttp' }

describe('RunCounts', () => {
  it.each([[0, [1, 0, 0, 0]], [1000, [1, 0, 0, 0]], [1001, [0, 1, 0, 0]], [60_000, [0, 1, 0, 0]], [60_500, [0, 0, 1, 0]], [61_001, [0, 0, 0, 1]]])('puts %i ms under the first edge that is not below', (durationMs, counts) => {
    expect(counted({ durationMs }).totals().durations).toEqual({ edges: [1, 60, 61], counts, sum: durationMs / 1000 })
  })

  it('counts a session whose duration the format does not tell, without one', () => {
    expect(counted({ durationMs: Number.NaN }, {}).totals()).toMatchObject({ succeeded: 2, durations: { counts: [0, 1, 0, 0], sum: 60 } })
  })

  it('makes one row of a cause and a layer, however sure it is', () => {
    const counts = counted(...(['likely', 'guess', 'likely'] as const).map((confidence) => ({ status: 502, verdict: failureVerdict('refused', 'upstream', confidence) })), { status: 404, verdict: failureVerdict('not-found', 'nginx', 'likely') })
    for (const confidence of ['confirmed', 'likely'] as const) counts.drop({ verdict: endingVerdict('idle-timeout', confidence), ...DROP })
    counts.drop({ verdict: endingVerdict('closed', 'guess'), ...DROP })
    const { failures, drops, by } = counts.totals()
    expect(failures.toSorted((a, b) => b.count - a.count)).toEqual([{ cause: 'refused', layer: 'upstream', count: 3 }, { cause: 'not-found', layer: 'nginx', count: 1 }])
    expect(drops.toSorted((a, b) => b.count - a.count)).toEqual([{ cause: 'idle-timeout', layer: 'nginx', isFault: true, count: 2 }, { cause: 'closed', layer: 'unknown', isFault: false, count: 1 }])
    expect(by).toEqual([{ field: 'upstreams', rows: [{ name: 'a:1', succeeded: 0, failed: 4, faults: 2 }] }])
  })

  it('counts what comes beyond as many values as any server has as one', () => {
    const counts = counted(...Array.from({ length: 3000 }, (_, index) => ({ upstream: `10.0.${index >> 8}.${index & 255}:80` })))
    const { rows } = counts.totals().by[0]!
    expect(rows).toHaveLength(101)
    expect(rows.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(3000)
    expect(rows.filter(({ succeeded }) => succeeded > 1)).toHaveLength(1)
  })
})
