import { describe, expect, it } from 'vitest'
import { News } from '../../src/live/news.ts'
import type { EventReport, Finding } from '../../src/report/report.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 8)
const iso = (ms: number): string => new Date(ms).toISOString()

const event = (parts: Partial<EventReport> = {}): EventReport => ({ kind: 'upstream-restart', at: iso(NOW_MS - 10_000), until: iso(NOW_MS - 9000), sessions: 12, upstream: '10.0.0.1:80', detail: 'gone', ...parts })

const finding = (parts: Partial<Finding> = {}): Finding => ({
  code: 'idle-timeout', severity: 'warning', layer: 'nginx', title: 'nginx cuts quiet sessions after 60 s', detail: '', sessions: 5, share: 0.1, sessionsPerDay: 1, evidence: {}, fix: { text: '', nginx: '' }, source: '', ...parts,
})

describe('events', () => {
  it('are told once, though every look finds them again, a little elsewhere', () => {
    const news = new News()
    news.lookAtEvents([event()], NOW_MS)
    news.lookAtEvents([event({ at: iso(NOW_MS - 9500), sessions: 13 })], NOW_MS + 2000)
    expect(news.take()).toMatchObject([{ kind: 'event', event: 'upstream-restart', sessions: 12, upstream: '10.0.0.1:80' }])
    expect(news.take()).toEqual([])
    expect(news.events).toHaveLength(1)
  })

  it('of another upstream, another kind or another time are others', () => {
    const news = new News()
    news.lookAtEvents([event(), event({ upstream: '10.0.0.2:80' }), event({ kind: 'ends-together', upstream: null }), event({ at: iso(NOW_MS - 60_000) })], NOW_MS)
    expect(news.take()).toHaveLength(4)
  })

  it('wait until they are over, so that their figures are whole', () => {
    const news = new News()
    const going = event({ until: iso(NOW_MS - 500) })
    news.lookAtEvents([going], NOW_MS)
    expect(news.take()).toEqual([])
    news.lookAtEvents([{ ...going, sessions: 40 }], NOW_MS + 2000)
    expect(news.take()).toMatchObject([{ sessions: 40 }])
  })

  it('are told of a blackout and of a storm while they last', () => {
    const news = new News()
    news.lookAtEvents([event({ kind: 'blackout', until: null }), event({ kind: 'reconnect-storm', until: iso(NOW_MS + 30_000) })], NOW_MS)
    expect(news.take()).toMatchObject([{ event: 'blackout' }, { event: 'reconnect-storm' }])
  })

  it('of a reload are told at once, and again when the sessions that it cut show', () => {
    const news = new News()
    const reload = event({ kind: 'reload', upstream: null, until: null, sessions: 0 })
    news.lookAtEvents([reload], NOW_MS)
    news.lookAtEvents([reload], NOW_MS + 2000)
    news.lookAtEvents([{ ...reload, sessions: 18 }], NOW_MS + 4000)
    news.lookAtEvents([{ ...reload, sessions: 19 }], NOW_MS + 6000)
    expect(news.take().map(({ sessions }) => sessions)).toEqual([0, 18])
  })

  it('that nobody takes do not pile up', () => {
    const news = new News()
    for (let times = 0; times < 1000; times++) news.tell('threshold-crossed', { atMs: NOW_MS + times, detail: String(times) })
    expect(news.events).toHaveLength(200)
    expect(news.events[0]).toMatchObject({ detail: '999' })
    expect(news.take()).toHaveLength(200)
  })
})

describe('findings', () => {
  it('become true once, with the time from which on, whatever their figures are by then', () => {
    const news = new News()
    news.lookAtFindings([finding()], NOW_MS)
    news.lookAtFindings([finding({ title: 'nginx cuts quiet sessions after 61 s', sessions: 9 })], NOW_MS + 2000)
    expect(news.take()).toMatchObject([{ event: 'finding', detail: 'nginx cuts quiet sessions after 60 s' }])
    expect(news.findings).toMatchObject([{ since: iso(NOW_MS), finding: { sessions: 9 } }])
  })

  it('go away when three looks in a row do not find them', () => {
    const news = new News()
    news.lookAtFindings([finding()], NOW_MS)
    news.take()
    news.lookAtFindings([], NOW_MS + 1)
    news.lookAtFindings([], NOW_MS + 2)
    expect(news.findings).toHaveLength(1)
    news.lookAtFindings([finding()], NOW_MS + 3)
    news.lookAtFindings([], NOW_MS + 4)
    news.lookAtFindings([], NOW_MS + 5)
    expect(news.take()).toEqual([])
    news.lookAtFindings([], NOW_MS + 6)
    expect(news.findings).toEqual([])
    expect(news.take()).toMatchObject([{ event: 'finding-gone' }])
    expect(news.gone).toEqual([{ code: 'idle-timeout', title: 'nginx cuts quiet sessions after 60 s', at: iso(NOW_MS + 6) }])
  })

  it('that only inform are shown, and make no event', () => {
    const news = new News()
    news.lookAtFindings([finding({ severity: 'info' })], NOW_MS)
    for (let look = 0; look < 3; look++) news.lookAtFindings([], NOW_MS)
    expect(news.take()).toEqual([])
    expect(news.gone).toHaveLength(1)
  })

  it('of two layers are two', () => {
    const news = new News()
    news.lookAtFindings([finding(), finding({ layer: 'upstream' })], NOW_MS)
    expect(news.findings).toHaveLength(2)
  })
})

describe('events of which nobody knows how many sessions they took', () => {
  it('are told at once, and again when that shows', () => {
    const news = new News()
    const crash = event({ kind: 'worker-crash', sessions: null, upstream: null })
    news.lookAtEvents([crash], NOW_MS)
    news.lookAtEvents([crash], NOW_MS + 1000)
    expect(news.take()).toMatchObject([{ event: 'worker-crash', sessions: null }])
    news.lookAtEvents([{ ...crash, sessions: 7 }], NOW_MS + 2000)
    news.lookAtEvents([{ ...crash, sessions: 9 }], NOW_MS + 3000)
    expect(news.take()).toMatchObject([{ event: 'worker-crash', sessions: 7 }])
  })

  it('are remembered up to a number, the latest of them', () => {
    const news = new News()
    const many = Array.from({ length: 300 }, (_, index) => event({ upstream: `10.0.${index}.1:80` }))
    news.lookAtEvents(many, NOW_MS)
    const told = news.take().length
    expect(told).toBeLessThan(300)
    expect(news.events).toHaveLength(told)
    news.lookAtEvents(many.slice(-1), NOW_MS)
    expect(news.take(), 'of the latest nothing is said twice').toEqual([])
    news.lookAtEvents(many.slice(0, 1), NOW_MS)
    expect(news.take()).toHaveLength(1)
  })
})
