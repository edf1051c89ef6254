import { describe, expect, it } from 'vitest'
import { HandshakeSample, type SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import { endingVerdict } from '../../src/cause/verdict.ts'
import { HandshakeRows, Kind } from '../../src/session/handshake-rows.ts'
import { EventMaker, type PlainEvent } from '../helpers/events.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
/** Up to twice as many less one are all kept. */
const CAPACITY = 8192

const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80', userAgent: 'okhttp/4.12.0' }

/** So many sessions of three upstreams, as 5:3:2. */
const sessions = (random: Seeded, count: number): PlainEvent[] =>
  times(count, () => {
    const endedAtMs = NOON + random.int(0, 86_400) * 1000
    const durationMs = Math.round(random.logNormal({ median: 60_000, sigma: 1.5 }))
    const upstream = random.pick(['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c'])
    return { ...SESSION, endedAtMs, durationMs, startedAtMs: endedAtMs - durationMs, bytesToClient: random.int(0, 1000), upstream, client: `10.0.0.${random.int(0, 100)}` }
  })

const sampleOf = (events: readonly PlainEvent[]): HandshakeSample => {
  const sample = new HandshakeSample()
  const maker = new EventMaker()
  sample.addRows(maker.rows(events), Kind.session, maker.names)
  return sample
}

const textOf = ({ key, endedAtMs, startedAtMs, bytesToClient, client, upstream }: SampledHandshake): string => [key, endedAtMs, startedAtMs, bytesToClient, client, upstream].join(' ')
const texts = (rows: readonly SampledHandshake[]): string[] => rows.map(textOf).sort()

/** Every session with its key, by adding them to samples that keep all. */
const keyed = (events: readonly PlainEvent[]): readonly SampledHandshake[] =>
  times(Math.ceil(events.length / CAPACITY), (index) => sampleOf(events.slice(index * CAPACITY, (index + 1) * CAPACITY))).flatMap(({ rows }) => rows)

/** What a sample owes: all whose keys are below its limit, and nobody else; enough of them. */
const expectFair = (sample: HandshakeSample, all: readonly SampledHandshake[]): void => {
  const limit = sample.share * 2 ** 32
  expect(texts(sample.rows)).toEqual(texts(all.filter(({ key }) => key < limit)))
  expect(sample.rows.length).toBeGreaterThanOrEqual(CAPACITY * 0.99)
  expect(sample.rows.length).toBeLessThan(CAPACITY * 2)
}

describe('HandshakeSample', () => {
  it('keeps all of a handshake that a pattern may need', () => {
    const verdict = endingVerdict('idle-timeout', 'confirmed')
    const event = { ...SESSION, tries: 3, isComplete: false, verdict, isExplained: true }
    expect(sampleOf([event]).rows).toEqual([{
      key: expect.any(Number), status: 101, endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80', userAgent: 'okhttp/4.12.0',
      tries: 3, isComplete: false, verdict, isExplained: true,
    }])
  })

  it('comes back from JSON with verdicts that are the same objects, and with what is not told', () => {
    const event = { ...SESSION, durationMs: Number.NaN, bytesToClient: -1, verdict: endingVerdict('client-lost', 'confirmed') }
    const [row] = HandshakeSample.fromJSON(JSON.parse(JSON.stringify(sampleOf([event])))).rows
    expect(row).toEqual(sampleOf([event]).rows[0])
    expect(row!.verdict).toBe(event.verdict)
    expect(row!.isComplete).toBeUndefined()
  })

  it('keeps all of 16,383, half of one more', () => {
    const events = sessions(new Seeded(1), CAPACITY * 2)
    const all = sampleOf(events.slice(1))
    expect(all.share).toBe(1)
    expect(all.rows).toHaveLength(CAPACITY * 2 - 1)
    const half = sampleOf(events)
    expect(half.share).toBeCloseTo(0.5, 1)
    expect(half.rows).toHaveLength(CAPACITY)
  })

  it.each([1, 2])('of many keeps those with the smallest keys, whatever their order (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const events = sessions(random, 30_000)
    const all = keyed(events)
    expectFair(sampleOf(events), all)
    expectFair(sampleOf(events.toSorted((a, b) => a.endedAtMs - b.endedAtMs)), all)
    expectFair(sampleOf(events.toSorted((a, b) => b.durationMs - a.durationMs)), all)
  })

  it('is as fair when merged from parts of any size, also through JSON', () => {
    const random = new Seeded(3)
    const events = sessions(random, 30_000)
    const merged = new HandshakeSample()
    for (const [from, to] of [[0, 100], [100, 18_000], [18_000, 23_000], [23_000, 30_000]] as const) {
      const part = sampleOf(events.slice(from, to))
      merged.merge(from === 100 ? HandshakeSample.fromJSON(JSON.parse(JSON.stringify(part))) : part)
    }
    expectFair(merged, keyed(events))
  })

  it('has the lower limit of two that are merged, though all would have room', () => {
    const events = sessions(new Seeded(4), 20_000)
    const [many, few] = [sampleOf(events.slice(0, 17_000)), sampleOf(events.slice(17_000))]
    const { share } = many
    expect(share).toBeLessThan(1)
    few.merge(many)
    expect(few.share).toBe(share)
    expectFair(few, keyed(events))
  })

  it.each([4, 5, 6])('favours nobody: shares are those of all, and so is the number (seed %i)', (seed) => {
    const events = sessions(new Seeded(seed), 60_000).sort((a, b) => a.endedAtMs - b.endedAtMs)
    const { rows, share } = sampleOf(events)
    const shareOf = (fits: (one: Pick<SampledHandshake, 'upstream' | 'endedAtMs' | 'durationMs' | 'bytesToClient'>) => boolean): [number, number] => [
      rows.filter(fits).length / rows.length,
      events.filter((event) => fits({ ...event, upstream: event.upstream! })).length / events.length,
    ]
    // The deviation of a share of 8,192 is half a percent at most; four times that.
    for (const [kept, real] of [
      shareOf(({ upstream }) => upstream === 'c'), shareOf(({ endedAtMs }) => endedAtMs < NOON + 3_600_000), shareOf(({ durationMs }) => durationMs < 10_000), shareOf(({ bytesToClient }) => bytesToClient < 100),
    ]) expect(Math.abs(kept - real)).toBeLessThan(0.022)
    expect(rows.length / share / events.length).toBeGreaterThan(0.95)
    expect(rows.length / share / events.length).toBeLessThan(1.05)
  })

  it('spreads keys also where the log tells only whole seconds and no durations', () => {
    const keys = new Set(sampleOf(times(10_000, (index) => ({ ...SESSION, endedAtMs: NOON + index * 1000, startedAtMs: NOON + index * 1000, durationMs: Number.NaN, bytesToClient: -1 }))).rows.map(({ key }) => key))
    expect(keys.size).toBeGreaterThan(9990)
    const quarters = [0, 0, 0, 0]
    for (const key of keys) quarters[Math.floor(key / 2 ** 30)]!++
    for (const count of quarters) expect(count).toBeGreaterThan(2200)
  })

  it('relabels in place: only those that get another verdict', () => {
    const [guess, likely] = [endingVerdict('closed', 'guess'), endingVerdict('edge-idle-timeout', 'likely')]
    const sample = sampleOf([SESSION, { ...SESSION, client: '10.0.0.2' }])
    const before = [...sample.rows]
    sample.relabel(({ client }) => (client === '10.0.0.2' ? likely : undefined))
    expect(sample.rows.map(({ verdict }) => verdict)).toEqual([guess, likely])
    expect(sample.rows[0]).toBe(before[0])
    expect(before[1]!.verdict).toBe(guess)
  })

  it('has a copy that goes its own way', () => {
    const sample = sampleOf([SESSION])
    const copy = sample.copy()
    expect([copy.rows, copy.share]).toEqual([sample.rows, 1])
    const maker = new EventMaker()
    copy.addRows(maker.rows([{ ...SESSION, client: '10.0.0.2' }]), Kind.session, maker.names)
    copy.relabel(() => endingVerdict('edge-idle-timeout', 'likely'))
    expect([copy.rows.length, sample.rows.length]).toEqual([2, 1])
    expect(sample.rows[0]!.verdict).toBe(endingVerdict('closed', 'guess'))
  })

  it('knows which handshakes it keeps, and so does an emptied one', () => {
    const events = sessions(new Seeded(7), 20_000)
    const sample = sampleOf(events)
    const empty = sample.emptied()
    expect([empty.rows, empty.share]).toEqual([[], sample.share])
    const kept = new Set(sample.rows.map(({ key }) => key))
    for (const { key } of keyed(events)) expect(empty.keeps(key)).toBe(kept.has(key))
    const limit = sample.share * 2 ** 32
    expect([sample.keeps(limit - 1), sample.keeps(limit)]).toEqual([true, false])
    const maker = new EventMaker()
    expect(events.filter((event) => empty.holds(maker.event(event)))).toHaveLength(sample.rows.length)
  })

  it('takes those of one kind alone', () => {
    const maker = new EventMaker()
    const rows = new HandshakeRows(3)
    rows.push(Kind.session, maker.event(SESSION))
    rows.push(Kind.failure, maker.event({ ...SESSION, status: 502 }))
    rows.push(Kind.session, maker.event({ ...SESSION, client: '10.0.0.2' }))
    const statuses = (kind: Kind): number[] => {
      const sample = new HandshakeSample()
      sample.addRows(rows, kind, maker.names)
      return sample.rows.map(({ status }) => status)
    }
    expect([statuses(Kind.session), statuses(Kind.failure)]).toEqual([[101, 101], [502]])
  })

  it('is the same text in JSON whatever order the same handshakes came in, also where only their names differ', () => {
    const random = new Seeded(8)
    const events = [...sessions(random, 200), ...times(50, (index) => ({ ...SESSION, client: `10.0.1.${index % 10}`, path: `/ws/${index % 5}`, upstream: `u${index}` }))]
    const expected = JSON.stringify(sampleOf(events))
    expect(JSON.stringify(sampleOf(events.toReversed()))).toBe(expected)
    expect(JSON.stringify(sampleOf(events.toSorted((a, b) => a.upstream!.localeCompare(b.upstream!))))).toBe(expected)
    const { rows } = JSON.parse(expected) as { rows: readonly (readonly [number])[] }
    expect(rows.map(([key]) => key)).toEqual(rows.map(([key]) => key).sort((a, b) => a - b))
  })

  it.each([true, false, undefined])('comes back from JSON with whether the answer was sent whole: %s', (isComplete) => {
    const [row] = HandshakeSample.fromJSON(JSON.parse(JSON.stringify(sampleOf([{ ...SESSION, isComplete }])))).rows
    expect(row).toHaveProperty('isComplete', isComplete)
  })
})
