import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import type { LiveEvent, Snapshot } from '../../../src/live/snapshot.ts'
import { renderEventLine, renderLine, renderTailJson } from '../../../src/render/live/line.ts'
import { UNSAFE } from '../../../src/render/sanitize.ts'
import { busySnapshot, emptySnapshot, endingOf, eventOf, figuresOf, instant, logOf } from '../../helpers/snapshots.ts'

const zone = FixedOffsetZone.utcInstance
const NONE = { open: null, atLeast: null, nginxConnections: null }
const line = (parts: Partial<Snapshot>): string => renderLine(emptySnapshot({ active: NONE, ...parts }), { zone })

describe('the line of an interval', () => {
  it.each<[string, Partial<Snapshot>, string]>([
    ['nothing', { interval: figuresOf(60) }, 'handshakes 0 (0/s), 101 –; drops 0, cut 0'],
    ['all well', { interval: figuresOf(60, { endings: [['closed', 1200, 'guess']] }) }, 'handshakes 1,200 (20.0/s), 101 100 %; drops 1,200, cut 0'],
    ['part of an interval', { interval: figuresOf(60, { watchedSeconds: 23, endings: [['closed', 23, 'guess']] }) }, 'handshakes 23 in 23 s (1.0/s), 101 100 %; drops 23, cut 0'],
    ['causes', { interval: figuresOf(60, { endings: [['idle-timeout', 9, 'confirmed'], ['client-reset', 3, 'likely'], ['closed', 19, 'guess']], failures: [['refused', 8, 'confirmed']] }) }, 'handshakes 39 (0.7/s), 101 79.5 %; drops 31, cut 12: 9 idle-timeout, 3 client-reset; failed 8: 8 refused'],
    ['causes beyond the first, one cause of two confidences', { interval: figuresOf(60, { endings: [['idle-timeout', 2, 'confirmed'], ['client-reset', 3, 'likely'], ['idle-timeout', 4, 'likely'], ['client-lost', 1, 'confirmed']] }) }, 'handshakes 10 (0.2/s), 101 100 %; drops 10, cut 10: 6 idle-timeout, 3 client-reset, …'],
    ['open sessions', { active: busySnapshot().active, interval: figuresOf(60) }, 'handshakes 0 (0/s), 101 –; drops 0, cut 0; open 12,345, lost 7'],
    ['a lower bound', { active: { ...NONE, atLeast: { count: 98, at: instant(9) } }, interval: figuresOf(60) }, 'handshakes 0 (0/s), 101 –; drops 0, cut 0; open at least 98'],
    ['lag', { logs: [logOf({ lagSeconds: 4.2 }), logOf({ lagSeconds: 1 })], interval: figuresOf(60) }, 'handshakes 0 (0/s), 101 –; drops 0, cut 0; lag 4.2 s'],
    ['no log', { logs: [logOf({ state: 'waiting' })], interval: figuresOf(60) }, 'handshakes 0 (0/s), 101 –; drops 0, cut 0; waiting for 1 log'],
  ])('%s', (_, parts, expected) => {
    expect(line(parts)).toBe(`2026-11-21 14:03:27  ${expected}`)
  })

  it('is short on a busy server', () => {
    expect(renderLine(busySnapshot(), { zone }).length).toBeLessThan(180)
  })

  it('tells the time in the zone', () => {
    expect(renderLine(busySnapshot(), { zone: FixedOffsetZone.instance(330) })).toMatch(/^2026-11-21 19:33:27 {2}/)
  })
})

describe('the line of an event', () => {
  it.each<[string, LiveEvent, string]>([
    ['alone', eventOf('nginx-start'), 'event nginx-start: nginx started'],
    ['with all that is known', eventOf('upstream-restart', { sessions: 33, upstream: '10.0.0.3:80', detail: 'others live on' }), 'event upstream-restart: backend stopped, 33 sessions ended, 10.0.0.3:80, others live on'],
    ['of a storm', eventOf('reconnect-storm', { sessions: 830 }), 'event reconnect-storm: reconnect storm, 830 sessions began'],
    ['of a finding', eventOf('finding', { detail: 'nginx cuts silent sessions' }), 'event finding: found, nginx cuts silent sessions'],
  ])('%s', (_, event, expected) => {
    expect(renderEventLine(event, { zone })).toBe(`2026-11-21 14:02:27  ${expected}`)
  })

  it('is one line that no terminal obeys, whatever it tells of', () => {
    const text = '\u001B[2J\r\n\u202E聊'.repeat(500)
    const shown = renderEventLine(eventOf('finding', { upstream: text, detail: text }), { zone })
    expect(shown).not.toMatch(UNSAFE)
    expect(shown.length).toBeLessThan(400)
  })
})

describe('JSON', () => {
  it.each<[string, Snapshot | LiveEvent]>([['a busy snapshot', busySnapshot()], ['an empty one', emptySnapshot()], ['an event', eventOf('reload')], ['hostile texts', busySnapshot({ latest: [endingOf('closed', { path: '\u001B[2J\r\n\u202E\u009B' })] })]])('holds %s in one line that no terminal obeys', (_, document) => {
    const text = renderTailJson(document)
    expect(JSON.parse(text)).toEqual(document)
    expect(text).not.toMatch(UNSAFE)
  })
})
