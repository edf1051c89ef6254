import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import type { Against } from '../../src/compare/against.ts'
import { compareReports } from '../../src/compare/compare.ts'
import { periodOfDay } from '../../src/history/calendar.ts'
import { renderCsv } from '../../src/render/csv.ts'
import { renderMarkdown } from '../../src/render/markdown.ts'
import { COLOURED, PLAIN } from '../../src/render/paint.ts'
import { againstLines } from '../../src/render/terminal/against.ts'
import { basis } from '../../src/render/terminal/basis.ts'
import { clusters } from '../../src/render/terminal/clusters.ts'
import { drops } from '../../src/render/terminal/drops.ts'
import { endings } from '../../src/render/terminal/endings.ts'
import { handshakes } from '../../src/render/terminal/handshakes.ts'
import { headline } from '../../src/render/terminal/headline.ts'
import type { Section } from '../../src/render/terminal/options.ts'
import { rankings } from '../../src/render/terminal/rankings.ts'
import { sessions } from '../../src/render/terminal/sessions.ts'
import type { ClusterReport, Report } from '../../src/report/report.ts'
import { simulate, USUAL } from '../compare/simulated.ts'
import { reportOf } from '../helpers/sample-report.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const zone = FixedOffsetZone.utcInstance
const EMPTY = reportOf([])
const SOME = reportOf(times(40, (index) => ({ durationMs: 1000 * (index + 1), endedAtMs: Date.UTC(2026, 10, 20, 12, index) })))
const lines = (section: Section, parts: Partial<Report> = {}, report = SOME, width = 80): readonly string[] | undefined => section({ ...report, ...parts }, { paint: PLAIN, width, zone })
const CLUSTER: ClusterReport = { id: 'c1', seconds: 20, from: 19, to: 21, sessions: 40, quiet: 40, share: 0.4, expected: 1, cause: null, layer: 'unknown', confidence: 'guess', evidence: [], candidates: [], echoes: [] }
const OPEN: NonNullable<Report['open']> = { count: 2, waitingAtMost: 1, waitingSeconds: 1, oldest: null, byUpstream: [{ name: 'a:1', open: 2 }], byPath: [], lost: 3, untracked: 4 }

describe('sections without anything to say are left out', () => {
  it.each([['clusters', clusters], ['drops', drops], ['endings', endings], ['rankings', rankings], ['sessions', sessions]] as const)('%s', (_, section) => {
    expect(lines(section, {}, EMPTY)).toBeUndefined()
  })
})

describe('the headline', () => {
  it.each([['ok', '✓', COLOURED.good], ['unknown', '?', COLOURED.warn], ['degraded', '✗', COLOURED.bad], ['failing', '✗', COLOURED.bad]] as const)('of health %s', (status, mark, colour) => {
    const first = headline({ ...SOME, health: { ...SOME.health, status } }, { paint: COLOURED, width: 80, zone })![3]!
    expect(first).toContain(mark)
    expect(first.startsWith(colour('|').split('|')[0]!)).toBe(true)
  })

  it('cuts the names of many files', () => {
    const inputs = times(20, (index) => ({ path: `/var/log/nginx/access-${index}.log`, kind: 'access', logFormat: 'ws', envelope: null, bytes: 0, lines: 0, parsed: 0, skipped: 0, filtered: 0, from: null, to: null } as const))
    const [files] = lines(headline, { inputs })!
    expect(files).toHaveLength(80)
    expect(files!.endsWith('…')).toBe(true)
    expect(lines(headline, { inputs: inputs.slice(0, 1) })![0]).toBe('wslog  /var/log/nginx/access-0.log')
  })

  it('says when there is no line in the time that was asked for', () => {
    expect(lines(headline, {}, EMPTY)![1]).toBe('no lines in this time')
  })
})

describe('ages at which sessions end together', () => {
  it('stand with what is known of them alone', () => {
    expect(lines(clusters, { clusters: [CLUSTER] })).toEqual(['Ages at which sessions end together', '  20 s  40 sessions (40 %), all quiet', '        several causes fit'])
  })

  it('are ten at most', () => {
    const text = lines(clusters, { clusters: times(12, (index) => ({ ...CLUSTER, seconds: index + 1, evidence: ['sharp'] })) })!
    expect(text.filter((line) => line.includes('sharp'))).toHaveLength(10)
    expect(text.at(-1)).toBe('  2 more in --json')
  })
})

describe('drops per minute', () => {
  it('are a character a minute, or the worst of several', () => {
    expect(lines(drops)![2]).toBe('  12:00 – 12:39, a minute a character')
    const timeline = times(1500, (index) => ({ ...SOME.timeline[0]!, minute: new Date(Date.UTC(2026, 10, 20) + index * 60_000).toISOString(), drops: index }))
    expect(lines(drops, { timeline })![2]).toMatch(/^ {2}2026-11-20 00:00 – 2026-11-21 00:59, worst of \d+ minutes a character$/)
  })
})

describe('how sessions ended', () => {
  it('is not said where no log says it, and nothing would', () => {
    expect(lines(endings)).toEqual(['Who cut the sessions', '  The access log does not say.'])
    expect(lines(endings, { evidence: { ...SOME.evidence, errorLogLevel: 'info' } })).toEqual(['Who cut the sessions', '  Neither the access log nor the error log says.'])
  })

  it('is not said where no log says it, with what would', () => {
    expect(lines(endings, { evidence: { ...SOME.evidence, missing: ['error-log'] } })!.slice(-2)).toEqual(['      error_log /var/log/nginx/ws_error.log info;', '      wslog analyze ws_access.log -e /var/log/nginx/ws_error.log'])
  })
})

describe('handshakes', () => {
  const failure = (count: number): Report['handshakes']['failures'][number] => ({ cause: 'refused', layer: 'upstream', confidence: 'likely', status: 9, count, share: 0.01 })

  it('are counted; why they fail in ten rows', () => {
    const { handshakes: own } = SOME
    expect(lines(handshakes)).toEqual(['Handshakes', '  40 attempts, 40 reached 101, 0 failed', '  Counted: requests whose Upgrade header names websocket.'])
    const text = lines(handshakes, { handshakes: { ...own, failures: times(12, (index) => failure(index)) } })!
    expect(text.at(-1)).toBe('  2 more causes')
    expect(text.filter((line) => / 009 /.test(line))).toHaveLength(10)
    expect(lines(handshakes, { handshakes: { ...own, failures: [failure(1)] } })!.at(-1)).not.toContain('more')
  })

  it('of none it is not said how they were counted', () => {
    expect(lines(handshakes, {}, EMPTY)).toEqual(['Handshakes', '  0 attempts, 0 reached 101, 0 failed'])
  })
})

describe('ranked rows', () => {
  it('say how many more there are, and what a row may lack', () => {
    const some = (values: number, error: number): Report['rankings'] => ({ ...SOME.rankings, upstreams: { values, error } })
    const last = (report: Report['rankings']): string => lines(rankings, { rankings: report, hosts: [], paths: [], clients: [] })!.at(-1)!
    expect(last(some(1, 0))).toMatch(/10\.1\.0\.1:80/)
    expect(last(some(1201, 0))).toBe('  and 1,200 more')
    expect(last(some(1201, 7))).toBe('  and 1,200 more; a row may lack up to 7 attempts')
  })
})

describe('how long sessions live', () => {
  it('is drawn in bins between the numbers that timers use, the last one open', () => {
    const histogram = [{ from: 1.7, to: 2.2, count: 3 }, { from: 2_000_000, to: 3_000_000, count: 1 }]
    const text = lines(sessions, { sessions: { ...SOME.sessions, histogram } })!
    expect(text.some((line) => /^ +1\.1 s – 2\.2 s +75 %  █+$/.test(line))).toBe(true)
    expect(text.at(-1)).toMatch(/^ +over 12\.7 d +25 %  █+/)
  })

  it('is not drawn where the log does not tell', () => {
    const untold = reportOf([{ durationMs: Number.NaN }])
    expect(lines(sessions, {}, untold)!.join('\n')).not.toContain('lived')
  })
})

describe('what it rests on', () => {
  it('names lines of an error log that are none of nginx', () => {
    const input = { path: 'e.log', kind: 'error', logFormat: 'error', envelope: null, bytes: 0, lines: 1200, parsed: 1195, skipped: 5, filtered: 0, from: null, to: null } as const
    expect(lines(basis, { inputs: [input] })!.join('\n')).toContain("error log e.log: 1,200 lines, 5 of them not nginx's")
    expect(lines(basis, { inputs: [{ ...input, skipped: 0 }] })!.join('\n')).toMatch(/error log e\.log: 1,200 lines$/m)
  })
})

describe('against earlier periods', () => {
  const random = new Seeded(5)
  const before = simulate(USUAL, random)
  const against = (comparison: Against['comparison']): Against[] => [{ relation: 'day-before', period: periodOfDay('2026-11-19', 'day'), comparison }]

  it('says nothing of one of which nothing is kept', () => {
    expect(againstLines(against(null), { paint: PLAIN, width: 80, zone })).toEqual([])
  })

  it('answers in a sentence, in colour when it is worse, and what makes the two less comparable', () => {
    const worse = compareReports(before, simulate({ ...USUAL, failing: 0.06 }, random, { day: 1 }))
    const text = againstLines(against({ ...worse, caveats: [{ code: 'weekend', before: '2026-11-19', after: '2026-11-21' }] }), { paint: COLOURED, width: 80, zone })
    expect(text[0]).toMatch(/Against the day before \(2026-11-19\): Better: nothing beyond chance\. Worse:/)
    expect(text[0]!.startsWith(COLOURED.bad('|').split('|')[0]!)).toBe(true)
    expect(text.join('\n')).toContain('! One is of a weekend, the other is not: 2026-11-19, 2026-11-21.')
    const same = compareReports(before, simulate(USUAL, random, { day: 2 }))
    expect(againstLines(against({ ...same, rows: same.rows.filter(({ verdict }) => verdict !== 'worse') }), { paint: COLOURED, width: 200, zone })[0]).toMatch(/^Against/)
  })
})

describe('Markdown and CSV', () => {
  const parts: Partial<Report> = {
    open: OPEN, clusters: [{ ...CLUSTER, quiet: null }], sessions: { ...SOME.sessions, quiet: null }, active: { peak: null, peakAt: null, isLowerBound: true },
    evidence: { ...SOME.evidence, messages: [{ message: null, text: 'strange', level: 'warn', count: 2 }, { message: 'reload', text: 'signal process started', level: 'notice', count: 1 }] },
    findings: [{ code: 'x', severity: 'info', layer: 'nginx', title: 'X', detail: 'It does.', sessions: 0, share: 0, sessionsPerDay: 0, evidence: {}, fix: { text: 'Change it.', nginx: ' ' }, source: 'https://nginx.org/' }],
  }
  const markdown = renderMarkdown({ ...SOME, ...parts }, { zone }).split('\n')
  const csv = renderCsv({ ...SOME, ...parts }).split('\r\n')

  it.each([
    '| sessions ended | 40 |',
    '| open at once | – |',
    '| open at the end | 2 handshakes were still open at the end of the log; up to 1 of them may still wait for an answer; 3 were lost to stops or crashes of nginx; 4 could not be followed |',
    '| 20 s | 40 | 40 % | – | several causes fit | unknown | guess |  | – |',
    String.raw`- error log: 2 lines say what wslog does not know: 2 × \[warn\] strange`,
  ])('Markdown: %s', (line) => {
    expect(markdown).toContain(line)
  })

  it.each(['open,,count,2', 'open,,oldest,', 'open,,lost,3', 'messages,unknown warn: strange,count,2', 'messages,reload notice: signal process started,count,1'])('CSV: %s', (row) => {
    expect(csv).toContain(row)
  })

  it('has no row for lines to paste where there are none', () => {
    expect(csv.filter((row) => row.startsWith('findings,x,nginx'))).toEqual([])
    expect(markdown.filter((line) => line.startsWith('```'))).toEqual([])
  })
})
