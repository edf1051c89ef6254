import { describe, expect, it } from 'vitest'
import { doubleSockets } from '../../src/diagnose/double-sockets.ts'
import { flappingClients } from '../../src/diagnose/flapping-clients.ts'
import { instantDrops } from '../../src/diagnose/instant-drops.ts'
import { healthyVisits, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const random = new Seeded(7)
const instant = (count: number, more: Partial<Visit> = {}): Visit[] => times(count, (index) => ({ at: random.next() * 1800, seconds: 0.01 + random.next() * 0.2, bytes: 4, client: `198.51.100.${index % 150}`, ...more }))

describe('instant-drops', () => {
  it('says what they got before they ended', async () => {
    expect(await findingOf(instantDrops, [...healthyVisits(300), ...instant(100)])).toMatchObject({ severity: 'warning', title: '25 % of sessions end within a second of their 101', evidence: { sessions: 100, closeFrameOnly: 100 }, detail: expect.stringContaining('100 % only a Close frame') })
  })

  it('takes those of one address for a monitor', async () => {
    expect(await findingOf(instantDrops, [...healthyVisits(300), ...instant(100, { client: '192.0.2.7' })])).toMatchObject({ severity: 'info', title: expect.stringContaining('it may be a monitor') })
  })

  it.each([
    ['healthy sessions', healthyVisits(400)],
    ['a few', [...healthyVisits(400), ...instant(20)]],
    ['sessions that are short by nature', healthyVisits(400).map((visit) => ({ ...visit, seconds: visit.seconds / 60 }))],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(instantDrops, visits)).toBeUndefined()
  })
})

/** Again and again, a pause between. */
const flapping = (client: string, count: number, from = 0): Visit[] => times(count, (index) => ({ at: from + index * 5, seconds: 2 + (index % 3), bytes: 20, client }))

describe('flapping-clients', () => {
  it('warns of several clients that cost a good part of all sessions', async () => {
    expect(await findingOf(flappingClients, [...healthyVisits(300), ...flapping('192.0.2.1', 40), ...flapping('192.0.2.2', 30), ...flapping('192.0.2.3', 20)])).toMatchObject({
      severity: 'warning', sessions: 90, title: '3 clients reconnect again and again and never stay', evidence: { clients: [{ client: '192.0.2.1', sessions: 40 }, { client: '192.0.2.2', sessions: 30 }, { client: '192.0.2.3', sessions: 20 }] },
    })
  })

  it('notes one: it may be a monitor', async () => {
    expect(await findingOf(flappingClients, [...healthyVisits(300), ...flapping('192.0.2.1', 60)])).toMatchObject({ severity: 'info', title: '1 client reconnects again and again and never stays' })
  })

  it.each([
    ['healthy sessions', healthyVisits(400)],
    ['many users behind one address', [...healthyVisits(300), ...times(80, (): Visit => ({ at: random.next() * 300, seconds: 2 + random.next() * 8, client: '192.0.2.1' }))]],
    ['clients that are as short as all others', healthyVisits(300).map((visit, index) => ({ ...visit, at: index * 5, seconds: 2, client: '192.0.2.1' }))],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(flappingClients, visits)).toBeUndefined()
  })
})

/** Each of some clients opens two sockets at every start; of the second, `wasted` decides how long it lives. */
const doubling = (clients: number, secondLives: (first: number) => number): Visit[] =>
  times(clients, (client) => times(4, (start) => {
    const visit = { at: client * 3 + start * 300, seconds: 100 + client, client: `192.0.2.${client}` }
    return [visit, { ...visit, at: visit.at + 0.3, seconds: secondLives(visit.seconds) }]
  }).flat()).flat()

describe('double-sockets', () => {
  it('warns where one of the two is thrown away', async () => {
    expect(await findingOf(doubleSockets, [...healthyVisits(200), ...doubling(10, () => 0.5)])).toMatchObject({ severity: 'warning', sessions: 40, title: '10 clients open two sockets at a time to the same path', evidence: { oneEndedSoon: 40 } })
  })

  it('notes it where both live', async () => {
    expect(await findingOf(doubleSockets, [...healthyVisits(200), ...doubling(10, (first) => first)])).toMatchObject({ severity: 'info', evidence: { oneEndedSoon: 0 } })
  })

  it.each([
    ['healthy sessions', healthyVisits(400)],
    ['sockets to two paths', [...healthyVisits(200), ...doubling(10, (first) => first).map((visit, index) => (index % 2 === 0 ? visit : { ...visit, path: '/ws/news' }))]],
    ['many users behind one address', [...healthyVisits(200), ...times(300, (): Visit => ({ at: random.next() * 600, seconds: 60, client: '192.0.2.1' }))]],
  ])('is silent about %s', async (_, visits) => {
    expect(await findingOf(doubleSockets, visits)).toBeUndefined()
  })
})
