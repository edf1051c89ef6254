import { readFileSync } from 'node:fs'
import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { COLOURED, PLAIN } from '../../src/render/paint.ts'
import { renderCsv } from '../../src/render/csv.ts'
import { renderMarkdown } from '../../src/render/markdown.ts'
import { renderTerminal } from '../../src/render/terminal/terminal.ts'
import type { EventReport, Finding, Report } from '../../src/report/report.ts'
import { times } from '../helpers/seeded.ts'

const zone = FixedOffsetZone.utcInstance
const golden = (story: string): Report => JSON.parse(readFileSync(new URL(`../../samples/${story}.report.json`, import.meta.url), 'utf8')) as Report
const REPORT = golden('who-cut-it')
const ALONE = golden('idle-60s')
const shown = (parts: Partial<Report> = {}, width = 80, report = REPORT): string => renderTerminal({ ...report, ...parts }, { paint: PLAIN, width, zone })
const sectionOf = (text: string, title: string): string => text.split('\n\n').find((part) => part.startsWith(title)) ?? ''

const finding = (parts: Partial<Finding> = {}): Finding => ({
  code: 'some-thing', severity: 'warning', layer: 'nginx', title: 'Something cuts', detail: 'It does.', sessions: 12, share: 0.1, sessionsPerDay: 67_085, evidence: {},
  fix: { text: 'Change it.', nginx: '' }, source: 'https://nginx.org/', ...parts,
})

describe('what to change', () => {
  it('is left out where there is nothing', () => {
    expect(shown({ findings: [] })).not.toContain('What to change')
  })

  it('comes before all figures', () => {
    const text = shown({ findings: [finding()] })
    expect(text.indexOf('What to change')).toBeLessThan(text.indexOf('Who cut the sessions'))
  })

  it('shows five whole, of others the title', () => {
    const text = shown({ findings: times(8, (index) => finding({ title: `Title ${index}`, fix: { text: `Fix ${index}.`, nginx: '' } })) })
    expect([...text.matchAll(/^ {2}! Title \d$/gm)]).toHaveLength(8)
    expect([...text.matchAll(/Fix \d\./g)]).toHaveLength(5)
  })

  it.each([['critical', '✗'], ['warning', '!'], ['info', '·']] as const)('marks %s with %s', (severity, mark) => {
    expect(shown({ findings: [finding({ severity })] })).toContain(`  ${mark} Something cuts\n`)
  })

  it('says what mending saves, to two figures', () => {
    expect(shown({ findings: [finding()] })).toContain('    layer nginx, 12 in this log (10 %), about 67,000 a day at this rate\n')
  })

  it('says nothing of what it cannot count', () => {
    expect(shown({ findings: [finding({ sessions: 0, sessionsPerDay: 0 })] })).toContain('    layer nginx\n')
  })

  it('never breaks a line of nginx.conf', () => {
    const line = `proxy_set_header X-Long "${'x'.repeat(120)}";`
    const text = shown({ findings: [finding({ fix: { text: 'Set it.', nginx: `# in server\nlocation /ws/ {\n    ${line}\n}` } })] })
    expect(text).toContain(`        # in server\n        location /ws/ {\n            ${line}\n        }\n`)
  })

  it('obeys no text of it', () => {
    const text = '\u001B[2J\u202E'
    const hostile = finding({ title: text, detail: text, fix: { text, nginx: `a${text}\nb` } })
    for (const output of [shown({ findings: [hostile] }), renderMarkdown({ ...REPORT, findings: [hostile] }, { zone }), renderCsv({ ...REPORT, findings: [hostile] })]) expect(output).not.toMatch(/[\u001B\u202E]/)
  })

  it('cannot leave its fence in Markdown', () => {
    const text = renderMarkdown({ ...REPORT, findings: [finding({ fix: { text: '', nginx: 'a\n```\n<b>' } })] }, { zone })
    expect(text).toContain('````nginx\na\n```\n<b>\n````\n')
  })
})

describe('who cut the sessions', () => {
  it('names faults first and marks them', () => {
    const rows = sectionOf(shown(), 'Who cut the sessions').split('\n').slice(2)
    expect(rows[0]).toBe('  ✗        50   24.8 %  nginx     silent for proxy_read_timeout      confirmed')
    const marked = rows.map((row) => row.startsWith('  ✗'))
    expect(marked).toEqual(marked.toSorted((a, b) => Number(b) - Number(a)))
  })

  it('adds up by layer', () => {
    expect(sectionOf(shown(), 'Where it broke')).toMatch(/^ {2}nginx +68 +0 +█+$/m)
  })

  it('says in the first lines what dominates', () => {
    expect(shown().split('\n\n')[1]).toContain('✗ 132 of 202 sessions were cut (65.3 %): 68 at layer nginx, 26 at layer edge, 26')
  })

  it('says how to learn it, without an error log', () => {
    expect(sectionOf(shown({}, 80, ALONE), 'Who cut the sessions').split('\n').slice(-2)).toEqual(['      error_log /var/log/nginx/ws_error.log info;', '      wslog analyze ws_access.log -e /var/log/nginx/ws_error.log'])
    expect(shown()).not.toContain('error_log ')
  })

  it('says how to learn more, with one that is not at level info', () => {
    const text = sectionOf(shown({ evidence: { ...REPORT.evidence, errorLogLevel: 'error', missing: ['info-level'] } }), 'Who cut the sessions')
    expect(text).toMatch(/not at level info[^]*\n {6}error_log \/var\/log\/nginx\/ws_error\.log info;$/)
  })
})

describe('what happened', () => {
  const event = (parts: Partial<EventReport>): EventReport => ({ kind: 'reload', at: '2026-11-21T05:13:00.000Z', until: null, sessions: 3, upstream: null, detail: 'it was so', ...parts })

  it('says the time, what, how many and which upstream', () => {
    expect(sectionOf(shown({ events: [event({ kind: 'upstream-restart', upstream: '10.0.0.1:80' })] }), 'What happened')).toBe('What happened\n  05:13:00  backend stopped   3 sessions ended, 10.0.0.1:80\n            it was so')
  })

  it('says that nobody knows how many', () => {
    expect(shown({ events: [event({ kind: 'worker-crash', sessions: null })] })).toContain('worker crashed    sessions lost: not known')
  })

  it('keeps the ten that cost most, in their order', () => {
    const events = times(30, (index) => event({ at: `2026-11-21T05:13:${String(index).padStart(2, '0')}.000Z`, sessions: index === 7 ? null : index, detail: '' }))
    const part = sectionOf(shown({ events }), 'What happened')
    expect([...part.matchAll(/05:13:(\d\d)/g)].map(([, second]) => Number(second))).toEqual([7, 21, 22, 23, 24, 25, 26, 27, 28, 29])
    expect(part).toContain('20 smaller ones in --json')
  })
})

describe('ages', () => {
  const section = (parts: Partial<Report> = {}, report = REPORT): string => sectionOf(shown(parts, 80, report), 'Ages at which sessions end together').replaceAll(/\s+/g, ' ')

  it('names cause, layer and how sure it is', () => {
    expect(section()).toContain('60 s 40 sessions (19.8 %), all quiet ✗ silent for proxy_read_timeout – layer nginx, confirmed')
  })

  it('names no other directive than the one that nginx logged', () => {
    expect(section()).toContain('Known timers of 60 s – nginx: proxy_read_timeout, Kong Gateway')
    expect(section()).not.toContain('send_timeout')
  })

  it('leaves open what the logs leave open, with at most four products a layer', () => {
    const text = section({}, ALONE)
    expect(text).toContain('several causes fit')
    for (const [, products = ''] of text.matchAll(/(?:nginx|hop in front|application): ([^;.]+)/g)) expect(products.replace(/ and \d+ more$/, '').split(', ').length).toBeLessThanOrEqual(4)
  })
})

describe('what it rests on', () => {
  const evidence = REPORT.evidence
  const basis = (parts: Partial<Report> = {}): string => shown(parts).slice(shown(parts).indexOf('What this rests on'))

  it('names the error log, its level, its zone and how it was joined', () => {
    expect(basis()).toContain("  error log samples/who-cut-it.error.log: 110 lines\n    finest level held: info, its times in +00:00 (the access log's zone)\n    68 of 68 lines on how sessions ended found theirs, by connection number\n")
  })

  it('counts what could not be decided', () => {
    expect(basis({ evidence: { ...evidence, join: 'approximate', joined: { endings: 9, found: 7, ambiguous: 2 } } }).replaceAll(/\s+/g, ' ')).toContain('7 of 9 lines on how sessions ended found theirs, by client, request and time, 2 handshakes had several that fit')
  })

  it('counts messages that it does not know, and shows some', () => {
    const messages = times(5, (index) => ({ message: null, text: `strange \u001B[31m${index}${'x'.repeat(200)}`, level: 'warn', count: 2 }))
    const text = basis({ evidence: { ...evidence, messages } })
    expect(text).toContain('    10 lines say what wslog does not know:\n')
    expect([...text.matchAll(/^ {6}2 × \[warn\] strange \\x1B.*…$/gm)]).toHaveLength(3)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})

describe('Markdown and CSV say the same', () => {
  const markdown = renderMarkdown(REPORT, { zone })
  const csv = renderCsv({ ...REPORT, findings: [finding({ fix: { text: 'Change it.', nginx: 'a on;\nb off;' } })] })

  it.each([
    '## What to change',
    '| 50 | 24.8 % | ✗ | nginx | silent for proxy\\_read\\_timeout | confirmed |',
    '| nginx | 68 | 0 |',
    '| 2026-11-21 05:13:39 | backend stopped | 20 sessions ended | 127.0.0.1:36833 | all sessions of the upstream ended in one moment, those of others live on |',
    '- error log: 68 of 68 lines on how sessions ended found theirs, by connection number',
  ])('%s', (line) => {
    expect(markdown.split('\n')).toContain(line)
  })

  it('every row of a table has as many cells as its head', () => {
    for (const block of markdown.split('\n\n').filter((each) => each.startsWith('|'))) expect(new Set(block.split('\n').map((row) => row.split(/(?<!\\)\|/).length)).size).toBe(1)
  })

  it.each([
    'findings,some-thing,sessionsPerDay,67085',
    'findings,some-thing,nginx 1,a on;',
    'findings,some-thing,nginx 2,b off;',
    'endings,idle-timeout confirmed,sessions,50',
    'endings,idle-timeout confirmed,isFault,true',
    'layers,nginx,sessionsCut,68',
    'events,2026-11-21T05:13:39.229Z upstream-restart,sessions,20',
    'clusters,c1,cause,idle-timeout',
    'clusters,c2,confidence,likely',
    'evidence,,errorLogLevel,info',
    'evidence,,found,68',
  ])('%s', (row) => {
    expect(csv.split('\r\n')).toContain(row)
  })
})

describe('every width', () => {
  it.each([80, 100, 120])('%i columns are enough', (width) => {
    for (const report of [REPORT, ALONE]) for (const line of shown({}, width, report).split('\n')) expect(line.length, line).toBeLessThanOrEqual(width)
  })

  it('colour changes no text', () => {
    expect(renderTerminal(REPORT, { paint: COLOURED, width: 80, zone }).replaceAll(/\u001B\[\d+m/g, '')).toBe(shown())
  })

  it('ranked rows say how many were cut, where any was', () => {
    expect(shown()).toMatch(/^Upstreams .*drops +cut +p50/m)
    expect(shown({}, 80, ALONE)).not.toMatch(/ cut +p50/)
  })
})
