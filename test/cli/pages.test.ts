import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, watch, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Run, wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { DAY_MS, dayName, today, writeDay } from '../helpers/nights.ts'
import { startWslog } from '../helpers/running.ts'

interface Place {
  readonly folder: string
  readonly www: string
  readonly state: string
  readonly night: (more?: readonly string[]) => Promise<Run>
  readonly args: (more?: readonly string[]) => string[]
}

const place = (): Place => {
  const folder = temporaryFolder()
  const [www, state] = [join(folder, 'www'), join(folder, 'state')]
  const args = (more: readonly string[] = []): string[] => ['analyze', join(folder, 'ws_access.log*'), '-e', join(folder, 'ws_error.log*'), '--tz', 'UTC', '--state', state, '-o', `${www}/`, ...more]
  return { folder, www, state, args, night: (more) => wslog(args(more)) }
}

const pages = (www: string): string[] => readdirSync(www).sort()
const text = (www: string, page: string): string => readFileSync(join(www, page), 'utf8')
/** A file is another one when it was written anew: each page is renamed into its place. */
const inodes = (www: string): Map<string, number> => new Map(pages(www).map((page) => [page, statSync(join(www, page)).ino]))
const writtenSince = (before: ReadonlyMap<string, number>, www: string): string[] => [...inodes(www)].filter(([page, inode]) => before.get(page) !== inode).map(([page]) => page)
const links = (html: string): string[] => [...html.matchAll(/<a [^>]*href="([^"#][^"]*)"/g)].map(([, href]) => href!).filter((href) => !href.startsWith('https://'))

const DAY = today()
const day = (before: number): string => `${dayName(DAY - before * DAY_MS)}.html`

describe('pages from a state', () => {
  it('are there for each day, week and month, with an index, and all links lead to one of them', async () => {
    const { folder, www, night } = place()
    for (let before = 9; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS })
    expect(await night(['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
    const found = pages(www)
    expect(found.filter((page) => /^\d{4}-\d\d-\d\d\.html$/.test(page))).toEqual(Array.from({ length: 9 }, (_, index) => day(9 - index)))
    expect(found.filter((page) => /^\d{4}-W\d\d\.html$/.test(page)).length).toBeGreaterThanOrEqual(2)
    expect(found.filter((page) => /^\d{4}-\d\d\.html$/.test(page)).length).toBeGreaterThanOrEqual(1)
    expect(found).toContain('index.html')
    const reached = new Set<string>()
    for (const page of found) {
      for (const href of links(text(www, page))) {
        expect(existsSync(join(www, href)), `${page}: ${href}`).toBe(true)
        if (page === 'index.html') reached.add(href)
      }
    }
    expect([...reached].sort()).toEqual(found.filter((page) => page !== 'index.html'))
    expect(text(www, day(3))).toMatch(new RegExp(`rel="prev"[^<]*<|href="${day(4)}" rel="prev"`))
    expect(text(www, day(3))).toContain(`href="${day(2)}" rel="next"`)
    expect(text(www, day(3))).toContain(`<a href="${day(3)}" aria-current="page">`)
  })

  it('are readable for the web server whatever the umask, in a folder that decides who may in', async () => {
    const { folder, www, args } = place()
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 20 })
    mkdirSync(www, { mode: 0o750 })
    const before = process.umask(0o077)
    try {
      expect((await wslog(args(['--quiet']))).code).toBe(0)
    } finally {
      process.umask(before)
    }
    for (const page of pages(www)) expect(statSync(join(www, page)).mode & 0o777, page).toBe(0o644)
    expect(statSync(www).mode & 0o777).toBe(0o750)
  })

  it('are not written again when nothing changed; the index tells of the run', async () => {
    const { folder, www, night } = place()
    for (let before = 9; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 50 })
    await night()
    const before = inodes(www)
    expect((await night()).code).toBe(0)
    expect(writtenSince(before, www)).toEqual(['index.html'])
  })

  it('are written again where something changed, and the day and the week that are compared with it', async () => {
    const { folder, www, night } = place()
    for (let before = 9; before >= 2; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 50 })
    await night()
    const before = inodes(www)
    // Rotated meanwhile; the night before was new, and a late line of three days ago.
    for (const log of ['ws_access.log', 'ws_error.log']) renameSync(join(folder, log), join(folder, `${log}.1`))
    writeDay(folder, { startMs: DAY - 3 * DAY_MS, sessions: 1 })
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 50 })
    await night()
    const written = writtenSince(before, www).filter((page) => /^\d{4}-\d\d-\d\d\.html$/.test(page))
    // The hours of four days ago were put together to a day.
    expect(written).toEqual([day(4), day(3), day(2), day(1)])
  })

  it('say what got better or worse, against the day before and the same day last week, also in the text for a mail', async () => {
    const { folder, www, night } = place()
    for (let before = 9; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 2000, cutShare: before === 1 ? 0.5 : 0.1 })
    const { stdout } = await night(['--since', 'yesterday', '--until', 'today', '-o', join(folder, 'night.txt')])
    const lines = stdout.split('\n')
    expect(stdout.replaceAll('\n', ' ')).toMatch(new RegExp(`Against the day before \\(${dayName(DAY - 2 * DAY_MS)}\\): Better: nothing beyond chance\\. Worse: .*sessions cut`))
    expect(stdout.replaceAll('\n', ' ')).toMatch(new RegExp(`Against the same day last week \\(${dayName(DAY - 8 * DAY_MS)}\\): Better: .* Worse: .*sessions cut`))
    // Early in the mail, and no wider than it.
    expect(lines.findIndex((line) => line.startsWith('Against the day before'))).toBeLessThan(20)
    expect(lines.findIndex((line) => line.startsWith('Against the day before'))).toBeLessThan(lines.indexOf('What to change'))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(readFileSync(join(folder, 'night.txt'), 'utf8')).toContain('Against the day before')
    const page = text(www, day(1))
    expect(page).toMatch(/Against the day before, <a href="\d{4}-\d\d-\d\d\.html">[\s\S]*?Worse: [^<]*sessions cut/)
    expect(page).toMatch(/<span class="verdict worse">/)
    expect(text(www, day(4))).toMatch(/Nothing better or worse beyond chance/)
    expect(text(www, 'index.html')).toMatch(/ worse: [^<]*sessions cut/)
    // What a program reads is as it was.
    const { stdout: json } = await night(['--since', 'yesterday', '--until', 'today', '--json'])
    expect(JSON.parse(json)).toMatchObject({ schema: 'wslog.report/1', handshakes: { attempts: 2000 } })
    expect(json).not.toContain('Against')
  })

  it('compare nothing in a text over another stretch, nor a day that is not over', async () => {
    const { folder, www, night } = place()
    for (let before = 3; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 60 })
    writeDay(folder, { startMs: DAY, sessions: 5, hours: 1 })
    for (const more of [[], ['--since', dayName(DAY - 3 * DAY_MS), '--until', 'today'], ['--since', 'today']]) expect((await night(more)).stdout).not.toContain('Against the day')
    expect(text(www, day(0))).toMatch(/This day is not over/)
    expect(text(www, 'index.html')).toMatch(/not over/)
    // What can be judged stands on top.
    expect(text(www, 'index.html')).toMatch(new RegExp(`<h1[^]*?<a href="${day(1)}">`))
  })

  it('make up for a run that was killed before it wrote them', async () => {
    const { folder, www, state, night, args } = place()
    for (let before = 4; before >= 2; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 50 })
    await night()
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 50 })
    // What was read is kept, and no page was written: as after a SIGKILL between the two.
    await wslog(args().filter((arg, index, all) => arg !== '-o' && all[index - 1] !== '-o'))
    expect(existsSync(state)).toBe(true)
    expect(pages(www)).not.toContain(day(1))
    const left = join(www, `.${day(1)}.0123456789abcdef.tmp`)
    const written = join(www, `.${day(2)}.0123456789abcdef.tmp`)
    for (const draft of [left, written]) writeFileSync(draft, '<half')
    utimesSync(left, 0, 0)
    await night()
    expect(text(www, day(1))).toContain('50 attempts')
    expect(text(www, day(2))).toContain(`href="${day(1)}" rel="next"`)
    // What is young may be another run's, which is still at it.
    expect(pages(www).filter((page) => page.startsWith('.'))).toEqual([basename(written)])
  })

  it('come back, when they were deleted or the index was damaged', async () => {
    const { folder, www, night } = place()
    for (let before = 4; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 50 })
    await night()
    const whole = text(www, 'index.html').replaceAll(/last run [^<]*|\d\d:\d\d:\d\d/g, '')
    unlinkSync(join(www, day(2)))
    await night()
    expect(pages(www)).toContain(day(2))
    for (const text of ['', 'not ours', '<script type="application/json" id="pages-data">{"schema":"wslog.pages/1","rows":[{}]}</script>']) {
      writeFileSync(join(www, 'index.html'), text)
      expect((await night()).code).toBe(0)
      expect(readFileSync(join(www, 'index.html'), 'utf8').replaceAll(/last run [^<]*|\d\d:\d\d:\d\d/g, '')).toBe(whole)
    }
  })

  it('stay when their days are let go, and stay in the index with their figures', async () => {
    const { folder, www, night } = place()
    for (let before = 9; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 50 + before })
    await night(['--retention', '90d'])
    const before = inodes(www)
    writeDay(folder, { startMs: DAY, sessions: 5, hours: 1 })
    await night(['--retention', '3d'])
    const written = writtenSince(before, www)
    expect(written).not.toContain(day(9))
    expect(written).not.toContain(day(5))
    expect(pages(www)).toEqual(expect.arrayContaining([day(9), day(5)]))
    expect(text(www, 'index.html')).toMatch(new RegExp(`href="${day(9)}"[^]*?>59<`))
    // Without what the index knew, they are listed without figures.
    unlinkSync(join(www, 'index.html'))
    await night(['--retention', '3d'])
    expect(text(www, 'index.html')).toMatch(new RegExp(`Older pages[^]*href="${day(9)}"`))
    expect(text(www, day(9))).toContain('59 attempts')
  })

  it('are not replaced by poorer ones, when a state was begun anew over fewer logs', async () => {
    const { folder, www, state, night } = place()
    writeDay(folder, { startMs: DAY - 2 * DAY_MS, sessions: 80 })
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 50 })
    await night()
    rmSync(state, { recursive: true })
    for (const log of ['ws_access.log', 'ws_error.log']) rmSync(join(folder, log))
    writeDay(folder, { startMs: DAY - 2 * DAY_MS, sessions: 7, hours: 2 })
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 60 })
    await night()
    expect(text(www, day(2))).toContain('80 attempts')
    expect(text(www, day(1))).toContain('60 attempts')
    expect(text(www, 'index.html')).toMatch(new RegExp(`href="${day(2)}"[^]*?>80<`))
  })

  it('leave all other files alone', async () => {
    const { folder, www, night } = place()
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 20 })
    mkdirSync(join(www, 'sub'), { recursive: true })
    const foreign = ['2026-13.html', '2026-11-31.html', 'notes.html', '.htaccess', '.notes.html.0123456789abcdef.tmp', 'night.txt', '2026-11-20.html.bak', 'index.htm']
    for (const name of foreign) writeFileSync(join(www, name), `mine ${name}`)
    const before = inodes(www)
    await night()
    await night()
    for (const name of foreign) expect(text(www, name)).toBe(`mine ${name}`)
    expect(writtenSince(before, www).filter((name) => before.has(name))).toEqual([])
    expect(text(www, 'index.html')).not.toMatch(/notes|2026-13|2026-11-31/)
  })

  it('say so when the folder cannot be used, and keep what was read', async () => {
    const { folder, www, state, args } = place()
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 20 })
    const into = (target: string): Promise<Run> => wslog(args(['--quiet']).map((arg) => (arg === `${www}/` ? target : arg)))
    expect(await into(`${join(folder, 'none', 'www')}/`)).toEqual({ code: 2, stdout: '', stderr: `wslog: ${join(folder, 'none', 'www')}/: the folder above it does not exist; no page was written, and the next run makes up for it\n` })
    const { stdout } = await wslog(['state', state, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ report: { handshakes: { attempts: 20 } } })
    expect((await into(`${www}/`)).code).toBe(0)
    expect(text(www, day(1))).toContain('20 attempts')
  })

  it('go to the folder that a link leads to', async () => {
    const { folder, www, night } = place()
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 20 })
    mkdirSync(join(folder, 'elsewhere'))
    symlinkSync(join(folder, 'elsewhere'), www)
    expect((await night()).code).toBe(0)
    expect(pages(join(folder, 'elsewhere'))).toContain(day(1))
  })

  it('say where what is kept begins', async () => {
    const { folder, www, night } = place()
    writeDay(folder, { startMs: DAY - 2 * DAY_MS + 13 * 3_600_000, sessions: 20, hours: 10 })
    writeDay(folder, { startMs: DAY - DAY_MS, sessions: 20 })
    await night()
    expect(text(www, day(2))).toMatch(/Not the whole day[^]*What is kept begins at \S+ 13:/)
    expect(text(www, day(1))).not.toContain('Not the whole day')
  })
})

describe('interrupted while it writes pages', () => {
  it('says so, and the next run writes the rest', async () => {
    const { folder, www, night, args } = place()
    for (let before = 40; before >= 1; before--) writeDay(folder, { startMs: DAY - before * DAY_MS, sessions: 200 })
    mkdirSync(www)
    const watcher = watch(www)
    const running = startWslog(args(['--quiet']))
    // Made before, so that it can be watched: who asks again and again takes the processor from the run.
    const [begun] = await once(watcher, 'change') as [string]
    expect(begun).toBe('rename')
    watcher.close()
    expect(await running.end('SIGINT')).toBe(130)
    expect(running.errors()).toContain('what was read is kept, and the next run writes the pages')
    expect(pages(www)).not.toContain('index.html')
    expect((await night()).code).toBe(0)
    expect(pages(www)).toEqual(expect.arrayContaining(['index.html', day(1), day(40)]))
  })
})
