import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sanitize } from '../../../src/render/sanitize.ts'
import type { Report } from '../../../src/report/report.ts'
import { DESKTOP, hasChromium, launchChromium, openFile, type View } from '../../helpers/chromium.ts'
import { ROOT } from '../../helpers/cli.ts'
import { temporaryFolder } from '../../helpers/folder.ts'
import { poison } from '../../helpers/hostile.ts'
import { pageOf, withBusyMinutes } from '../../helpers/html-page.ts'
import { reportOf } from '../../helpers/report.ts'

const sample = (name: string, more: readonly string[] = []): Promise<Report> => reportOf([`${ROOT}samples/${name}.access.log`, ...more])
const whoCutIt = (): Promise<Report> => sample('who-cut-it', ['-e', `${ROOT}samples/who-cut-it.error.log`])

/** Writes the page of a report into a folder of the test's own; gives its path. */
const written = async (report: Report): Promise<string> => {
  const path = join(temporaryFolder(), 'report.html')
  writeFileSync(path, await pageOf(report))
  return path
}

/** What an expression says inside the page. */
const ask = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression)

/** Two frames: what the page does on a change of its size is done. */
const settled = (page: Page): Promise<void> => ask(page, 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))))')

describe.skipIf(!hasChromium())('the page in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  const open = async (report: Report, view: Partial<View> = {}) => openFile(browser, await written(report), { ...DESKTOP, ...view })

  describe('hostile texts in every field', () => {
    const rich = async (): Promise<Report> => {
      const report = await whoCutIt()
      return {
        ...withBusyMinutes(report, 3000),
        errors: [{ path: 'x', message: 'x' }],
        lines: { ...report.lines, examples: [{ path: 'x', line: 1, column: 2, reason: 'x' }] },
        open: { count: 2, waitingAtMost: 1, oldest: { startedAt: report.window.from!, client: 'x', host: 'x', path: 'x' }, lost: 1, untracked: 1, markersWithoutConnection: 0 } as unknown as Report['open'],
        evidence: { ...report.evidence, missing: ['host', 'connection'], messages: [...report.evidence.messages, { message: null, text: 'x', level: 'error', count: 3 }] },
        handshakes: { ...report.handshakes, failures: [{ cause: 'refused', layer: 'upstream', confidence: 'confirmed', status: 502, count: 6, share: 0.06 }] },
      }
    }

    it('stay text: nothing runs, nothing is asked for, nothing is added, and all is there to read', async () => {
      const clean = await rich()
      const { value, texts } = poison(clean)
      expect(texts.size).toBeGreaterThan(150)
      const tags = async (page: Page): Promise<Record<string, number>> => ask(page, `Object.fromEntries(['script', 'style', 'img', 'iframe', 'base', 'link', 'meta', 'object', 'embed', 'form', 'input', 'video', 'title', 'textarea'].map((tag) => [tag, document.querySelectorAll(tag).length]))`)
      const before = await open(clean)
      const { page, troubles } = await open(value)
      expect(before.troubles).toEqual([])
      expect(troubles).toEqual([])
      expect(await tags(page)).toEqual(await tags(before.page))
      expect(await ask<string[]>(page, `[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].filter(({ name, value }) => name.startsWith('on') || /^\\s*javascript:/i.test(value)).map(({ name }) => one.tagName + ' ' + name))`)).toEqual([])
      expect(await ask<string[]>(page, `[...document.links].map(({ href }) => href).filter((href) => !href.startsWith('file:'))`)).toEqual([])
      const shown = await ask<string>(page, 'document.body.textContent')
      const lost = [...texts].filter(([path]) => SHOWN.some((pattern) => pattern.test(path))).filter(([, text]) => !shown.includes(sanitize(text))).map(([path]) => path)
      expect(lost).toEqual([])
      for (const pattern of SHOWN) expect([...texts.keys()].some((path) => pattern.test(path)), String(pattern)).toBe(true)
      // Still alive: the charts draw, the tables sort.
      expect(await page.locator('.live-chart canvas').count()).toBe(4)
      await page.locator('#rankings table').first().getByRole('button', { name: /^drops/ }).click()
      expect(troubles).toEqual([])
    })

    /** Fields that are shown as they are. */
    const SHOWN = [
      /^(upstreams|hosts|paths|clients)\.\d+\.name$/, /^inputs\.\d+\.path$/, /^inputs\.0\.logFormat$/, /^findings\.\d+\.(title|detail|code|source|fix\.text|fix\.nginx)$/, /^events\.1\.(upstream|detail)$/,
      /^clusters\.\d+\.evidence\.\d+$/, /^errors\.\d+\.message$/, /^lines\.examples\.\d+\.(path|reason)$/, /^evidence\.messages\.\d+\.text$/, /^window\.timeZone$/, /^version$/,
    ]

    it('the policy lets nothing run that was not there', async () => {
      const { page } = await open(await whoCutIt())
      await ask(page, `(() => { const script = document.createElement('script'); script.textContent = 'document.title = "owned"'; document.body.append(script); document.body.insertAdjacentHTML('beforeend', '<p id="late" style="position:fixed">x</p><img src="https://example.com/x.png" onerror="document.title = 1">') })()`)
      await settled(page)
      expect(await page.title()).not.toMatch(/owned|1$/)
      expect(await ask(page, `getComputedStyle(document.getElementById('late')).position`)).toBe('static')
      expect(await ask(page, `fetch('https://example.com/').then(() => 'answered', () => 'refused')`)).toBe('refused')
    })
  })

  const VIEWS = [[360, 740], [1280, 800], [1920, 1080]].flatMap(([width, height]) => (['light', 'dark'] as const).map((colorScheme) => ({ width: width!, height: height!, colorScheme })))
  const FARM = `${ROOT}test/real-logs/farm/`
  const REPORTS: Readonly<Record<string, () => Promise<Report>>> = {
    'who-cut-it': whoCutIt,
    healthy: () => sample('healthy'),
    'a real farm': () => reportOf([`${FARM}ws_rich.log`, '-e', `${FARM}error_info.log`]),
    'an empty log': () => reportOf(['--log-format', 'ws', '-'], { input: '' }),
    'three busy weeks': async () => withBusyMinutes(await sample('ingress-retries'), 21 * 1440),
  }

  it.each(['who-cut-it', 'a real farm'])('%s: no word is broken in the middle, and no page is too wide, from a small telephone to a desktop and on paper', async (name) => {
    const { page } = await open(await REPORTS[name]!())
    for (const { media, widths } of [{ media: 'screen', widths: [320, 390, 600, 720, 800, 1000, 1280] }, { media: 'print', widths: [600, 718, 800] }] as const) {
      await page.emulateMedia({ media })
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 })
        await settled(page)
        expect(await ask(page, 'document.documentElement.scrollWidth'), `${media} ${width}`).toBeLessThanOrEqual(width)
        // Names from a log, in code, may be of any length.
        expect(await ask(page, `(() => {
          const broken = []
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
          for (let node; (node = walker.nextNode()); ) {
            if (!node.parentElement.checkVisibility() || node.parentElement.closest('code, pre, svg, .visually-hidden') !== null) continue
            for (const { 0: word, index } of node.data.matchAll(/[A-Za-z]{2,}/g)) {
              const range = document.createRange()
              range.setStart(node, index)
              range.setEnd(node, index + word.length)
              if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word)
            }
          }
          return broken
        })()`), `${media} ${width}`).toEqual([])
      }
    }
  })

  it.each(Object.keys(REPORTS))('%s: three sizes, light and dark, nothing too wide, too small or blank', async (name) => {
    const report = await REPORTS[name]!()
    const { page, troubles } = await open(report)
    const folder = join(temporaryFolder(), 'shots')
    mkdirSync(folder)
    for (const { width, height, colorScheme } of VIEWS) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await settled(page)
      expect(await ask(page, 'document.documentElement.scrollWidth'), `${width}`).toBeLessThanOrEqual(width)
      // What is cut off must be in a box that scrolls.
      expect(await ask(page, `[...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && one.closest('.scroll, pre, .ticks, .visually-hidden, .definitions') === null && !(one instanceof SVGElement)).map((one) => one.outerHTML.slice(0, 80))`)).toEqual([])
      const charts = await ask<{ colours: number; width: number }[]>(page, `[...document.querySelectorAll('.live-chart canvas')].map((canvas) => { const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true }); copy.drawImage(canvas, 0, 0); const { data } = copy.getImageData(0, 0, canvas.width, canvas.height); const seen = new Set(); for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0) seen.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]); return { colours: seen.size, width: canvas.getBoundingClientRect().width } })`)
      expect(charts).toHaveLength(report.timeline.length === 0 ? 0 : 4)
      for (const { colours, width: own } of charts) {
        expect(colours).toBeGreaterThan(3)
        expect(own).toBeLessThanOrEqual(width)
        expect(own).toBeGreaterThan(Math.min(width, 1216) * 0.75)
      }
      expect(await ask(page, `Math.min(...[...document.querySelectorAll('body *')].filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '') && one.getClientRects().length > 0 && one.tagName !== 'SCRIPT').map((one) => parseFloat(getComputedStyle(one).fontSize)))`)).toBeGreaterThanOrEqual(12)
      const dark = await ask<string>(page, `getComputedStyle(document.body).backgroundColor`)
      expect(dark).toBe(colorScheme === 'dark' ? 'rgb(15, 19, 23)' : 'rgb(244, 245, 247)')
      const shot = join(folder, `${width}-${colorScheme}.png`)
      await page.screenshot({ path: shot })
      expect(statSync(shot).size).toBeGreaterThan(5000)
    }
    expect(troubles).toEqual([])
  })

  it('says within the first view what is wrong, what most often, and where', async () => {
    const { page } = await open(await whoCutIt())
    const inView = async (text: string): Promise<boolean> => {
      const box = await page.locator('body').getByText(text).first().boundingBox()
      return box !== null && box.height > 10 && box.y + box.height <= 800
    }
    for (const text of ['132 of 202 sessions were cut (65.3 %)', 'silent for proxy_read_timeout', 'most is lost here', '33.7', 'nginx cuts quiet sessions after 60 s']) expect([text, await inView(text)]).toEqual([text, true])
    expect(await page.locator('.hop.worst h3').innerText()).toMatch(/^nginx/)
  })

  it('without a script all of it is there, charts as still pictures, and no dead button', async () => {
    const { page, troubles } = await open(await whoCutIt(), { hasScript: false })
    await expect(page.locator('h1').innerText()).resolves.toContain('132 of 202')
    expect(await page.locator('button').count()).toBe(0)
    expect(await page.locator('.plot svg').first().boundingBox().then((box) => box!.height)).toBeGreaterThan(100)
    expect(await page.locator('.plot').evaluateAll((plots) => plots.length)).toBe(4)
    for (const text of ['Where it broke', 'What to change', 'Who cut the sessions', 'Who is hit', '60 s:', 'idle-timeout', '/chat/room']) expect(await page.getByText(text).first().isVisible(), text).toBe(true)
    expect(await page.locator('#charts-hint').isVisible()).toBe(false)
    expect(troubles).toEqual([])
  })

  describe('the charts over time', () => {
    const busy = async (): Promise<Report> => withBusyMinutes(await whoCutIt(), 600)
    const ranges = (page: Page): Promise<string[]> => page.locator('.panel .range').allInnerTexts()
    const same = (texts: readonly string[]): boolean => new Set(texts).size === 1

    it('zoom together by a drag, and show all by a double click and by Esc', async () => {
      const { page, troubles } = await open(await busy())
      expect(await ranges(page)).toEqual(['', '', '', ''])
      expect(await page.locator('.panel-drops .legend li:visible').count()).toBe(8)
      const first = page.locator('.panel-drops .legend li:visible b').first()
      const total = await first.innerText()
      const over = page.locator('.panel-drops .u-over')
      await over.scrollIntoViewIfNeeded()
      const box = (await over.boundingBox())!
      const drag = async (): Promise<void> => {
        await page.mouse.move(box.x + box.width * 0.25, box.y + 50)
        await page.mouse.down()
        await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 5 })
        await page.mouse.up()
        await page.mouse.move(5, 5)
        await settled(page)
      }
      await drag()
      const zoomed = await ranges(page)
      expect(zoomed[0]).toMatch(/^14:(29|30) – (16:59|17:00)$/)
      expect(same(zoomed)).toBe(true)
      expect(await first.innerText()).not.toBe(total)
      await over.dblclick()
      await page.mouse.move(5, 5)
      await settled(page)
      expect(await ranges(page)).toEqual(['', '', '', ''])
      await drag()
      await page.locator('#charts').focus()
      await page.keyboard.press('Escape')
      await settled(page)
      expect(await ranges(page)).toEqual(['', '', '', ''])
      expect(await first.innerText()).toBe(total)
      expect(troubles).toEqual([])
    })

    it('zoom, move and read by the keyboard, and say what they read', async () => {
      const report = await busy()
      const { page, troubles } = await open(report)
      await page.locator('#charts').focus()
      for (const key of ['+', '+']) await page.keyboard.press(key)
      await settled(page)
      const zoomed = await ranges(page)
      expect(zoomed[0]).toMatch(/ – /)
      expect(same(zoomed)).toBe(true)
      await page.keyboard.press('Shift+ArrowRight')
      await settled(page)
      expect(await ranges(page)).not.toEqual(zoomed)
      await page.keyboard.press('Home')
      await page.keyboard.press('ArrowRight')
      await settled(page)
      const second = report.timeline[1]!
      expect(await page.locator('#charts-said').innerText()).toMatch(/^12:01\. Drops a minute, by cause: /)
      expect(await page.locator('.panel-active .legend b').innerText()).toBe(second.active!.toLocaleString('en-US'))
      expect(await page.locator('.panel-handshakes .legend b').last().innerText()).toBe(second.succeeded.toLocaleString('en-US'))
      await page.keyboard.press('-')
      await page.keyboard.press('Escape')
      await settled(page)
      expect(await ranges(page)).toEqual(['', '', '', ''])
      expect(troubles).toEqual([])
    })

    it('zoom by buttons', async () => {
      const { page } = await open(await busy())
      await page.getByRole('button', { name: 'Zoom in' }).click()
      await settled(page)
      expect((await ranges(page))[3]).toMatch(/ – /)
      await page.getByRole('button', { name: 'Show all' }).click()
      await settled(page)
      expect(await ranges(page)).toEqual(['', '', '', ''])
    })
  })

  it('tables sort by click and by key, unknown values last, and say so', async () => {
    const report = await whoCutIt()
    const rows = report.clients.map((row, index) => (index === 2 ? { ...row, p50: null } : row))
    const { page } = await open({ ...report, clients: rows })
    const table = page.locator('#rankings table', { hasText: 'Clients' })
    const column = (index: number): Promise<string[]> => table.locator(`tbody tr > :nth-child(${index})`).allInnerTexts()
    const p50 = table.getByRole('button', { name: 'p50' })
    await p50.click()
    const shown = await column(7)
    expect(shown.at(-1)).toBe('–')
    const known = rows.map(({ p50: value }) => value).filter((value) => value !== null).toSorted((a, b) => b - a)
    expect((await table.locator('tbody tr > :nth-child(7)').evaluateAll((cells) => cells.map((cell) => (cell as unknown as { dataset: { v: string } }).dataset.v))).slice(0, -1).map(Number)).toEqual(known)
    expect(await table.locator('th[aria-sort]').count()).toBe(1)
    expect(await table.locator('thead th').nth(6).getAttribute('aria-sort')).toBe('descending')
    await p50.focus()
    await page.keyboard.press('Enter')
    expect(await table.locator('thead th').nth(6).getAttribute('aria-sort')).toBe('ascending')
    expect((await column(7)).at(-1)).toBe('–')
    await table.getByRole('button', { name: 'name' }).click()
    expect(await column(1)).toEqual((await column(1)).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })))
  })

  it('copies the lines for nginx as they are', async () => {
    const report = await whoCutIt()
    const { page, troubles } = await open(report)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const button = page.locator('#finding-1').getByRole('button', { name: 'Copy these lines' })
    await button.click()
    await page.locator('#finding-1').getByRole('button', { name: 'Copied' }).waitFor()
    expect(await ask(page, 'navigator.clipboard.readText()')).toBe(report.findings[0]!.fix.nginx)
    expect(troubles).toEqual([])
  })

  it('prints light, whole, and with the still pictures', async () => {
    const { page } = await open(withBusyMinutes(await whoCutIt(), 5 * 1440), { colorScheme: 'dark', width: 720 })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await settled(page)
    expect(await ask(page, `getComputedStyle(document.documentElement).getPropertyValue('--text').trim()`)).toBe('#1b222b')
    expect(await page.locator('.live-chart').first().isVisible()).toBe(false)
    expect(await page.locator('.plot').first().isVisible()).toBe(true)
    expect(await page.getByRole('button', { name: 'Copy these lines' }).first().isVisible()).toBe(false)
    expect(await ask(page, `[...document.querySelectorAll('table')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.caption.textContent)`)).toEqual([])
    expect(await ask(page, `[...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth).length`)).toBe(0)
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.length).toBeGreaterThan(50_000)
  })

  it('every control is reached by the keyboard, in view, with its focus seen; first the way past it all', async () => {
    const { page } = await open(await whoCutIt())
    const all = await ask<number>(page, `[...document.querySelectorAll('a, button, summary, [tabindex="0"]')].filter((one) => one.checkVisibility()).length`)
    await page.keyboard.press('Tab')
    expect(await ask(page, `[document.activeElement.textContent, document.activeElement.getBoundingClientRect().left >= 0]`)).toEqual(['Skip to the report', true])
    const reached = new Set<number>()
    for (let count = 0; count < all + 5; count++) {
      const [index, outline] = await ask<[number, string]>(page, `[[...document.querySelectorAll('*')].indexOf(document.activeElement), getComputedStyle(document.activeElement).outlineStyle]`)
      if (reached.has(index)) break
      reached.add(index)
      if ((await ask(page, `document.activeElement.tagName`)) !== 'BODY') expect(outline).toBe('solid')
      await page.keyboard.press('Tab')
    }
    expect(reached.size).toBeGreaterThanOrEqual(all)
  })

  it('has landmarks, headings in order, captions, scopes, and names for what is no text', async () => {
    const { page } = await open(withBusyMinutes(await whoCutIt(), 3000))
    const problems = await ask<string[]>(page, `(() => {
      const problems = []
      const all = (selector) => [...document.querySelectorAll(selector)]
      if (all('h1').length !== 1) problems.push('h1')
      let level = 1
      for (const heading of all('h1, h2, h3, h4')) { const own = Number(heading.tagName[1]); if (own > level + 1) problems.push('skips to ' + heading.textContent); level = own }
      for (const landmark of ['header', 'main', 'footer']) if (all('body > ' + landmark).length !== 1) problems.push(landmark)
      for (const table of all('table')) { if (!table.caption?.textContent) problems.push('no caption'); for (const head of table.querySelectorAll('th')) if (!['col', 'row'].includes(head.scope)) problems.push('scope'); for (const row of table.tBodies[0].rows) if (row.cells.length !== table.tHead.rows[0].cells.length) problems.push('cells') }
      for (const svg of all('svg')) if (svg.closest('[aria-hidden="true"]') === null && !(svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label'))) problems.push('svg ' + svg.outerHTML.slice(0, 60))
      const ids = all('[id]').map(({ id }) => id)
      if (new Set(ids).size !== ids.length) problems.push('ids')
      for (const name of ['aria-labelledby', 'aria-describedby']) for (const one of all('[' + name + ']')) if (!document.getElementById(one.getAttribute(name))) problems.push(name)
      for (const link of all('a[href^="#"]')) if (!document.getElementById(link.getAttribute('href').slice(1))) problems.push(link.href)
      for (const button of all('button')) if (!(button.getAttribute('aria-label') || button.textContent.trim())) problems.push('button')
      if (document.documentElement.lang !== 'en') problems.push('lang')
      return problems
    })()`)
    expect(problems).toEqual([])
  })
})

it('the icon of the page is the only other thing that it names', async () => {
  const text = await pageOf(await whoCutIt())
  expect([...text.matchAll(/\b(?:src|href|xlink:href|srcset|action|data|poster)="([^"#]*)"/g)].map(([, value]) => value!).filter((value) => !value.startsWith('https://') && !value.startsWith('data:image/svg+xml,'))).toEqual([])
  expect(readFileSync(`${ROOT}dist/render/html/page.css`, 'utf8')).not.toMatch(/@import|url\(/)
})
