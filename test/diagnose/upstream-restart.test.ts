import { describe, expect, it } from 'vitest'
import { upstreamRestart } from '../../src/diagnose/upstream-restart.ts'
import { healthyVisits, SAID, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { times } from '../helpers/seeded.ts'

const AT = 900

/** All sessions that an upstream has open at a moment end in it; new ones come soon after. */
const restarted = (upstream: string, visits: readonly Visit[]): Visit[] =>
  visits.map((visit) => (visit.upstream === upstream && visit.at < AT && visit.at + visit.seconds > AT ? { ...visit, seconds: AT + 0.05 - visit.at } : visit))

const refused = times(6, (index): Visit => ({ at: AT + 1 + index, seconds: 0.001, status: 502, bytes: 157, upstream: '10.0.0.1:8080', said: SAID.refused }))

describe('upstream-restart', () => {
  it('counts the sessions, and the handshakes that were refused after it', async () => {
    const finding = await findingOf(upstreamRestart, [...restarted('10.0.0.1:8080', healthyVisits(400)), ...refused])
    expect(finding).toMatchObject({ severity: 'warning', layer: 'upstream', title: 'The upstream 10.0.0.1:8080 restarted once and cut its sessions', evidence: { upstreams: ['10.0.0.1:8080'], refused: 6 } })
    expect(finding!.sessions).toBeGreaterThan(5)
    expect(finding!.detail).toMatch(/6 handshakes were refused right after\.$/)
  })

  it.each([
    ['healthy sessions', healthyVisits(400)],
    ['refused handshakes alone', [...healthyVisits(400), ...refused]],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(upstreamRestart, visits)).toBeUndefined()
  })
})
