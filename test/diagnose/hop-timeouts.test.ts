import { describe, expect, it } from 'vitest'
import { edgeIdleTimeout } from '../../src/diagnose/edge-idle-timeout.ts'
import { lifetimeLimit } from '../../src/diagnose/lifetime-limit.ts'
import { upstreamIdleTimeout } from '../../src/diagnose/upstream-idle-timeout.ts'
import { healthyVisits, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const ofAge = (count: number, seconds: number, more: Partial<Visit> = {}): Visit[] => {
  const random = new Seeded(count)
  return times(count, (index) => ({ at: random.next() * count * 7, seconds: seconds + (index % 4) / 1000, bytes: 0, client: `198.51.100.${index % 90}`, upstream: `10.0.0.${1 + (index % 3)}:8080`, ...more }))
}

describe('edge-idle-timeout', () => {
  it('names the address and the products that fit', async () => {
    const finding = await findingOf(edgeIdleTimeout, [...healthyVisits(300), ...ofAge(60, 60, { client: '192.0.2.9' })])
    expect(finding).toMatchObject({ severity: 'warning', layer: 'edge', sessions: 60, title: 'A hop in front of nginx closes quiet sessions at 60 s', evidence: { addresses: ['192.0.2.9'], pingSeconds: 25 }, fix: { nginx: '' } })
    expect(finding!.detail).toMatch(/AWS ALB/)
    expect(finding!.fix.text).toContain('192.0.2.9')
  })

  it('is critical where it befalls one in five', async () => {
    expect(await findingOf(edgeIdleTimeout, [...healthyVisits(100), ...ofAge(60, 60, { client: '192.0.2.9' })])).toMatchObject({ severity: 'critical' })
  })

  it('names no address where all are concerned', async () => {
    expect(await findingOf(edgeIdleTimeout, [...healthyVisits(300), ...ofAge(60, 350)])).toMatchObject({ evidence: { addresses: [] } })
  })

  it.each([
    ['healthy sessions', healthyVisits(300), 'info'],
    ['what nginx may have cut', [...healthyVisits(300), ...ofAge(60, 60)], 'none'],
  ] as const)('is silent about %s', async (_, visits, level) => {
    expect(await findingOf(edgeIdleTimeout, visits, { level })).toBeUndefined()
  })
})

describe('upstream-idle-timeout', () => {
  it('knows the application by its Close frame', async () => {
    expect(await findingOf(upstreamIdleTimeout, [...healthyVisits(300), ...ofAge(60, 30, { bytes: 4 })], { level: 'none' })).toMatchObject({ severity: 'warning', layer: 'upstream', sessions: 60, title: 'The application closes quiet sessions at 30 s', detail: expect.stringContaining('Close frame') })
  })

  it.each([
    ['healthy sessions', healthyVisits(300)],
    ['sessions without a Close frame', [...healthyVisits(300), ...ofAge(60, 30)]],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(upstreamIdleTimeout, visits)).toBeUndefined()
  })
})

describe('lifetime-limit', () => {
  it('is a note, never a warning', async () => {
    expect(await findingOf(lifetimeLimit, [...healthyVisits(100), ...ofAge(90, 300, { bytes: 5000 })])).toMatchObject({ severity: 'info', title: 'Sessions live at most 300 s, busy ones too', sessions: 90 })
  })

  it('is silent about quiet sessions of one age', async () => {
    expect(await findingOf(lifetimeLimit, [...healthyVisits(100), ...ofAge(90, 300)])).toBeUndefined()
  })
})
