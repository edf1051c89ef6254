import { FixedOffsetZone } from 'luxon'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../../src/live/snapshot.ts'
import { COLOURED, PLAIN } from '../../../src/render/paint.ts'
import { UNSAFE } from '../../../src/render/sanitize.ts'
import { renderDashboard } from '../../../src/render/live/dashboard.ts'
import type { View } from '../../../src/render/live/view.ts'
import { Seeded, times } from '../../helpers/seeded.ts'
import { busySnapshot, emptySnapshot, endingOf, eventOf, figuresOf, findingOf, hostileSnapshot, instant, logOf } from '../../helpers/snapshots.ts'

const VIEW: View = { width: 80, height: 24, zone: FixedOffsetZone.utcInstance, paint: PLAIN, isPaused: false, isFaultsOnly: false, isHelp: false }
const shown = (snapshot: Snapshot, view: Partial<View> = {}): string[] => renderDashboard(snapshot, { ...VIEW, ...view })
const LARGE = { width: 200, height: 50 }

/** The lines of a section, from its title to the next blank line or title. */
const sectionOf = (lines: readonly string[], title: string): string[] => {
  const from = lines.findIndex((line) => line.startsWith(title))
  const to = lines.findIndex((line, index) => index > from && !/^[ ✗!·]/.test(line))
  return lines.slice(from, to === -1 ? undefined : to)
}

describe('any size', () => {
  const kinds: readonly (readonly [string, (random: Seeded) => Snapshot])[] = [['busy', () => busySnapshot()], ['empty', () => emptySnapshot()], ['hostile', hostileSnapshot]]

  it.each(kinds)('%s: exactly so many lines, none wider, nothing that a terminal obeys', (_, make) => {
    const random = new Seeded(4)
    const sizes = [[0, 0], [0, 24], [80, 0], [1, 1], [1, 50], [200, 1], [2, 2], [20, 5], [79, 23], [80, 24], [81, 25], [149, 30], [150, 30], [200, 50], [400, 120], ...times(250, () => [random.int(1, 240), random.int(1, 70)])] as [number, number][]
    for (const [width, height] of sizes) {
      const lines = shown(make(random), { width, height, isPaused: random.int(0, 2) === 0, isFaultsOnly: random.int(0, 2) === 0, isHelp: random.int(0, 5) === 0 })
      expect(lines, `${width}×${height}`).toHaveLength(height)
      for (const line of lines) {
        expect(stringWidth(line), `${width}×${height}: ${line}`).toBeLessThanOrEqual(width)
        expect(line).not.toMatch(UNSAFE)
        expect(line).toBe(line.trimEnd())
      }
    }
  })

  it('says the same in colours, each switched off in its line', () => {
    for (const size of [{}, LARGE, { isHelp: true, isPaused: true }]) {
      const coloured = shown(busySnapshot(), { ...size, paint: COLOURED })
      expect(coloured.map((line) => line.replaceAll(/\u001B\[\d+m/g, '').trimEnd())).toEqual(shown(busySnapshot(), size))
      for (const line of coloured) expect(line.match(/\u001B\[\d+m/g)?.at(-1) ?? '\u001B[0m').toBe('\u001B[0m')
    }
  })

  it('shows more where there is more', () => {
    const small = shown(busySnapshot()).join('\n')
    const large = shown(busySnapshot(), LARGE).join('\n')
    for (const text of ['idle timer of a hop in front', 'Send a ping every 25 s', '10.0.0.4:8080', 'gone: The name of a backend', '14,002 nginx connections']) {
      expect(small).not.toContain(text)
      expect(large).toContain(text)
    }
    expect(sectionOf(shown(busySnapshot(), LARGE), 'Latest').length).toBeGreaterThan(sectionOf(shown(busySnapshot()), 'Latest').length + 8)
  })

  it('stays where it is when drops come and go', () => {
    const rowsOf = (snapshot: Snapshot): number[] => ['Why', 'Findings', 'What happened', 'Latest'].map((title) => shown(snapshot).findIndex((line) => line.startsWith(title)))
    const quiet = busySnapshot({ latest: [], windows: busySnapshot().windows.map(({ seconds }) => figuresOf(seconds)) })
    expect(rowsOf(quiet)).toEqual(rowsOf(busySnapshot()))
  })
})

describe('the headline', () => {
  const headline = (minute: Parameters<typeof figuresOf>[1], parts: Partial<Snapshot> = {}): string =>
    shown(busySnapshot({ windows: [figuresOf(10), figuresOf(60, minute), figuresOf(300, minute), figuresOf(3600, { endings: [['closed', 9, 'guess']] })], ...parts }), { width: 200 })[0]!

  it.each([
    ['all is well', { endings: [['closed', 31, 'guess']] }, '✓ 100 % of 31 handshakes reached 101 in the last minute, none of 31 drops is a cut'],
    ['a cut or two are ordinary', { endings: [['closed', 99, 'guess'], ['client-lost', 1, 'confirmed']] }, '✓ 100 % of 100 handshakes reached 101 in the last minute, 1 of 100 drops is a cut'],
    ['a failure or two as well', { endings: [['closed', 99, 'guess']], failures: [['client-gone', 1, 'likely']] }, '✓ 99 % of 100 handshakes reached 101 in the last minute, none of 99 drops is a cut'],
    ['cuts', { endings: [['idle-timeout', 12, 'confirmed'], ['client-reset', 2, 'confirmed'], ['closed', 9, 'guess']] }, '✗ 14.0 of 23.0 drops/min are cuts, mostly silent for proxy_read_timeout – nginx'],
    ['cuts of one kind', { endings: [['worker-shutdown', 12, 'likely']] }, '✗ 12.0 of 12.0 drops/min are cuts, all reload: worker_shutdown_timeout – nginx'],
    ['cuts of many kinds', { endings: [['idle-timeout', 3, 'confirmed'], ['client-reset', 3, 'confirmed'], ['upstream-reset', 3, 'confirmed'], ['upstream-lost', 3, 'confirmed'], ['client-lost', 3, 'confirmed']] }, '✗ 15.0 of 15.0 drops/min are cuts'],
    ['handshakes that fail', { endings: [['closed', 20, 'guess']], failures: [['refused', 5, 'confirmed']] }, '✗ 5 of 25 handshakes failed, all the backend refuses connections – upstream'],
    ['an outage before cuts', { endings: [['idle-timeout', 4, 'confirmed']], failures: [['refused', 50, 'confirmed']] }, '✗ 50 of 54 handshakes failed, all the backend refuses connections – upstream; 4.0 of 4.0 drops/min are cuts, all silent for proxy_read_timeout – nginx'],
    ['half a minute, at its rate', { watchedSeconds: 30, endings: [['idle-timeout', 12, 'confirmed']] }, '✗ 24.0 of 24.0 drops/min are cuts, all silent for proxy_read_timeout – nginx'],
    ['nothing of late', {}, '· Quiet: no session ended and no handshake failed in the last minute'],
  ] as [string, Parameters<typeof figuresOf>[1], string][])('says: %s', (_, minute, expected) => {
    expect(headline(minute)).toBe(expected)
  })

  it.each([
    ['after a stop of nginx', [eventOf('reload'), eventOf('nginx-stop', { at: instant(250) }), eventOf('nginx-start', { at: instant(900) })], '✗ Nothing in the last minute; 250 s ago: nginx stopped'],
    ['in a blackout', [eventOf('blackout', { at: instant(90) })], '✗ Nothing in the last minute; 90 s ago: no handshakes'],
    ['after nginx has started again', [eventOf('nginx-start'), eventOf('nginx-stop', { at: instant(250) })], '· Quiet: no session ended and no handshake failed in the last minute'],
  ])('says what happened when nothing comes %s', (_, events, expected) => {
    expect(headline({}, { events })).toBe(expected)
  })

  it('waits for the first line', () => {
    expect(shown(emptySnapshot())[0]).toBe('· Nothing has come yet: nginx writes a line when a session ends')
  })

  it('waits for a log that does not exist', () => {
    expect(shown(emptySnapshot({ logs: [logOf({ state: 'waiting' })] }))[0]).toBe('· Waiting for /var/log/nginx/ws_access.log: not there, or unreadable')
  })
})

describe('the state of the tail', () => {
  const status = (parts: Partial<Snapshot>, view: Partial<View> = {}): string => shown(busySnapshot(parts), view)[1]!

  it('names logs, formats and lines, and the time of the snapshot at the right', () => {
    expect(status({})).toBe('  ws_access.log (ws) · ws_error.log · 1,224,444 lines, 12 skipped       14:03:27')
  })

  it('says first how far behind it is', () => {
    expect(status({ logs: [logOf({ lagSeconds: 4.2, unreadBytes: 12_300_000 })] })).toMatch(/^ {2}4.2 s behind, 12.3 MB unread · ws_access.log/)
  })

  it('says nothing of a moment', () => {
    expect(status({ logs: [logOf({ lagSeconds: 0.02, unreadBytes: 900 })] })).not.toContain('behind')
  })

  it('says for which log it waits', () => {
    expect(status({ logs: [logOf(), logOf({ path: '/var/log/nginx/b.log', state: 'waiting' })] })).toMatch(/^ {2}waiting for \/var\/log\/nginx\/b.log · ws_access.log/)
  })

  it('says what is switched on', () => {
    expect(status({}, { isPaused: true })).toMatch(/ {2}PAUSED {2}14:03:27$/)
    expect(status({}, { isPaused: true, isFaultsOnly: true })).toMatch(/ {2}faults only {2}PAUSED {2}14:03:27$/)
    expect(shown(busySnapshot(), { isPaused: true }).at(-1)).toBe('  q quit   p pause (on)   f faults only   ? help')
  })

  it('tells the time in the zone', () => {
    expect(status({}, { zone: FixedOffsetZone.instance(330) })).toMatch(/19:33:27$/)
  })
})

describe('figures', () => {
  const rowsOf = (windows: Snapshot['windows']): string[] => shown(busySnapshot({ windows })).slice(3, 8).map((line) => line.slice(0, 52).trimEnd())

  it('stand in columns', () => {
    expect(rowsOf(busySnapshot().windows)).toEqual([
      '                    now    1 min     5 min    60 min',
      'handshakes/s       11.3      9.5       9.5       8.7',
      'reached 101      97.3 %   97.4 %    97.4 %    97.9 %',
      'drops/min           660      557       558       511',
      '  of them cut       138      123       124       113',
    ])
  })

  it.each([
    [1, '                 1/10 s   1/60 s  <1/5 min <1/60 min'],
    [45, '                    now  45/60 s  <1/5 min <1/60 min'],
    [299, '                    now    1 min   4/5 min  4/60 min'],
    [3599, '                    now    1 min     5 min 59/60 min'],
    [3600, '                    now    1 min     5 min    60 min'],
  ])('mark a window of which only %i s were watched', (watched, expected) => {
    expect(rowsOf([10, 60, 300, 3600].map((seconds) => figuresOf(seconds, { watchedSeconds: Math.min(seconds, watched) })))[0]).toBe(expected)
  })

  it('are not there where nothing was watched', () => {
    expect(rowsOf([figuresOf(10, { watchedSeconds: 0 }), figuresOf(60, { watchedSeconds: 0 }), figuresOf(300), figuresOf(3600)])[1]).toBe('handshakes/s          –        –         0         0')
  })

  it('never run into each other', () => {
    const endings = [['closed', 9_999_999, 'guess'], ['idle-timeout', 999_999, 'likely']] as const
    for (const row of rowsOf([10, 60, 300, 3600].map((seconds) => figuresOf(seconds, { endings }))).slice(1)) expect(row.slice(14)).toMatch(/^( *[\d.,%–<…]+( %)?){4}$/)
  })
})

describe('drops per minute', () => {
  const charts = (parts: Partial<Snapshot>, view: Partial<View> = {}): string[] => shown(busySnapshot(parts), view).filter((line) => /^(drops {9}|  cut {9})/.test(line))

  it('tell cuts apart, to the same scale', () => {
    const minutes = busySnapshot().minutes.map((minute, index) => ({ ...minute, attempts: 0, drops: index === 59 ? 80 : index === 58 ? 10 : 0, faults: index === 59 ? 40 : 0 }))
    const [drops, cut] = charts({ minutes })
    expect(drops!.slice(-3)).toBe('·▁█')
    expect(cut!.slice(-3)).toBe('··▄')
    expect(drops).toHaveLength(74)
  })

  it('leave out what came before the tail began', () => {
    const minutes = busySnapshot().minutes.map((minute) => ({ ...minute, attempts: 0, drops: 0, faults: 0 }))
    expect(charts({ minutes, startedAt: instant(150) })[0]).toBe(`drops${' '.repeat(65)}····`)
  })

  it('say the worst minute', () => {
    expect(shown(busySnapshot())[10]).toBe('              13:04      most 1,210 drops in a minute, at 13:38      14:03')
  })

  it('are longer where there is room', () => {
    expect(charts({}, LARGE)[0]).toHaveLength(194)
  })

  it('show the worst of several minutes where there is less', () => {
    const minutes = busySnapshot().minutes.map((minute, index) => ({ ...minute, attempts: 0, drops: index === 30 ? 8 : 0, faults: 0 }))
    const [drops] = charts({ minutes }, { width: 44 })
    expect([...drops!].filter((char) => char === '█')).toHaveLength(1)
    expect(drops).toHaveLength(44)
  })
})

describe('open sessions', () => {
  const NONE = { open: null, atLeast: null, nginxConnections: null }
  const OPEN = busySnapshot().active.open!
  const block = (active: Snapshot['active']): string[] => shown(busySnapshot({ active })).slice(3, 8).map((line) => line.slice(55).trim())

  it.each([
    ['exact', { ...NONE, open: { ...OPEN, lost: 0, waitingAtMost: 0, oldest: null } }, ['Open, by OPEN lines', '12,345 open now', '', '', '']],
    ['with all that is known', busySnapshot().active, ['Open, by OPEN lines', '12,345 open now', '7 lost: crash or stop', 'at most 12 wait for 101', 'oldest 3.1 d /ws/room/17']],
    ['beyond what is kept', { ...NONE, open: { ...OPEN, untracked: 31 } }, ['Open, by OPEN lines', '12,345 open now', '7 lost: crash or stop', '31 more not kept track of', 'at most 12 wait for 101']],
    ['a lower bound', { ...NONE, atLeast: { count: 9800, at: instant(3300) } }, ['Open, a lower bound', 'at least 9,800 at 13:08', 'see wslog formats ws_open', '', '']],
    ['what nginx counts', { ...NONE, nginxConnections: { count: 14_002, at: instant(3) } }, ['Open sessions', 'not known', '14,002 nginx connections', 'at 14:03, all sites, idl…', 'see wslog formats ws_open']],
    ['nothing', NONE, ['Open sessions', 'not known', 'see wslog formats ws_open', '', '']],
  ])('%s', (_, active, expected) => {
    expect(block(active)).toEqual(expected)
  })
})

describe('causes', () => {
  const why = (parts: Partial<Snapshot>, view: Partial<View> = {}): string[] => sectionOf(shown(busySnapshot(parts), view), 'Why').filter((line) => line !== '')

  it('stand with layer and confidence, faults first, then the most frequent', () => {
    expect(why({})).toEqual([
      'Why  last 5 minutes, 6 more',
      '✗     512  cut    nginx      silent for proxy_read_timeout           confirmed',
      '✗      61  cut    client     the client reset the connection         confirmed',
      '✗      48  failed upstream   the backend refuses connections         confirmed',
    ])
    expect(why({}, { height: 60 }).at(-1)).toMatch(/^ {4}2,130 {2}ended {2}unknown {4}closed, by whom is not known {12}guess$/)
  })

  it('are those of the hour where five minutes have none', () => {
    const windows = [figuresOf(10), figuresOf(60), figuresOf(300), figuresOf(3600, { endings: [['client-lost', 2, 'confirmed']] })]
    expect(why({ windows })).toEqual(['Why  last 60 minutes', '✗       2  cut    client     the client vanished                     confirmed'])
  })

  it('are only faults when only those are asked for', () => {
    expect(why({}, { height: 60, isFaultsOnly: true }).slice(1).every((line) => line.startsWith('✗'))).toBe(true)
    const windows = [10, 60, 300, 3600].map((seconds) => figuresOf(seconds, { endings: [['closed', 2, 'guess']] }))
    expect(why({ windows }, { isFaultsOnly: true })).toEqual(['Why  no cuts, no failed handshakes'])
  })
})

describe('the latest', () => {
  const latest = (endings: Snapshot['latest'], view: Partial<View> = {}): string[] => sectionOf(shown(busySnapshot({ latest: endings, findings: [], gone: [], events: [] }), view), 'Latest').slice(1)

  it.each([
    ['a cut', endingOf('idle-timeout'), '✗ 14:03:26      60 s  silent for proxy_read_timeout  203.0.113.9      /ws/room/…'],
    ['an orderly end', endingOf('closed', { path: '/ws' }), '  14:03:26      60 s  closed in order                203.0.113.9      /ws'],
    ['a failed handshake, with its status', endingOf('refused', { path: '/ws' }), '✗ 14:03:26       502  refused                        203.0.113.9      /ws'],
    ['a length that the format does not tell', endingOf('closed', { path: '/ws', durationSeconds: null }), '  14:03:26         –  closed in order                203.0.113.9      /ws'],
    ['wide characters', endingOf('closed', { path: '/聊天室/大厅' }), '  14:03:26      60 s  closed in order                203.0.113.9      /聊天室/…'],
    ['another day', endingOf('closed', { path: '/ws', at: instant(86_400) }), '  20 Nov        60 s  closed in order                203.0.113.9      /ws'],
    ['another year', endingOf('closed', { path: '/ws', at: instant(400 * 86_400) }), '  2025          60 s  closed in order                203.0.113.9      /ws'],
  ])('%s', (_, ending, expected) => {
    expect(latest([ending])[0]).toBe(expected)
  })

  it('are only faults when only those are asked for', () => {
    const endings = [endingOf('closed'), endingOf('idle-timeout'), endingOf('lifetime-limit'), endingOf('refused')]
    expect(latest(endings, { isFaultsOnly: true }).filter((line) => /^.{2}\d/.test(line))).toHaveLength(2)
  })
})

describe('findings and events', () => {
  it('tell since when a finding is true, and what went away', () => {
    const lines = sectionOf(shown(busySnapshot(), { height: 40 }), 'Findings').filter((line) => line !== '')
    expect(lines).toEqual(['Findings', '✗ 13:23:27  nginx cuts sessions that are silent for 60 s (proxy_read_timeout)', '! 13:38:27  A backend that stops takes 830 sessions with it', '  12:40:07  gone: The name of a backend could not be resolved'])
  })

  it('tell the first line of what to do where there is room', () => {
    const text = shown(busySnapshot({ findings: [{ finding: findingOf(), since: instant(60) }] }), LARGE).join('\n')
    expect(text).toContain('            Send a ping every 25 s, or raise proxy_read_timeout for this location.')
    expect(text).not.toContain('Then reload.')
  })

  it('tell what happened, the newest first, and findings only among the findings', () => {
    const lines = sectionOf(shown(busySnapshot(), { height: 40 }), 'What happened').filter((line) => line !== '')
    expect(lines.map((line) => line.slice(2, 27).trimEnd())).toEqual(['at happened', '13:38:27  reconnect storm', '13:37:57  backend stopped', '20 Nov    nginx reloaded'])
  })

  it('say that there are none', () => {
    const lines = shown(emptySnapshot())
    for (const line of ['Why  nothing has ended yet', 'Findings  none', 'What happened  nothing yet', 'Latest  no drop yet']) expect(lines).toContain(line)
  })

  it.each([
    ['sessions that it cost', eventOf('nginx-stop', { sessions: 1 }), 'nginx stopped     1 session ended'],
    ['sessions lost', eventOf('sessions-lost', { sessions: 7 }), 'sessions lost     7 sessions lost'],
    ['a limit', eventOf('threshold-crossed', { detail: 'drops-per-minute>500' }), 'limit crossed     drops-per-minute>500'],
    ['a log that has gone', eventOf('log-missing', { detail: '/var/log/nginx/a.log' }), 'log missing       /var/log/nginx/a.log'],
  ])('tell %s', (_, event, expected) => {
    expect(shown(busySnapshot({ events: [event] })).find((line) => line.includes('14:02:27'))).toBe(`  14:02:27  ${expected}`)
  })
})

describe('help', () => {
  it('names every key and fits on a small screen, whole', () => {
    const lines = shown(busySnapshot(), { isHelp: true })
    for (const key of ['q, ^C', 'p', 'f', '^L', '^Z', 'now', 'confirmed', 'Findings']) expect(lines.some((line) => line.startsWith(`  ${key}  `))).toBe(true)
    expect(lines.slice(3, -1).join('\n')).not.toContain('…')
    expect(lines.join('\n')).not.toContain('Latest')
  })
})
