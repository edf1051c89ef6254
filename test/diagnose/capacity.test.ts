import { describe, expect, it } from 'vitest'
import { capacity } from '../../src/diagnose/capacity.ts'
import { healthyVisits, SAID, type Visit } from '../helpers/day.ts'
import { findingsOf } from '../helpers/findings.ts'
import { times } from '../helpers/seeded.ts'

const failed = (count: number, said: Visit['said']): Visit[] => times(count, (index) => ({ at: 100 + index, seconds: 0.001, status: 500, bytes: 177, upstream: '', ...(said === undefined ? {} : { said }) }))

describe('capacity', () => {
  it.each([
    ['connections', SAID.noConnections, 'worker_connections 4096;'],
    ['files', SAID.noFiles, 'worker_rlimit_nofile 16384;'],
    ['ports', SAID.noPorts, 'server 127.0.0.1:8081;'],
  ] as const)('names the directive for %s', async (kind, said, directive) => {
    const [finding, ...others] = await findingsOf(capacity, [...healthyVisits(300), ...failed(20, said)])
    expect(others).toEqual([])
    expect(finding).toMatchObject({ code: `capacity-${kind}`, severity: 'critical', layer: 'nginx', sessions: 20, evidence: { lines: 20, failedHandshakes: 20 }, fix: { nginx: expect.stringContaining(directive) } })
  })

  it('knows what has no access line', async () => {
    const [finding] = await findingsOf(capacity, healthyVisits(300), { further: [[60, 'crit', 'accept4() failed (24: Too many open files)'], [90, 'crit', 'accept4() failed (24: Too many open files)']] })
    expect(finding).toMatchObject({ code: 'capacity-files', severity: 'warning', sessions: 0, detail: expect.stringContaining('have no access line') })
  })

  it('does not add up what two limits share', async () => {
    const findings = await findingsOf(capacity, [...healthyVisits(300), ...failed(20, SAID.noConnections), ...failed(5, SAID.noFiles)])
    expect(findings.map(({ code, sessions }) => [code, sessions])).toEqual([['capacity-connections', 20], ['capacity-files', 5]])
  })

  it('is silent where nothing is short', async () => {
    expect(await findingsOf(capacity, healthyVisits(300))).toEqual([])
  })
})
