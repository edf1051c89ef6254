import { describe, expect, it } from 'vitest'
import { blackout } from '../../src/diagnose/blackout.ts'
import { reconnectStorm } from '../../src/diagnose/reconnect-storm.ts'
import { healthyVisits, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { times } from '../helpers/seeded.ts'

const busy = healthyVisits(1200).map((visit): Visit => ({ ...visit, seconds: Math.min(visit.seconds, 50) }))
/** No line from 15:00 to 18:00 minutes. */
const gap = busy.filter(({ at, seconds }) => at + seconds < 900 || at > 1080)
const rush = times(300, (index): Visit => ({ at: 1085 + index / 10, seconds: 100 + index, client: `198.51.100.${index % 200}` }))

describe('blackout', () => {
  it('says how long, and that a log may be missing', async () => {
    expect(await findingOf(blackout, gap)).toMatchObject({ severity: 'warning', layer: 'unknown', title: expect.stringMatching(/^No traffic at all for [23] minutes: an outage, or a log that is missing$/) })
  })

  it('knows when nginx was stopped', async () => {
    expect(await findingOf(blackout, gap, { further: [[899, 'notice', 'signal 15 (SIGTERM) received from 1, exiting', 1]] })).toMatchObject({ layer: 'nginx', detail: expect.stringContaining('nginx was stopped around then.') })
  })

  it('is silent about a server that was taken out of service', async () => {
    expect(await findingOf(blackout, [...busy, ...times(40, (index): Visit => ({ at: 1700, seconds: 100 + index * 71 }))])).toBeUndefined()
  })

  it('is silent about steady traffic', async () => {
    expect(await findingOf(blackout, busy)).toBeUndefined()
  })
})

describe('reconnect-storm', () => {
  it('warns of one that follows a break', async () => {
    expect(await findingOf(reconnectStorm, [...gap, ...rush])).toMatchObject({ severity: 'warning', layer: 'client', title: 'Clients reconnect all at once after a gap without any traffic' })
  })

  it('notes a rush that nothing came before', async () => {
    expect(await findingOf(reconnectStorm, [...busy, ...rush])).toMatchObject({ severity: 'info', title: 'A rush of handshakes, many times the usual' })
  })

  it('warns of a rush that was not borne', async () => {
    expect(await findingOf(reconnectStorm, [...busy, ...rush.map((visit, index): Visit => (index % 2 === 0 ? { ...visit, status: 502, seconds: 0.001 } : visit))])).toMatchObject({ severity: 'warning' })
  })

  it('is silent about steady traffic', async () => {
    expect(await findingOf(reconnectStorm, busy)).toBeUndefined()
  })
})
