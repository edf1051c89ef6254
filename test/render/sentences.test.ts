import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { candidatesSentence, errorLogSentences, eventDetail, eventSessions, findingWorth, healthSentences, openSentence, unknownMessages } from '../../src/render/sentences.ts'
import type { ClusterReport, EventReport, Evidence, Finding, Health, Report } from '../../src/report/report.ts'
import { NO_EVIDENCE, reportOf } from '../helpers/sample-report.ts'

const zone = FixedOffsetZone.utcInstance
const EVENT: EventReport = { kind: 'reload', at: '2026-11-20T12:00:00.000Z', until: null, sessions: 3, upstream: null, detail: 'it was so' }
const CLUSTER: ClusterReport = { id: 'c1', seconds: 60, from: 59, to: 61, sessions: 40, quiet: 40, share: 0.4, expected: 1, cause: null, layer: 'unknown', confidence: 'guess', evidence: [], candidates: [], echoes: [] }

describe('an event', () => {
  it.each([
    [{ sessions: null }, 'sessions lost: not known'],
    [{ sessions: 0 }, ''],
    [{ sessions: 1 }, '1 session ended'],
    [{ sessions: 1200 }, '1,200 sessions ended'],
    [{ sessions: 5, kind: 'reconnect-storm' }, '5 sessions began'],
  ] as const)('%j', (parts, text) => {
    expect(eventSessions({ ...EVENT, ...parts })).toBe(text)
  })

  it('says nothing twice', () => {
    expect([eventDetail(EVENT), eventDetail({ ...EVENT, kind: 'nginx-start' })]).toEqual(['it was so', ''])
  })
})

describe('what a finding is worth', () => {
  const finding = { layer: 'nginx', sessions: 12, share: 0.1, sessionsPerDay: 67_085 } as Finding
  it.each([
    [{}, 'layer nginx, 12 in this log (10 %), about 67,000 a day at this rate'],
    [{ sessionsPerDay: 0 }, 'layer nginx, 12 in this log (10 %)'],
    [{ sessions: 0, sessionsPerDay: 0 }, 'layer nginx'],
  ])('%j', (parts, text) => {
    expect(findingWorth({ ...finding, ...parts })).toBe(text)
  })
})

describe('known timers of an age', () => {
  const product = (name: string, layer: ClusterReport['candidates'][number]['layer'], setting = ''): ClusterReport['candidates'][number] => ({ product: name, layer, setting, seconds: 60, source: '' })

  it('are none where no product fits', () => {
    expect(candidatesSentence(CLUSTER)).toBeUndefined()
  })

  it('stand by layer, nginx first and by its directive, four at most', () => {
    const candidates = [product('Kong (data plane)', 'nginx'), product('nginx', 'nginx', 'proxy_read_timeout (default)'), ...['A', 'B', 'B', 'C', 'D', 'E', 'F'].map((name) => product(name, 'edge')), product('Phoenix', 'upstream')]
    expect(candidatesSentence({ ...CLUSTER, candidates })).toBe('Known timers of 60 s – nginx: proxy_read_timeout, Kong; hop in front: A, B, C, D and 2 more; application: Phoenix.')
  })

  it.each([[59.96, '60 s'], [9.96, '10 s'], [5.04, '5 s'], [5.26, '5.3 s']])('name the age of %d s by its round number', (seconds, text) => {
    expect(candidatesSentence({ ...CLUSTER, seconds, candidates: [product('A', 'edge')] })).toBe(`Known timers of ${text} – hop in front: A.`)
  })

  it('name no other directive than the one that nginx logs', () => {
    const candidates = [product('nginx', 'nginx', 'proxy_read_timeout'), product('nginx', 'nginx', 'send_timeout')]
    expect(candidatesSentence({ ...CLUSTER, candidates, cause: 'idle-timeout' })).toBe('Known timers of 60 s – nginx: proxy_read_timeout.')
    expect(candidatesSentence({ ...CLUSTER, candidates })).toBe('Known timers of 60 s – nginx: proxy_read_timeout, send_timeout.')
  })
})

describe('what the error log says of itself', () => {
  const evidence: Evidence = { ...NO_EVIDENCE, errorLogLevel: 'info', join: 'exact', joined: { endings: 9, found: 7, ambiguous: 0 }, errorLogZone: { zone: '+00:00', from: 'access-log' } }

  it.each<[string, Partial<Evidence>, string[]]>([
    ['none', { joined: null }, []],
    ['all', {}, ["finest level held: info, its times in +00:00 (the access log's zone)", '7 of 9 lines on how sessions ended found theirs, by connection number']],
    ['several that fit', { join: 'approximate', joined: { endings: 9, found: 7, ambiguous: 2 } }, ["finest level held: info, its times in +00:00 (the access log's zone)", '7 of 9 lines on how sessions ended found theirs, by client, request and time, 2 handshakes had several that fit']],
    ['nothing of endings, and no zone', { joined: { endings: 0, found: 0, ambiguous: 0 }, errorLogZone: null, errorLogLevel: 'none' }, ['finest level held: none', 'no line in it tells how a session ended']],
  ])('%s', (_, parts, sentences) => {
    expect(errorLogSentences({ ...evidence, ...parts })).toEqual(sentences)
  })

  it.each([
    [[], undefined],
    [[1], '1 line says what wslog does not know'],
    [[1, 4], '5 lines say what wslog does not know'],
  ])('what it says that nobody knows: %j', (counts, sentence) => {
    const messages = [...counts.map((count) => ({ message: null, text: 'strange', level: 'warn', count })), { message: 'known', text: 'known', level: 'warn', count: 9 }]
    expect(unknownMessages({ ...evidence, messages })?.sentence).toBe(sentence)
  })
})

describe('the health of a log', () => {
  const BASE = reportOf([{}])
  const OK: Health = { status: 'ok', badFrom: null, badTo: null, badMinutes: 0, isOngoing: false, reasons: [] }
  const report = (health: Partial<Health>, { attempts = 100, succeeded = 100, faults = 0, parts = {} }: { attempts?: number; succeeded?: number; faults?: number; parts?: Partial<Report> } = {}): Report => ({
    ...BASE,
    health: { ...OK, ...health },
    handshakes: { ...BASE.handshakes, attempts, succeeded, successRate: succeeded / attempts, failures: succeeded < attempts ? [{ cause: 'refused', layer: 'upstream', confidence: 'likely', status: 502, count: attempts - succeeded, share: 1 - succeeded / attempts }] : [] },
    sessions: { ...BASE.sessions, count: succeeded },
    drops: { count: succeeded, faults, perMinute: { mean: null, p50: null, p95: null, max: null, maxAt: null } },
    endings: faults > 0 ? [{ cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', sessions: faults, share: faults / succeeded }] : [],
    clusters: [], paths: [], upstreams: [],
    ...parts,
  })
  const CUT = /At least \d+ of \d+ sessions were cut/

  it.each<[string, Report, (string | RegExp)[]]>([
    ['nothing to judge', report({ status: 'unknown' }, { parts: { lines: { ...BASE.lines, filtered: 0 } } }), ['Nothing to judge: no WebSocket handshake in this log.']],
    ['all filtered out', report({ status: 'unknown' }, { parts: { lines: { ...BASE.lines, parsed: 0, filtered: 1200 } } }), ['Nothing to judge: all 1,200 lines lie outside of what was asked for.']],
    ['some filtered out, the others no handshakes', report({ status: 'unknown' }, { parts: { lines: { ...BASE.lines, parsed: 3, filtered: 5 } } }), ['Nothing to judge: no WebSocket handshake in this log.']],
    ['healthy', report({}), ['Healthy: 100 % of 100 handshakes reached 101.']],
    ['failing', report({ status: 'failing', reasons: ['success-rate'] }, { succeeded: 20 }), ['Failing: only 20 % of 100 handshakes reached 101.', 'Handshakes fail most at layer upstream (80): the backend refuses connections.']],
    ['failing, and cut', report({ status: 'failing', reasons: ['success-rate'] }, { succeeded: 20, faults: 5 }), ['Failing: only 20 % of 100 handshakes reached 101.', CUT, /^Handshakes fail most/]],
    ['cut only', report({ status: 'degraded', reasons: ['faults'] }, { faults: 50 }), ['At least 50 of 100 sessions were cut (50 %): 50 at layer nginx; silent for proxy_read_timeout (confirmed).', '100 % of 100 handshakes reached 101.']],
    ['more cut than failed', report({ status: 'degraded', reasons: ['faults', 'success-rate'] }, { succeeded: 95, faults: 50 }), [CUT, '95 % of 100 handshakes reached 101, 5 failed.', /^Handshakes fail most/]],
    ['more failed than cut', report({ status: 'degraded', reasons: ['faults', 'success-rate'] }, { succeeded: 80, faults: 5 }), ['Not healthy: 80 % of 100 handshakes reached 101, 20 failed.', CUT, /^Handshakes fail most/]],
    ['an age that nobody explains', report({ status: 'degraded', reasons: ['idle-timer'] }), ['Not healthy: 100 % of 100 handshakes reached 101, quiet sessions end at one age.']],
    ['one bad minute', report({ status: 'degraded', reasons: ['drop-spikes'], badMinutes: 1, badFrom: '2026-11-20T12:00:00.000Z', badTo: '2026-11-20T12:00:00.000Z' }), ['Not healthy: 100 % of 100 handshakes reached 101.', 'One bad minute: 12:00 (more drops than usual).']],
    ['several to the end', report({ status: 'degraded', reasons: ['drop-spikes', 'success-rate'], badMinutes: 9, isOngoing: true, badFrom: '2026-11-20T12:00:00.000Z', badTo: '2026-11-20T12:30:00.000Z' }), ['Not healthy: 100 % of 100 handshakes reached 101.', '9 bad minutes from 12:00 to 12:30, and still so at the end of the log (more drops than usual; handshakes fail).']],
    ['most drops in a minute', report({}, { parts: { drops: { count: 100, faults: 0, perMinute: { mean: 2.5, p50: 1, p95: 4, max: 40, maxAt: '2026-11-20T12:07:00.000Z' } } } }), ['Healthy: 100 % of 100 handshakes reached 101.', 'Most drops in one minute: 40 at 12:07, 2.5 on average.']],
  ])('%s', (_, of, sentences) => {
    const said = healthSentences(of, zone)
    expect(said).toEqual(sentences.map((sentence) => (typeof sentence === 'string' ? sentence : expect.stringMatching(sentence) as string)))
  })

  it('is cut for certain where the error log tells all', () => {
    expect(healthSentences(report({ status: 'degraded', reasons: ['faults'] }, { faults: 50, parts: { evidence: { ...NO_EVIDENCE, errorLogLevel: 'info' } } }), zone)[0]).toMatch(/^50 of 100 sessions were cut/)
  })

  it('adds up the causes of a layer, and names the one that is most often', () => {
    const endings: Report['endings'] = [
      { cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed', sessions: 30, share: 0.3 }, { cause: 'worker-shutdown', layer: 'nginx', confidence: 'likely', sessions: 15, share: 0.15 },
      { cause: 'client-lost', layer: 'client', confidence: 'likely', sessions: 5, share: 0.05 }, { cause: 'closed', layer: 'unknown', confidence: 'likely', sessions: 50, share: 0.5 },
    ]
    expect(healthSentences(report({ status: 'degraded', reasons: ['faults'] }, { faults: 50, parts: { endings } }), zone)[0]).toBe('At least 50 of 100 sessions were cut (50 %): 45 at layer nginx, 5 at layer client; most often silent for proxy_read_timeout (30, confirmed).')
  })

  describe('names what drops most', () => {
    const most = (parts: Partial<Report>, faults = 0): string | undefined => healthSentences(report({}, { faults, parts }), zone).find((sentence) => sentence.startsWith('Of '))
    const row = (name: string, drops: number): Report['paths'][number] => ({ name, attempts: drops, successRate: 1, sessions: drops, drops, faults: 0, p50: null, p95: null })
    const values = { values: 4, error: 0 }
    const rankings: Report['rankings'] = { upstreams: values, hosts: values, paths: values, clients: values, userAgents: values }

    it.each<[string, Partial<ClusterReport>, string | undefined]>([
      ['all quiet', { sessions: 40, quiet: 40 }, 'Of 100 drops: 40 % at the age of 60 s (all quiet).'],
      ['none quiet', { sessions: 40, quiet: 0 }, 'Of 100 drops: 40 % at the age of 60 s.'],
      ['a quarter quiet', { sessions: 40, quiet: 10 }, 'Of 100 drops: 40 % at the age of 60 s (25 % quiet).'],
      ['not told', { sessions: 40, quiet: null }, 'Of 100 drops: 40 % at the age of 60 s.'],
      ['too few to name', { share: 0.04 }, undefined],
    ])('an age: %s', (_, parts, sentence) => {
      expect(most({ clusters: [{ ...CLUSTER, ...parts }] })).toBe(sentence)
    })

    it('an age of a known cause only where nothing was cut', () => {
      const clusters = [{ ...CLUSTER, cause: 'lifetime-limit' as const, quiet: null }]
      expect(most({ clusters })).toBe('Of 100 drops: 40 % at the age of 60 s.')
      expect(most({ clusters, endings: [] }, 5)).toBeUndefined()
    })

    it.each([
      ['twice its even share', [row('/a', 20), row('/b', 50)], 'Of 100 drops: 50 % at /b.'],
      ['less than that', [row('/a', 49), row('/b', 10)], undefined],
      ['all of them', [row('/a', 100)], undefined],
      ['none', [], undefined],
    ])('a path: %s', (_, paths, sentence) => {
      expect(most({ paths, rankings })).toBe(sentence)
    })

    it('an upstream', () => {
      expect(most({ upstreams: [row('10.0.0.1:80', 60)], rankings })).toBe('Of 100 drops: 60 % from 10.0.0.1:80.')
    })
  })

  it('has nothing of drops without sessions', () => {
    expect(healthSentences(report({ status: 'failing' }, { succeeded: 0, parts: { clusters: [CLUSTER] } }), zone)).toHaveLength(2)
  })
})

it.each([[1, '1 was lost'], [2, '2 were lost']])('%i that stops of nginx took', (lost, text) => {
  expect(openSentence({ count: 1, waitingAtMost: 0, waitingSeconds: 1, oldest: null, byUpstream: [], byPath: [], lost, untracked: 0 }, String)).toBe(`1 handshake was still open at the end of the log; ${text} to stops or crashes of nginx`)
})
