import { describe, expect, it } from 'vitest'
import { noHeartbeat } from '../../src/diagnose/no-heartbeat.ts'
import { healthyVisits, SAID, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const idle = (count: number, seconds: number, more: Partial<Visit> = {}): Visit[] => {
  const random = new Seeded(count)
  return times(count, (index) => ({ at: random.next() * count * 7, seconds: seconds + 0.001, bytes: 0, client: `198.51.100.${index % 90}`, said: SAID.idle, ...more }))
}

describe('no-heartbeat', () => {
  it('advises pings below the shortest timer of any hop', async () => {
    const edge = idle(60, 30, { client: '192.0.2.9' }).map((visit) => ({ ...visit, said: undefined }))
    const finding = await findingOf(noHeartbeat, [...healthyVisits(40), ...idle(100, 60), ...edge])
    expect(finding).toMatchObject({ severity: 'warning', sessions: 160, title: 'Quiet sessions have no heartbeat: a ping every 15 s would keep them', evidence: { timersSeconds: [30, 60], pingSeconds: 15 } })
  })

  it('does not promise anything of a timer that nobody knows', async () => {
    expect(await findingOf(noHeartbeat, [...healthyVisits(40), ...idle(100, 60)], { level: 'none' })).toMatchObject({ title: expect.stringContaining('may keep them') })
  })

  it.each([
    ['healthy sessions', healthyVisits(300)],
    ['a few idle ones among many busy ones', [...healthyVisits(1500), ...idle(40, 60)]],
    ['idle ones among pinged ones that are as old', [...healthyVisits(300).map((visit) => ({ ...visit, seconds: visit.seconds + 100 })), ...idle(60, 60)]],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(noHeartbeat, visits)).toBeUndefined()
  })
})
