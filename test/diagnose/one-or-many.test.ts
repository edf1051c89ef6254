/** The same finding of one and of many, and of what the logs do not tell: each sentence reads as one. */
import { describe, expect, it } from 'vitest'
import { backendSlow } from '../../src/diagnose/backend-slow.ts'
import { capacity } from '../../src/diagnose/capacity.ts'
import { clientGone } from '../../src/diagnose/client-gone.ts'
import { flappingClients } from '../../src/diagnose/flapping-clients.ts'
import { instantDrops } from '../../src/diagnose/instant-drops.ts'
import { locationOf, nginxLines } from '../../src/diagnose/nginx-lines.ts'
import { onlyOnOneHost } from '../../src/diagnose/only-on-one-host.ts'
import { resetsInBursts } from '../../src/diagnose/restarts.ts'
import { reconnectStorm } from '../../src/diagnose/reconnect-storm.ts'
import { redirected } from '../../src/diagnose/redirected.ts'
import type { Rule } from '../../src/diagnose/rule.ts'
import { tlsUpstream } from '../../src/diagnose/tls-upstream.ts'
import { upstreamLost } from '../../src/diagnose/upstream-lost.ts'
import { upstreamRestart } from '../../src/diagnose/upstream-restart.ts'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import type { Confidence, HandshakeCause } from '../../src/cause/cause.ts'
import type { Finding } from '../../src/report/report.ts'
import type { PlainEvent } from '../helpers/events.ts'
import { cutBy, type PlainFacts, plainFacts } from '../helpers/plain-facts.ts'
import { NOON } from '../helpers/sample-report.ts'
import { times } from '../helpers/seeded.ts'

const said = (rule: Rule, facts: PlainFacts): Finding[] => {
  const found = rule(plainFacts(facts))
  return found === undefined ? [] : 'code' in found ? [found] : [...found]
}
const only = (rule: Rule, facts: PlainFacts): Finding => {
  const [one, ...more] = said(rule, facts)
  expect([one === undefined, more.length]).toEqual([false, 0])
  return one!
}

const failed = (cause: HandshakeCause, status: number, parts: Partial<PlainEvent> = {}, confidence: Confidence = 'confirmed'): Partial<PlainEvent> => ({ status, verdict: failureVerdict(cause, 'upstream', confidence), durationMs: 60_000, bytesToClient: 157, ...parts })
const sessions = (count: number, parts: Partial<PlainEvent> = {}): Partial<PlainEvent>[] => times(count, () => parts)

describe('upstream-restart', () => {
  const ended = (verdict = endingVerdict('upstream-restart', 'likely'), parts: Partial<PlainEvent> = {}): Partial<PlainEvent>[] => sessions(12, { verdict, ...parts })
  const at = (index: number): { fromMs: number; toMs: number } => ({ fromMs: NOON + index * 60_000, toMs: NOON + index * 60_000 + 1000 })

  it.each([
    ['one of one', [cutBy(['a:1'])], 'The upstream a:1 restarted once and cut its sessions', /^12 sessions \(100 %\) of a:1 ended in one moment\.$/],
    ['two of one', [cutBy(['a:1']), cutBy(['a:1'], at(1))], 'The upstream a:1 restarted twice and cut its sessions', /^12 sessions \(100 %\) of a:1 ended in 2 moments\.$/],
    ['three of two', [cutBy(['a:1']), cutBy(['b:1'], at(1)), cutBy(['a:1', 'b:1'], at(2))], 'Upstreams restarted 3 times and cut their sessions', /of a:1 and b:1 ended in 3 moments\.$/],
    ['one that nobody names', [cutBy([])], 'Upstreams restarted once and cut their sessions', /of an upstream ended in one moment\.$/],
  ])('%s', (_, cuts, title, detail) => {
    const finding = only(upstreamRestart, { events: ended(), cuts })
    expect(finding.title).toBe(title)
    expect(finding.detail).toMatch(detail)
  })

  it('counts those that it reset, and the handshake that it refused', () => {
    const reset = sessions(5, { verdict: endingVerdict('upstream-reset', 'confirmed'), isExplained: true, upstream: 'a:1' })
    const refused = failed('refused', 502, { upstream: 'a:1', startedAtMs: NOON + 5000, endedAtMs: NOON + 5000, durationMs: 1 })
    const cuts = [cutBy(['a:1'], at(0))]
    expect(only(upstreamRestart, { events: [...ended(undefined, { upstream: 'a:1' }), ...reset, refused], cuts }).detail).toBe('17 sessions (100 %) of a:1 ended in one moment, 5 of them with a reset, and 1 handshake was refused right after.')
    expect(only(upstreamRestart, { events: [...ended(undefined, { upstream: 'a:1' }), refused, refused], cuts }).detail).toMatch(/, and 2 handshakes were refused right after\.$/)
  })

  it('only guesses where nothing says that it was a restart', () => {
    const finding = only(upstreamRestart, { events: sessions(20), cuts: [cutBy(['a:1'], { cause: undefined, sessions: 10, expected: 2 })] })
    expect(finding).toMatchObject({ severity: 'warning', title: 'All sessions of an upstream ended together: it may have been stopped or lost', sessions: 8 })
  })
})

describe('reconnect-storm', () => {
  const storm = (minute: number, until: number | null = minute + 1): NonNullable<PlainFacts['happened']>[number] => ({ kind: 'reconnect-storm', at: instant(minute), until: until === null ? null : instant(until), detail: '900 handshakes in a minute' })
  const instant = (minute: number): string => new Date(NOON + minute * 60_000).toISOString()

  it.each([
    ['one', [storm(0)], 'A rush of handshakes, many times the usual', '2026-11-20T12:00Z: 900 handshakes in a minute. 100 % of these handshakes succeeded. Nothing in the logs says why they came.'],
    ['two', [storm(0), storm(20)], '2 rushes of handshakes, many times the usual', '2026-11-20T12:00Z: 900 handshakes in a minute; 1 other like it. 100 % of these handshakes succeeded. Nothing in the logs says why they came.'],
    ['one that the log ends in', [storm(0, null)], 'A rush of handshakes, many times the usual', /100 % of these handshakes succeeded/],
  ])('%s', (_, happened, title, detail) => {
    const finding = only(reconnectStorm, { events: sessions(10, { startedAtMs: NOON }), happened })
    expect(finding).toMatchObject({ severity: 'info', title, detail: expect.stringMatching(detail) as string })
  })

  it.each<[string, NonNullable<PlainFacts['happened']>[number], string | undefined]>([
    ['a reload that cut sessions', { kind: 'reload', sessions: 4, at: instant(-1) }, 'a reload that cut sessions'],
    ['a reload that cut none', { kind: 'reload', sessions: 0, at: instant(-1) }, undefined],
    ['a reload of which nobody knows what it cut', { kind: 'reload', sessions: null, at: instant(-1) }, undefined],
    ['a gap that ends with it', { kind: 'blackout', at: instant(-20), until: instant(0) }, 'a gap without any traffic'],
    ['a restart that is long over', { kind: 'upstream-restart', at: instant(-20), until: instant(-4) }, undefined],
    ['a crash in its first minute', { kind: 'worker-crash', at: new Date(NOON + 59_000).toISOString() }, 'a crash of a worker'],
    ['a crash behind it', { kind: 'worker-crash', at: instant(1) }, undefined],
  ])('comes of %s, or not', (_, before, why) => {
    const finding = only(reconnectStorm, { events: sessions(10, { startedAtMs: NOON }), happened: [before, storm(0)] })
    expect(finding.severity).toBe(why === undefined ? 'info' : 'warning')
    if (why !== undefined) expect(finding.title).toBe(`Clients reconnect all at once after ${why}`)
  })
})

describe('backend-slow and backend-unreachable', () => {
  it('say how long and who', () => {
    const finding = only(backendSlow, { events: [...sessions(10), ...times(4, (index) => failed('handshake-timeout', 504, { durationMs: 10_000 * (index + 1), upstream: 'a:1' }))] })
    expect(finding).toMatchObject({ title: 'The backend does not answer handshakes in time', detail: expect.stringMatching(/^4 handshakes \(29 %\) got 504 after 30 s \(median\), from a:1\./) as string, evidence: { medianSeconds: 30 } })
  })

  it('say neither where the format tells neither', () => {
    const untold = { durationMs: Number.NaN, upstream: undefined }
    const slow = only(backendSlow, { events: [...sessions(10), ...times(4, () => failed('handshake-timeout', 504, untold, 'guess'))] })
    expect(slow).toMatchObject({ title: 'The backend may not answer handshakes in time', detail: expect.stringMatching(/^4 handshakes \(29 %\) got 504\./) as string, evidence: { medianSeconds: null } })
    const unreachable = only(backendSlow, { events: [...sessions(10), ...times(4, () => failed('connect-timeout', 504, untold))] })
    expect(unreachable).toMatchObject({ title: 'nginx cannot reach the backend', detail: expect.stringContaining('because no connection to the backend came about') as string, evidence: { medianSeconds: null } })
  })

  it('name up to three that cannot be reached', () => {
    const finding = only(backendSlow, { events: [...sessions(10), ...times(8, (index) => failed('connect-timeout', 504, { upstream: `${'abcd'[index % 4]}:1` }))] })
    expect(finding.title).toBe('nginx cannot reach the backend')
    expect(finding.detail).toContain('because no connection to a:1, b:1, c:1 came about')
  })
})

describe('capacity', () => {
  const lines = (count: number): NonNullable<PlainFacts['messages']> => [{ message: 'no-connections', text: '', level: 'alert', count }]
  const turnedAway = (count: number): Partial<PlainEvent>[] => times(count, () => failed('capacity', 503, { verdict: failureVerdict('capacity', 'nginx', 'confirmed') }))

  it.each<[string, PlainFacts, Partial<Finding>, string]>([
    ['a line, and no handshake that failed of it', { messages: lines(1), events: sessions(3) }, { severity: 'warning', sessions: 0, share: 0 }, '1 line of the error log says so; clients turned away before their request was read have no access line.'],
    ['lines, without any access line', { messages: lines(2) }, { severity: 'warning', sessions: 0, share: 0 }, '2 lines of the error log say so; clients turned away before their request was read have no access line.'],
    ['lines, and handshakes', { messages: lines(2), events: [...sessions(8), ...turnedAway(2)] }, { severity: 'critical', sessions: 2, share: 0.2 }, '2 lines of the error log say so; 2 handshakes failed for want of room.'],
  ])('%s', (_, facts, figures, detail) => {
    const finding = only(capacity, facts)
    expect(finding).toMatchObject({ code: 'capacity-connections', ...figures })
    expect(finding.detail.startsWith(detail), finding.detail).toBe(true)
  })

  it('of two limits each has at most its own lines', () => {
    const messages = [...lines(2), { message: 'accept-no-files', text: '', level: 'crit', count: 5 }]
    expect(said(capacity, { messages, events: [...sessions(95), ...turnedAway(4)] }).map(({ code, sessions }) => [code, sessions])).toEqual([['capacity-connections', 2], ['capacity-files', 4]])
  })

  it('says how many were open, where that is known', () => {
    const events = [{}, ...sessions(3, { startedAtMs: NOON, endedAtMs: NOON + 60_000 })]
    expect(only(capacity, { messages: lines(1), events }).detail).toMatch(/At least 3 sessions were open at a time\.$/)
    expect(only(capacity, { messages: lines(1), events, parts: { active: { peak: null, peakAt: null, isLowerBound: true } } }).detail).not.toContain('At least')
  })
})

describe('client-gone', () => {
  const left = (minute: number, parts: Partial<PlainEvent> = {}): Partial<PlainEvent> => failed('client-gone', 499, { startedAtMs: NOON + minute * 60_000, endedAtMs: NOON + minute * 60_000 + 500, durationMs: 500, ...parts })

  it.each([
    ['a few', times(3, () => left(0)), 'info', 'Clients leave before they get an answer', /ended with 499, half of them within 0\.5 s\.$/],
    ['one minute', times(30, () => left(0)), 'warning', 'Clients leave in waves before they get an answer', /; one minute stands out\.$/],
    ['two minutes', times(60, (index) => left(index % 2)), 'warning', 'Clients leave in waves before they get an answer', /; 2 minutes stand out\.$/],
    ['who waited', times(3, () => left(0, { durationMs: 5000 })), 'warning', 'Clients give up after 5 s without an answer', /half of them within 5 s\.$/],
    ['a format that tells no durations', times(3, () => left(0, { durationMs: Number.NaN })), 'info', 'Clients leave before they get an answer', /^3 handshakes \(9\.1 %\) ended with 499\.$/],
  ])('%s', (_, gone, severity, title, detail) => {
    expect(only(clientGone, { events: [...sessions(30), ...gone] })).toMatchObject({ severity, title, detail: expect.stringMatching(detail) as string })
  })

  it('takes minutes that the timeline does not hold as they are', () => {
    expect(only(clientGone, { events: [...sessions(30), ...times(30, () => left(0))], parts: { timeline: [] } }).detail).toMatch(/one minute stands out/)
  })
})

describe('only-on-one-host', () => {
  const hosts = (cause: HandshakeCause, status = 400): Partial<PlainEvent>[] => [...sessions(20, { host: 'good.example' }), ...times(20, () => failed(cause, status, { host: 'bad.example', path: '/ws' }))]

  it.each([
    ['headers that are missing', 'upgrade-missing', /one for port 80 and one for 443/, /proxy_set_header Upgrade/],
    ['another cause', 'not-found', /what the failing one does with this path differs\.$/, /^$/],
  ] as const)('says what to compare: %s', (_, cause, text, nginx) => {
    const finding = only(onlyOnOneHost, { events: hosts(cause) })
    expect(finding.title).toBe('Handshakes succeed on good.example and fail on bad.example')
    expect(finding.fix.text).toMatch(text)
    expect(finding.fix.nginx).toMatch(nginx)
  })

  it.each<[string, Partial<PlainEvent>[]]>([
    ['clients that left', hosts('client-gone', 499)],
    ['no host that works', hosts('not-found').filter(({ host }) => host === 'bad.example')],
    ['many troubles, none of them most of all', [...sessions(20, { host: 'good.example' }), ...times(20, (index) => failed((['not-found', 'refused', 'forbidden'] as const)[index % 3]!, 404 + (index % 3), { host: 'bad.example' }))]],
    ['a bare address, as scanners ask for', hosts('not-found').map((event) => ({ ...event, host: event.host === 'bad.example' ? '192.0.2.1' : event.host! }))],
  ])('is silent about %s', (_, events) => {
    expect(said(onlyOnOneHost, { events })).toEqual([])
  })

  it('takes one cause of several confidences for one', () => {
    const events = hosts('not-found').map((event, index) => (event.host === 'bad.example' && index % 2 === 0 ? { ...event, verdict: failureVerdict('not-found', 'nginx', 'guess') } : event))
    expect(only(onlyOnOneHost, { events }).evidence).toMatchObject({ cause: 'not-found' })
  })
})

describe('tls-upstream', () => {
  const broken = (count: number, parts: Partial<PlainEvent> = {}, confidence: Confidence = 'confirmed'): Partial<PlainEvent>[] => times(count, () => failed('tls-upstream', 502, parts, confidence))
  const verify = (count: number): NonNullable<PlainFacts['messages']> => [{ message: 'upstream-ssl-verify', text: '', level: 'error', count }]

  it.each<[string, PlainFacts, Partial<Finding>, RegExp]>([
    ['one upstream', { events: broken(10, { upstream: 'a:443' }) }, { severity: 'critical', title: 'nginx cannot make TLS connections to a:443' }, /upstream \(a:443\): the two did not agree on TLS, or the upstream speaks none there\.$/],
    ['two of them', { events: [...broken(5, { upstream: 'a:443' }), ...broken(5, { upstream: 'b:443' })] }, { title: 'nginx cannot make TLS connections to its upstreams' }, /upstream \(a:443 and b:443\): /],
    ['none that is named', { events: broken(10, { upstream: '' }, 'likely') }, { severity: 'critical', title: 'nginx cannot make TLS connections to its upstreams' }, /failed between nginx and the upstream: the two/],
    ['certificates', { events: broken(10, { upstream: 'a:443' }), messages: verify(10) }, {}, /: the certificate did not stand up to proxy_ssl_verify\.$/],
    ['certificates of some', { events: broken(10, { upstream: 'a:443' }), messages: verify(4) }, {}, /proxy_ssl_verify in 4 of them, the others did not agree on TLS\.$/],
  ])('%s', (_, facts, figures, detail) => {
    expect(only(tlsUpstream, facts)).toMatchObject({ ...figures, detail: expect.stringMatching(detail) as string })
  })

  it('has nothing to say of nothing', () => {
    expect(said(tlsUpstream, {})).toEqual([])
  })
})

describe('flapping-clients', () => {
  const chain = (client: string, count: number): Partial<PlainEvent>[] => times(count, (index) => ({ client, durationMs: 500, startedAtMs: NOON + index * 3000, endedAtMs: NOON + index * 3000 + 500 }))
  const others = times(60, (index): Partial<PlainEvent> => ({ client: `10.9.0.${index}`, durationMs: 600_000 }))

  it.each([
    ['one', ['10.0.0.5'], 'info', '1 client reconnects again and again and never stays'],
    ['three', ['10.0.0.6', '10.0.0.5', '10.0.0.7'], 'warning', '3 clients reconnect again and again and never stay'],
  ] as const)('%s', (_, clients, severity, title) => {
    const finding = only(flappingClients, { events: [...others, ...clients.flatMap((client) => chain(client, 12))] })
    expect(finding).toMatchObject({ severity, title })
    expect(finding.evidence['clients'], 'of as many sessions by their name').toEqual([...clients].sort().map((client) => ({ client, sessions: 12 })))
  })

  it('names the one with most sessions first', () => {
    expect(only(flappingClients, { events: [...others, ...chain('10.0.0.5', 12), ...chain('10.0.0.9', 30)] }).detail).toContain('Most: 10.0.0.9 (30) and 10.0.0.5 (12).')
  })
})

describe('instant-drops', () => {
  const instant = (parts: Partial<PlainEvent> = {}): Partial<PlainEvent>[] => times(30, (index) => ({ durationMs: 200, client: `10.0.0.${index}`, ...parts }))
  const usual = times(60, (index): Partial<PlainEvent> => ({ durationMs: 600_000, client: `10.9.0.${index}` }))

  it.each<[string, Partial<PlainEvent>, RegExp]>([
    ['what they got', { bytesToClient: 4 }, /let expect\. Before the end 0 % got nothing, 100 % only a Close frame, 0 % some message\.$/],
    ['nothing of what they got, where the format does not tell', { bytesToClient: -1 }, /let expect\.$/],
    ['the path of them all', { path: '/odd' }, / Nearly all were at \/odd\.$/],
    ['the upstream of them all', { upstream: 'odd:1' }, / Nearly all were at the upstream odd:1\.$/],
  ])('says %s', (_, parts, detail) => {
    expect(only(instantDrops, { events: [...usual, ...instant(parts)] }).detail).toMatch(detail)
  })
})

describe('redirected', () => {
  const turned = (status: number, path: string, upstream = ''): Partial<PlainEvent>[] => times(4, () => failed('redirected', status, { path, upstream, durationMs: 1 }))

  it.each([
    ['the slash at the end', 301, '/chat', '', 'slash', /location = \/chat \{/],
    ['another host or scheme', 301, '/other', '', 'scheme-or-host', /^$/],
    ['for good, but with the method kept', 308, '/chat', '', 'scheme-or-host', /^$/],
    ['a login', 302, '/chat', '', 'other', /^$/],
    ['by the backend', 302, '/chat', 'a:1', 'backend', /^$/],
  ] as const)('%s', (_, status, path, upstream, kind, nginx) => {
    const finding = only(redirected, { events: [...sessions(20, { path: '/chat/room' }), ...turned(status, path, upstream)] })
    expect(finding.evidence).toMatchObject({ kind })
    expect(finding.fix.nginx).toMatch(nginx)
  })
})

describe('upstream-lost', () => {
  const lost = (upstreams: readonly string[]): Partial<PlainEvent>[] => times(12, (index) => ({ verdict: endingVerdict('upstream-lost', 'confirmed'), isExplained: true, upstream: upstreams[index % upstreams.length]! }))

  it.each([
    ['the one of them all, when others live on', ['a:1'], 'The upstream a:1 vanished without closing its sessions'],
    ['none where there are several', ['a:1', 'b:1'], 'An upstream vanished without closing its sessions'],
  ])('names %s', (_, upstreams, title) => {
    expect(only(upstreamLost, { events: [...sessions(20), ...lost(upstreams)] }).title).toBe(title)
  })
})

describe('lines to paste', () => {
  it('stand under a comment that says where', () => {
    expect(nginxLines({ into: 'http', lines: ['a;', 'b;'] }, { into: 'the server', lines: ['c;'] })).toBe('# in http\na;\nb;\n# in the server\nc;')
  })

  it.each([
    ['the first part of the path', ['/ws/room/1', '/ws/room/2'], '/ws/'],
    ['a path of one part as it is', ['/ws?token=1'], '/ws'],
    ['what most of them asked for', ['/a/1', '/b/1', '/b/2'], '/b/'],
    ['the first by name of as many', ['/b/1', '/a/1'], '/a/'],
    ['a placeholder for what could be more than a path', ['/a;{}/x'], '/ws/'],
    ['a placeholder for nothing', [], '/ws/'],
  ])('name %s', (_, paths, location) => {
    expect(locationOf(paths.map((path) => ({ path })))).toBe(`the location of ${location}`)
  })
})

describe('resets of one upstream', () => {
  const resets = (upstream: string, ...seconds: readonly number[]): Partial<PlainEvent>[] => seconds.map((second) => ({ upstream, endedAtMs: NOON + second * 1000, verdict: endingVerdict('upstream-reset', 'confirmed'), isExplained: true }))

  it.each<[string, Partial<PlainEvent>[], { sessions: number; upstreams: string[] }]>([
    ['five within a second are a burst', resets('a:1', 0, 0.2, 0.4, 0.6, 1), { sessions: 5, upstreams: ['a:1'] }],
    ['four are none', resets('a:1', 0, 0.2, 0.4, 0.6), { sessions: 0, upstreams: [] }],
    ['five in longer than a second are none', resets('a:1', 0, 0.2, 0.4, 0.6, 1.1), { sessions: 0, upstreams: [] }],
    ['those of two upstreams do not add up', [...resets('a:1', 0, 0, 0), ...resets('b:1', 0, 0, 0)], { sessions: 0, upstreams: [] }],
    ['bursts of two upstreams, told in turns, are two', [...resets('b:1', 0, 0, 0), ...resets('a:1', 0, 0, 0, 0, 0), ...resets('b:1', 0, 0), ...resets('b:1', 99)], { sessions: 10, upstreams: ['a:1', 'b:1'] }],
    ['one behind the other is one', resets('a:1', ...times(8, (index) => index / 4)), { sessions: 8, upstreams: ['a:1'] }],
  ])('%s', (_, events, expected) => {
    expect(resetsInBursts(plainFacts({ events }))).toEqual(expected)
  })
})
