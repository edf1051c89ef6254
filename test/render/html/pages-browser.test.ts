import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FixedOffsetZone } from 'luxon'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadHtmlAssets } from '../../../src/commands/html-assets.ts'
import { compareReports } from '../../../src/compare/compare.ts'
import { periodOfDay } from '../../../src/history/calendar.ts'
import type { PeriodRow } from '../../../src/compare/period-row.ts'
import { renderIndexPage } from '../../../src/render/html/index-page.ts'
import { frameOf, type PeriodPage } from '../../../src/render/html/period-frame.ts'
import { sanitize } from '../../../src/render/sanitize.ts'
import type { Report } from '../../../src/report/report.ts'
import { DESKTOP, hasChromium, launchChromium, openFile, type View } from '../../helpers/chromium.ts'
import { ROOT, wslog } from '../../helpers/cli.ts'
import { temporaryFolder } from '../../helpers/folder.ts'
import { poison } from '../../helpers/hostile.ts'
import { pageOf } from '../../helpers/html-page.ts'
import { DAY_MS, dayName, today, writeDay } from '../../helpers/nights.ts'
import { reportOf } from '../../helpers/report.ts'

const ask = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression)

const SIZES: readonly (readonly [string, View])[] = [
  ['desktop', DESKTOP],
  ['tablet-dark', { ...DESKTOP, width: 820, height: 1180, colorScheme: 'dark' }],
  ['phone', { ...DESKTOP, width: 390, height: 844 }],
]

describe.skipIf(!hasChromium())('pages of a state in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** Ten days, the last of them a bad one; hosts and paths that would like to be markup. */
  const folder = async (): Promise<string> => {
    const logs = temporaryFolder()
    for (let before = 10; before >= 1; before--) {
      writeDay(logs, { startMs: today() - before * DAY_MS, sessions: 1500, cutShare: before === 1 ? 0.5 : 0.1, path: '/ws/<script>alert(1)</script>' })
      writeDay(logs, { startMs: today() - before * DAY_MS, sessions: 40, path: '/ws/<img/src=x/onerror=alert(2)>', host: '<svg/onload=alert(3)>' })
    }
    const www = join(logs, 'www')
    const { code, stderr } = await wslog(['analyze', join(logs, 'ws_access.log'), '-e', join(logs, 'ws_error.log'), '--tz', 'UTC', '--state', join(logs, 'state'), '-o', `${www}/`, '--quiet'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return www
  }

  it('ask for nothing, run nothing of a log, fit the screen at every size, and lead to each other', async () => {
    const www = await folder()
    const names = readdirSync(www)
    const day = `${dayName(today() - DAY_MS)}.html`
    const week = names.find((name) => name.includes('-W'))!
    for (const [size, view] of SIZES) {
      for (const [what, name] of [['index', 'index.html'], ['day', day], ['week', week], ['month', names.find((one) => /^\d{4}-\d\d\.html$/.test(one))!]] as const) {
        const { page, troubles } = await openFile(browser, join(www, name), view)
        expect(await ask(page, 'document.documentElement.scrollWidth - innerWidth'), `${name} ${size}`).toBeLessThanOrEqual(0)
        const hrefs = await ask<string[]>(page, `[...document.links].map((link) => link.getAttribute('href')).filter((href) => !href.startsWith('#') && !href.startsWith('https:'))`)
        expect(hrefs.filter((href) => !names.includes(href))).toEqual([])
        expect(hrefs.length).toBeGreaterThan(2)
        const shots = process.env['WSLOG_SCREENSHOTS']
        if (shots !== undefined) {
          mkdirSync(shots, { recursive: true })
          await page.screenshot({ path: join(shots, `pages-${what}-${size}.png`), fullPage: true })
        }
        expect(troubles, `${name} ${size}`).toEqual([])
        await page.context().close()
      }
    }
  }, 120_000)

  it('an operator gets from the index to the day before, with the keyboard, and without a script', async () => {
    const www = await folder()
    const { page } = await openFile(browser, join(www, 'index.html'), { ...DESKTOP, hasScript: false })
    await page.locator('h1 a').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/${dayName(today() - DAY_MS)}.html`)
    expect(await page.locator('#against .answer').first().innerText()).toMatch(/^Better: nothing beyond chance\. Worse: /)
    expect(await page.locator('#against .verdict.worse').first().innerText()).toBe('✗ worse')
    await page.locator('nav [rel="prev"]').click()
    await page.waitForURL(`**/${dayName(today() - 2 * DAY_MS)}.html`)
    expect(await page.locator('nav [aria-current="page"]').count()).toBe(1)
    await page.locator('nav a', { hasText: 'All days' }).click()
    await page.waitForURL('**/index.html')
  }, 60_000)

  it('every text of a report stays text in a comparison', async () => {
    const after = await reportOf([`${ROOT}samples/who-cut-it.access.log`, '-e', `${ROOT}samples/who-cut-it.error.log`])
    const before = await reportOf([`${ROOT}samples/healthy.access.log`])
    const bad = poison(after).value as Report
    const comparison = compareReports(poison(before).value, bad)
    const { value } = poison(comparison)
    const period = periodOfDay('2026-11-21', 'day')
    const described: PeriodPage = { period, days: period.days, stretch: { fromMs: 0 }, isOver: true, isFirst: true, previous: undefined, next: undefined, up: [] }
    // Verdicts, units and groups are words of ours; labels, caveats and findings hold texts of the logs.
    const hostile = { ...comparison, rows: comparison.rows.map((row, index) => ({ ...row, label: value.rows[index]!.label })), caveats: comparison.caveats.map((caveat, index) => ({ ...caveat, before: value.caveats[index]!.before, after: value.caveats[index]!.after })), findings: comparison.findings.map((finding, index) => ({ ...value.findings[index]!, presence: finding.presence, before: null, after: { ...(finding.after ?? finding.before)!, title: (value.findings[index]!.after ?? value.findings[index]!.before)!.title } })) }
    const frame = frameOf(described, { report: after, against: [{ relation: 'day-before', period: periodOfDay('2026-11-20', 'day'), comparison: hostile }], rows: new Map(), zone: FixedOffsetZone.utcInstance, index: 'index.html', hrefOf: (name) => `${name}.html` })
    const path = join(temporaryFolder(), 'day.html')
    writeFileSync(path, await pageOf(after, { page: frame }))
    const { page, troubles } = await openFile(browser, path, DESKTOP)
    expect(await ask(page, `document.querySelectorAll('script[src], img, iframe, base, object, embed, form, style ~ style, #against script, #against svg').length`)).toBe(0)
    const shown = await ask<string>(page, `document.querySelector('#against').textContent`)
    for (const { label } of hostile.rows.slice(0, 5)) expect(shown).toContain(sanitize(label))
    expect(shown).toContain(sanitize(hostile.findings[0]!.after.title))
    expect(troubles).toEqual([])
  })

  it('every text of an index stays text, and it can be read back', async () => {
    const period = periodOfDay('2026-11-20', 'day')
    const texts = ['</script><script>alert(1)</script>', '<img src=x onerror=alert(2)>', '"><svg onload=alert(3)>']
    const row: PeriodRow = { name: period.name, madeOf: texts[0]!, lines: 1, days: [texts[1]!], isOver: true, status: 'degraded', attempts: 5, succeeded: 4, sessions: 4, faults: 1, isCutKnown: true, worst: { kind: 'ending', code: 'idle-timeout', count: 1 }, against: { better: [texts[0]!, texts[2]!], worse: [texts[1]!] } }
    const html = renderIndexPage({ pages: [{ period, href: '2026-11-20.html' }], rows: new Map([[period.name, row]]), zone: FixedOffsetZone.utcInstance, generatedAt: '2026-11-21T06:00:00.000Z', version: texts[0]!, errors: texts, assets: await loadHtmlAssets() })
    const path = join(temporaryFolder(), 'index.html')
    writeFileSync(path, html)
    const { readIndex } = await import('../../../src/commands/read-index.ts')
    expect([...(await readIndex(path)).values()]).toEqual([row])
    const { page, troubles } = await openFile(browser, path, DESKTOP)
    const shown = await ask<string>(page, 'document.body.textContent')
    for (const text of texts) expect(shown).toContain(text)
    expect(await ask(page, `document.querySelectorAll('img, svg[onload], script').length`)).toBe(2)
    expect(troubles).toEqual([])
  })
})
