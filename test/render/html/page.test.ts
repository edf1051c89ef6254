import { createHash } from 'node:crypto'
import { IANAZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { html } from '../../../src/render/html/markup.ts'
import type { Report } from '../../../src/report/report.ts'
import { pageOf, withBusyMinutes } from '../../helpers/html-page.ts'
import { reportOf } from '../../helpers/sample-report.ts'
import { times } from '../../helpers/seeded.ts'

const report = reportOf([...times(60, () => ({ bytesToClient: 4 })), { status: 404, upstream: '' }])
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')

describe('the page', () => {
  it('allows its own script and style by their hashes, its icon, and nothing else', async () => {
    const text = await pageOf(report)
    const [, script] = text.match(/<script>([\s\S]*?)<\/script>/)!
    const [, style] = text.match(/<style>([\s\S]*?)<\/style>/)!
    expect(text).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${sha256(script!)}'; style-src 'sha256-${sha256(style!)}'; img-src data:; base-uri 'none'; form-action 'none'">`)
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'))
  })

  it('has no attribute that the policy would refuse', async () => {
    const markup = (await pageOf(report)).replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '')
    expect(markup).not.toMatch(/<[^>]* style=/)
    expect(markup).not.toMatch(/<[^>]* on\w+=/)
  })

  it.each([
    ['unhealthy', report, 'Not healthy'],
    ['empty', reportOf([]), 'Nothing to judge'],
    ['healthy', reportOf(times(60, (index) => ({ durationMs: 1000 + index * 977, startedAtMs: 0 }))), 'Healthy'],
  ])('of a log that is %s says so in its title and its first heading', async (_, one, said) => {
    const text = await pageOf(one)
    expect(text).toMatch(new RegExp(`<title>${said}`))
    expect(text).toMatch(new RegExp(`<h1[^>]*>.*${said}.*</h1>`))
  })

  it('leaves out what there is none of', async () => {
    const text = await pageOf(reportOf([]))
    for (const id of ['path', 'durations', 'findings', 'events', 'clusters', 'endings', 'failures', 'heat', 'rankings']) expect(text).not.toContain(`<section id="${id}"`)
    for (const id of ['timeline', 'basis']) expect(text).toContain(`<section id="${id}"`)
  })

  it('has its sections in the order of what is asked first', async () => {
    const text = await pageOf(withBusyMinutes(report, 2880))
    const ids = [...text.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(['path', 'timeline', 'durations', ...(report.findings.length > 0 ? ['findings'] : []), 'clusters', 'endings', 'failures', 'heat', 'rankings', 'basis'])
  })

  it('stands in a frame: title, links, and sections before and after', async () => {
    const text = await pageOf(report, { page: {
      title: 'Saturday <21>',
      links: [{ label: 'the day before', href: '2026-11-20.html', rel: 'prev' }, { label: '21 & 22', href: '2026-11-21.html', rel: 'current' }, { label: 'all', href: './', rel: undefined }],
      before: [{ id: 'against', title: 'Against the day before', body: html`<p>${'better <b>'}</p>` }],
      after: [{ id: 'last', title: 'More', body: 'plain' }],
    } })
    expect(text).toContain('<title>Saturday &lt;21&gt;</title>')
    expect(text).toContain('<nav class="pages" aria-label="Reports"><ul><li><a href="2026-11-20.html" rel="prev">the day before</a></li><li><a href="2026-11-21.html" aria-current="page">21 &amp; 22</a></li><li><a href="./">all</a></li></ul></nav>')
    const ids = [...text.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id)
    expect([ids[0], ids.at(-1)]).toEqual(['against', 'last'])
    expect(text).toContain('<p>better &lt;b&gt;</p>')
    expect(await pageOf(report)).not.toContain('<nav')
  })

  it('names the clusters on the histogram', async () => {
    expect(await pageOf(report)).toMatch(/<tspan class="strong">60 s:<\/tspan> upstream-idle-timeout/)
  })

  it('says no hop is without loss where much is not known', async () => {
    const text = await pageOf({ ...report, evidence: { ...report.evidence, missing: ['error-log'] } })
    expect(text).toContain('no loss known')
    expect(text).toContain('60 ended, by whom is not known')
    expect(text).toContain('error_log /var/log/nginx/ws_error.log info;')
  })

  it('has the times of its zone', async () => {
    expect(await pageOf(report, { zone: IANAZone.create('Asia/Shanghai') })).toContain('2026-11-20 20:00:00')
  })
})

describe('its size', () => {
  const rows = (name: string): Report['clients'] => Array.from({ length: 100 }, (_, index) => ({ name: `${name}-${index}.backend.production.example.com:8080`, attempts: 10_000 + index, successRate: 0.987654, sessions: 9000, drops: 8765, faults: 1234, p50: 61.234, p95: 1234.567 }))
  const busy: Report = { ...report, drops: { ...report.drops, faults: 5 }, upstreams: rows('u'), hosts: rows('h'), paths: rows('/path/to/some/room'), clients: rows('c') }

  it.each([['a day', 1440, 450_000], ['a month', 43_200, 450_000], ['a quarter', 131_040, 450_000]])('%s, nine causes in every minute and 100 rows in each table: less than 500 kB', async (_, minutes, most) => {
    expect(Buffer.byteLength(await pageOf(withBusyMinutes(busy, minutes)))).toBeLessThan(most)
  })
})
