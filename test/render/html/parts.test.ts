import { FixedOffsetZone, IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { heatOf } from '../../../src/render/html/heat.ts'
import { hueOfCause, looksOf } from '../../../src/render/html/looks.ts'
import { pathLosses } from '../../../src/render/html/path-losses.ts'
import type { Report } from '../../../src/report/report.ts'
import { reportOf } from '../../helpers/sample-report.ts'

const utc = FixedOffsetZone.utcInstance
const minutes = (fromMs: number, count: number, drops: (atMs: number) => number): Report['timeline'] =>
  Array.from({ length: count }, (_, index) => ({ minute: new Date(fromMs + index * 60_000).toISOString(), attempts: 0, succeeded: 0, drops: drops(fromMs + index * 60_000), faults: 0, active: null, causes: {} }))

describe('heatOf', () => {
  // A Monday.
  const MONDAY = Date.UTC(2026, 10, 16)

  it('is not for less than two days', () => {
    expect(heatOf(minutes(MONDAY, 2879, () => 1), utc)).toBeUndefined()
    expect(heatOf(minutes(MONDAY, 2880, () => 1), utc)).toBeDefined()
  })

  it('has the mean of an hour over the weeks, and null where the log has no such hour', () => {
    const heat = heatOf(minutes(MONDAY, 8 * 1440, (at) => (at >= MONDAY + 7 * 86_400_000 ? 3 : 1)), utc)!
    expect(heat.rows).toHaveLength(7)
    expect(heat.rows[0]![0]).toBe(120)
    expect(heat.rows[1]![0]).toBe(60)
    expect(heat.most).toBe(120)
    expect(heatOf(minutes(MONDAY, 2880, () => 1), utc)!.rows[2]).toEqual(Array.from({ length: 24 }, () => null))
  })

  it.each([['Asia/Kolkata', 5], ['Asia/Shanghai', 8], ['America/New_York', 19]])('goes by the clocks of %s', (name, hour) => {
    const heat = heatOf(minutes(MONDAY, 2880, (at) => (at === MONDAY ? 60 : 0)), IANAZone.create(name))!
    const day = hour === 19 ? 6 : 0
    expect(heat.rows[day]!.findIndex((mean) => mean !== null && mean > 0)).toBe(hour)
  })
})

describe('pathLosses', () => {
  const base = reportOf([{}])
  const ending = (cause: Report['endings'][number]['cause'], layer: Report['endings'][number]['layer'], sessions: number, confidence: Report['endings'][number]['confidence'] = 'confirmed'): Report['endings'][number] => ({ cause, layer, confidence, sessions, share: 0 })
  const report: Report = {
    ...base,
    handshakes: { ...base.handshakes, attempts: 100, succeeded: 90, failures: [
      { cause: 'refused', layer: 'upstream', confidence: 'confirmed', status: 502, count: 6, share: 0.06 },
      { cause: 'other', layer: 'unknown', confidence: 'guess', status: 500, count: 4, share: 0.04 },
    ] },
    endings: [ending('closed', 'unknown', 30, 'likely'), ending('closed', 'unknown', 10, 'guess'), ending('lifetime-limit', 'unknown', 5), ending('idle-timeout', 'nginx', 20), ending('worker-shutdown', 'nginx', 5), ending('upstream-reset', 'upstream', 12), ending('client-reset', 'client', 8)],
  }

  it('adds up to all handshakes', () => {
    const { attempts, hops, orderly, unknownEnds, unknownFailures } = pathLosses(report)
    expect(hops.reduce((sum, { cut, failed }) => sum + cut + failed, 0) + orderly + unknownEnds + unknownFailures).toBe(attempts)
  })

  it('has cut sessions and failed handshakes at their hop; orderly and planned ends are no loss', () => {
    const { hops, orderly, unknownEnds, unknownFailures } = pathLosses(report)
    expect(hops.map(({ layer, cut, failed, share }) => [layer, cut, failed, share])).toEqual([['client', 8, 0, 0.08], ['edge', 0, 0, 0], ['nginx', 25, 0, 0.25], ['upstream', 12, 6, 0.18]])
    expect([orderly, unknownEnds, unknownFailures]).toEqual([35, 10, 4])
    expect(hops[2]!.causes).toEqual([{ text: 'silent for proxy_read_timeout', count: 20 }, { text: 'reload: worker_shutdown_timeout', count: 5 }])
  })
})

describe('looks', () => {
  it('a cause has the hue of its layer; an orderly end has one of its own', () => {
    expect(['idle-timeout', 'closed', 'lifetime-limit', 'client-lost', 'nobody knows', 'toString'].map(hueOfCause)).toEqual(['nginx', 'orderly', 'orderly', 'client', 'unknown', 'unknown'])
  })

  it('causes of one hue differ by pattern', () => {
    expect(looksOf(['idle-timeout', 'client-reset', 'worker-shutdown', 'client-lost', 'client-stalled'])).toEqual([
      { hue: 'nginx', pattern: 'solid' }, { hue: 'client', pattern: 'solid' }, { hue: 'nginx', pattern: 'stripes' }, { hue: 'client', pattern: 'stripes' }, { hue: 'client', pattern: 'dots' },
    ])
  })
})
