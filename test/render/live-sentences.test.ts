import { describe, expect, it } from 'vitest'
import type { LiveEventKind, Snapshot } from '../../src/live/snapshot.ts'
import { liveHealth, logFacts } from '../../src/render/live-sentences.ts'
import { busySnapshot, emptySnapshot, eventOf, figuresOf, instant, logOf } from '../helpers/snapshots.ts'

type Figures = NonNullable<Parameters<typeof figuresOf>[1]>

const snapshot = (minute: Figures, parts: Partial<Snapshot> = {}): Snapshot => {
  const busy = busySnapshot()
  return { ...busy, events: [], windows: [figuresOf(60, minute), ...busy.windows.filter(({ seconds }) => seconds !== 60)], ...parts }
}
const said = (minute: Figures, parts: Partial<Snapshot> = {}): readonly [string, string] => {
  const { status, sentence } = liveHealth(snapshot(minute, parts))
  return [status, sentence]
}

describe('what is wrong now', () => {
  it.each<[string, Figures, string, string]>([
    ['nothing', { endings: [['closed', 50, 'likely']] }, 'ok', '100 % of 50 handshakes reached 101 in the last minute, none of 50 drops is a cut'],
    ['one cut', { endings: [['closed', 49, 'likely'], ['idle-timeout', 1, 'confirmed']] }, 'ok', '100 % of 50 handshakes reached 101 in the last minute, 1 of 50 drops is a cut'],
    ['a few cuts', { endings: [['closed', 298, 'likely'], ['idle-timeout', 2, 'confirmed']] }, 'ok', '100 % of 300 handshakes reached 101 in the last minute, 2 of 300 drops are cuts'],
    ['handshakes that fail, and no drops', { failures: [['refused', 1, 'likely']] }, 'ok', '0 % of 1 handshakes reached 101 in the last minute'],
    ['most fail', { endings: [['closed', 10, 'likely']], failures: [['refused', 90, 'likely']] }, 'failing', '90 of 100 handshakes failed, all the backend refuses connections – upstream'],
    ['some fail, of several causes', { endings: [['closed', 90, 'likely']], failures: [['refused', 4, 'likely'], ['not-found', 3, 'likely'], ['dns', 3, 'likely']] }, 'degraded', '10 of 100 handshakes failed, mostly the backend refuses connections – upstream'],
  ])('%s', (_, minute, status, sentence) => {
    expect(said(minute)).toEqual([status, sentence])
  })

  it('says what is cut first, when few fail', () => {
    const [status, sentence] = said({ endings: [['closed', 50, 'likely'], ['idle-timeout', 40, 'confirmed']], failures: [['refused', 10, 'likely']] })
    expect(status).toBe('degraded')
    expect(sentence).toMatch(/^40\.0 of 90\.0 drops\/min are cuts, all .* – nginx; 10 of 100 handshakes failed, all /)
  })

  it.each<[string, Partial<Snapshot>, string, RegExp]>([
    ['a log that is not there', { logs: [logOf({ path: '/gone.log', state: 'waiting' })] }, 'waiting', /^Waiting for \/gone\.log: not there, or unreadable$/],
    ['nothing yet', {}, 'waiting', /^Nothing has come yet/],
  ])('%s', (_, parts, status, sentence) => {
    const health = liveHealth({ ...emptySnapshot(), ...parts })
    expect(health.status).toBe(status)
    expect(health.sentence).toMatch(sentence)
  })

  it.each<[string, LiveEventKind | undefined, number, string, string]>([
    ['for no reason', undefined, 0, 'quiet', 'Quiet: no session ended and no handshake failed in the last minute'],
    ['since nginx was stopped', 'nginx-stop', 120, 'degraded', 'Nothing in the last minute; 120 s ago: nginx was stopped'],
    ['though nginx was started', 'nginx-start', 120, 'quiet', 'Quiet: no session ended and no handshake failed in the last minute'],
    ['by a clock that is behind', 'nginx-stop', -5, 'degraded', 'Nothing in the last minute; 0 s ago: nginx was stopped'],
  ])('a minute without anything, %s', (_, event, ago, status, sentence) => {
    expect(said({}, { events: event === undefined ? [] : [eventOf(event, { at: instant(ago) })] })).toEqual([status, expect.stringContaining(sentence.replace(/nginx was stopped$/, '')) as string])
  })

  const LOST = (sessions: number | null, ago = 10) => eventOf('sessions-lost', { at: instant(ago), sessions })
  const GOOD: Figures = { endings: [['closed', 50, 'likely']] }

  it.each<[string, Snapshot['events'], string]>([
    ['a crash', [LOST(830), eventOf('worker-crash', { at: instant(10) })], '830 sessions lost: a worker of nginx crashed – nginx'],
    ['a stop', [LOST(3), LOST(4), eventOf('nginx-stop', { at: instant(10) })], '7 sessions lost: nginx was stopped – nginx'],
    ['a start anew', [LOST(1)], '1 session lost: nginx was started anew – nginx'],
  ])('for a minute sessions that were lost are the news: %s', (_, events, sentence) => {
    expect(said(GOOD, { events })).toEqual(['degraded', sentence])
  })

  it.each<[string, Snapshot['events']]>([
    ['long ago', [LOST(830, 61)]],
    ['of which nobody knows how many', [LOST(null)]],
  ])('but not those %s', (_, events) => {
    expect(said(GOOD, { events })[0]).toBe('ok')
  })
})

describe('what is followed', () => {
  const lines = { read: 2000, parsed: 2000, skipped: 0, filtered: 0 }

  it.each([
    ['all read', [logOf({ lines })], ['ws_access.log (ws)', '2,000 lines']],
    ['some skipped and filtered, of both logs', [logOf({ lines: { ...lines, skipped: 3 } }), logOf({ path: 'e.log', kind: 'error', logFormat: 'nginx', lines: { ...lines, filtered: 5 } })], ['ws_access.log (ws)', 'e.log', '4,000 lines, 3 skipped, 5 filtered out']],
    ['one that is not there, one whose format is not known yet', [logOf({ state: 'waiting' }), logOf({ logFormat: null })], ['ws_access.log', '0 lines']],
  ])('%s', (_, logs, facts) => {
    expect(logFacts(logs)).toEqual(facts)
  })
})
