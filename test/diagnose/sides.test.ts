import { describe, expect, it } from 'vitest'
import { clientLost } from '../../src/diagnose/client-lost.ts'
import { clientReset } from '../../src/diagnose/client-reset.ts'
import { clientStalled } from '../../src/diagnose/client-stalled.ts'
import { upstreamLost } from '../../src/diagnose/upstream-lost.ts'
import { upstreamReset } from '../../src/diagnose/upstream-reset.ts'
import { healthyVisits, SAID, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'

/** Of a healthy log, every `nth` session ends so. */
const some = (nth: number, more: Partial<Visit>): Visit[] => healthyVisits(400).map((visit, index) => (index % nth === 0 ? { ...visit, ...more } : visit))

/** The sessions that one upstream has open at a moment all end in it. */
const killed = (more: (index: number) => Partial<Visit>): Visit[] => healthyVisits(500).map((visit, index): Visit => (visit.at < 900 && visit.at + visit.seconds > 900 && visit.upstream === '10.0.0.1:8080' ? { ...visit, seconds: 900.1 - visit.at, ...more(index) } : visit))

describe.each([
  ['client-reset', clientReset, SAID.clientReset],
  ['client-lost', clientLost, SAID.clientLost],
  ['client-stalled', clientStalled, SAID.clientStalled],
] as const)('%s', (code, rule, said) => {
  it('warns when it is unusually often', async () => {
    expect(await findingOf(rule, some(10, { said }))).toMatchObject({ code, severity: 'warning', layer: 'client', sessions: 40, share: 0.1 })
  })

  it('is silent about a few in a hundred', async () => {
    expect(await findingOf(rule, some(25, { said }))).toBeUndefined()
  })
})

describe('client-reset', () => {
  it('says what nearly all of them have in common', async () => {
    expect((await findingOf(clientReset, some(10, { said: SAID.clientReset, path: '/ws/old' })))?.detail).toContain('Nearly all were at /ws/old.')
  })
})

describe('upstream-reset', () => {
  it('names the one upstream that does it', async () => {
    expect(await findingOf(upstreamReset, some(20, { said: SAID.upstreamReset, upstream: '10.0.0.3:8080' }))).toMatchObject({ severity: 'warning', layer: 'upstream', sessions: 20, title: 'The application at 10.0.0.3:8080 resets 5 % of sessions' })
  })

  it('is silent about two', async () => {
    expect(await findingOf(upstreamReset, some(200, { said: SAID.upstreamReset }))).toBeUndefined()
  })

  it('leaves those of a restart to upstream-restart', async () => {
    const restart = killed((index) => (index % 3 === 0 ? { said: SAID.upstreamReset } : {}))
    expect(await findingOf(upstreamReset, restart)).toBeUndefined()
  })

  it('says when they come in one moment: then a process may have died', async () => {
    expect((await findingOf(upstreamReset, killed(() => ({ said: SAID.upstreamReset }))))?.detail).toContain('ended in one moment with others at 10.0.0.1:8080: a process there may have died.')
  })
})

describe('upstream-lost', () => {
  it('advises TCP keepalive', async () => {
    expect(await findingOf(upstreamLost, some(20, { said: SAID.upstreamLost, upstream: '10.0.0.3:8080' }))).toMatchObject({ severity: 'warning', sessions: 20, fix: { nginx: '# in the location of /ws/\nproxy_socket_keepalive on;' } })
  })

  it('is silent about healthy sessions', async () => {
    expect(await findingOf(upstreamLost, healthyVisits(300))).toBeUndefined()
  })
})
