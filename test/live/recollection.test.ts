import { describe, expect, it } from 'vitest'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { Recollection } from '../../src/live/recollection.ts'
import type { SessionEvent } from '../../src/session/session.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { NOON } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'a:1' }
const OWN = endingVerdict('closed', 'guess')

/** A recollection of so many, what it has settled so far, and a way to add a session that was seen at a ms. */
const remembering = (capacity: number) => {
  const memory = new Recollection(capacity)
  const settled: string[] = []
  const maker = new EventMaker()
  const add = (index: number, seenAtMs = index): void => void memory.add(maker.event({ ...SESSION, path: `/${index}` }) as SessionEvent, maker.names, { own: OWN, pane: 0, seenAtMs }, ({ path }) => settled.push(path))
  return { memory, settled, add, settle: (untilMs: number): void => memory.settle(untilMs, ({ path }) => settled.push(path)) }
}

describe('Recollection', () => {
  it('settles each session once, in their order, up to a time', () => {
    const { settled, add, settle } = remembering(10)
    times(5, (index) => index).forEach((index) => add(index))
    settle(3)
    expect(settled).toEqual(['/0', '/1', '/2'])
    settle(3)
    settle(Number.POSITIVE_INFINITY)
    expect(settled).toEqual(['/0', '/1', '/2', '/3', '/4'])
  })

  it('settles those that it has no room for as they are, and no other one', () => {
    const { settled, add, settle } = remembering(4)
    times(6, (index) => index).forEach((index) => add(index))
    expect(settled).toEqual(['/0', '/1'])
    settle(Number.POSITIVE_INFINITY)
    expect(settled).toEqual(['/0', '/1', '/2', '/3', '/4', '/5'])
    add(7)
    expect(settled).toHaveLength(6)
  })
})
