import { describe, expect, it } from 'vitest'
import { idleClusterUnknown } from '../../src/diagnose/idle-cluster-unknown.ts'
import { healthyVisits, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { times } from '../helpers/seeded.ts'

const quiet = (count: number, seconds: number, more: Partial<Visit> = {}): Visit[] => times(count, (index) => ({ at: index * 7, seconds: seconds + (index % 5) / 1000, bytes: 0, client: `198.51.100.${index % 90}`, upstream: `10.0.0.${1 + (index % 3)}:8080`, ...more }))

describe('idle-cluster-unknown', () => {
  it('says what would decide between nginx and the others', async () => {
    const finding = await findingOf(idleClusterUnknown, [...healthyVisits(200), ...quiet(100, 60)], { level: 'none' })
    expect(finding).toMatchObject({ severity: 'warning', layer: 'unknown', sessions: 100, title: expect.stringMatching(/^Quiet sessions end at 60 s: it may be/), fix: { text: expect.stringMatching(/info.*--read-timeout/), nginx: expect.stringContaining('error_log /var/log/nginx/ws_error.log info;') } })
    expect(finding!.detail).toContain('AWS ALB')
  })

  it('is worth a note only when few sessions are concerned', async () => {
    expect(await findingOf(idleClusterUnknown, [...healthyVisits(500), ...quiet(40, 300)], { level: 'none' })).toMatchObject({ severity: 'info' })
  })

  it.each([
    ['healthy sessions', healthyVisits(300), {}],
    ['those whose timeout is known', [...healthyVisits(200), ...quiet(100, 60)], { readTimeoutMs: 60_000 }],
    ['those of the application', [...healthyVisits(200), ...quiet(100, 50, { bytes: 4 })], {}],
  ])('is silent about %s', async (_, visits, options) => {
    expect(await findingOf(idleClusterUnknown, visits, { level: 'none', ...options })).toBeUndefined()
  })
})
