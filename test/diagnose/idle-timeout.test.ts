import { describe, expect, it } from 'vitest'
import { idleTimeout } from '../../src/diagnose/idle-timeout.ts'
import { healthyVisits, SAID, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { times } from '../helpers/seeded.ts'

const idle = (count: number, seconds: number, more: Partial<Visit> = {}): Visit[] => times(count, (index) => ({ at: index * 7, seconds: seconds + 0.001, bytes: 0, client: `198.51.100.${index % 90}`, said: SAID.idle, ...more }))

describe('idle-timeout', () => {
  it('names the timeout in force, and a ping that fits into it', async () => {
    expect(await findingOf(idleTimeout, [...healthyVisits(200), ...idle(100, 60)])).toMatchObject({
      severity: 'critical', layer: 'nginx', sessions: 100, title: 'nginx cuts quiet sessions after 60 s',
      evidence: { timeoutsSeconds: [60], pingSeconds: 25 }, fix: { nginx: '# in the location of /ws/\nproxy_read_timeout 3600s;\nproxy_send_timeout 3600s;' },
    })
  })

  it('names a timeout that --read-timeout says', async () => {
    const quiet = idle(40, 20).map((visit) => ({ ...visit, said: undefined }))
    expect(await findingOf(idleTimeout, [...healthyVisits(400), ...quiet], { level: 'none', readTimeoutMs: 20_000 })).toMatchObject({ severity: 'warning', title: 'nginx cuts quiet sessions after 20 s', evidence: { isConfirmed: false, pingSeconds: 10 } })
  })

  it('proposes a ping that fits, where too few ran out to show at which age', async () => {
    expect(await findingOf(idleTimeout, [...healthyVisits(30), ...idle(4, 10)])).toMatchObject({ title: 'nginx cuts quiet sessions at proxy_read_timeout', sessions: 4, evidence: { timeoutsSeconds: [], pingSeconds: 5 } })
  })

  it('names an age once, though two timers read alike', async () => {
    const found = await findingOf(idleTimeout, [...healthyVisits(400), ...idle(60, 60.75), ...idle(60, 61.25)])
    expect(found).toMatchObject({ title: 'nginx cuts quiet sessions after 61 s', evidence: { timeoutsSeconds: [60.7, 61.2] } })
  })

  it('is only told of an hour of silence', async () => {
    expect(await findingOf(idleTimeout, [...healthyVisits(100), ...idle(60, 3600)])).toMatchObject({ severity: 'info', fix: { nginx: '' }, title: 'nginx cuts quiet sessions after 1 h' })
  })

  it('puts no path of a client into the lines to paste', async () => {
    expect((await findingOf(idleTimeout, [...healthyVisits(100), ...idle(60, 60, { path: '/a;include%20x;/ws' })]))?.fix.nginx).toContain('# in the location of /ws/\n')
  })

  it.each([
    ['healthy sessions', healthyVisits(300)],
    ['two that ran out', [...healthyVisits(100), ...idle(2, 60)]],
    ['three of a thousand', [...healthyVisits(1000), ...idle(3, 60)]],
    ['quiet ones without a line', [...healthyVisits(200), ...idle(60, 60).map((visit) => ({ ...visit, said: undefined }))]],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(idleTimeout, visits)).toBeUndefined()
  })
})
