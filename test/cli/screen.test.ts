import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { renderDashboard } from '../../src/render/live/dashboard.ts'
import type { View } from '../../src/render/live/view.ts'
import { PLAIN } from '../../src/render/paint.ts'
import { ROOT } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { Seeded } from '../helpers/seeded.ts'
import { busySnapshot, emptySnapshot, hostileSnapshot } from '../helpers/snapshots.ts'
import { hasTmux, Terminal, until } from '../helpers/tmux.ts'

const DEMO = [process.execPath, '--import', 'tsx', join(ROOT, 'test/helpers/screen-demo.ts')]
const SHELL = ['bash', '--norc', '--noprofile', '-i']
const SMALL = { width: 80, height: 24 }
const LARGE = { width: 200, height: 50 }
type Kind = 'busy' | 'empty'

/** What the demo is to show, as a terminal shows it. */
const expected = (kind: Kind, view: Partial<View> & { width: number; height: number }): string[] =>
  renderDashboard(kind === 'busy' ? busySnapshot() : emptySnapshot(), { zone: FixedOffsetZone.utcInstance, paint: PLAIN, isPaused: false, isFaultsOnly: false, isHelp: false, ...view }).join('\n').trimEnd().split('\n')

const showsDashboard = (terminal: Terminal, kind: Kind, view: Partial<View> & { width: number; height: number } = SMALL): Promise<true> => {
  const lines = expected(kind, view).join('\n')
  return until(() => `the dashboard, instead of\n${terminal.text}`, () => terminal.text === lines)
}

const MODES = '#{cursor_flag} #{alternate_on} #{wrap_flag}'
const OURS = '0 1 0'
const AS_FOUND = '1 0 1'

interface Started {
  readonly terminal: Terminal
  readonly log: string
  readonly pid: number
  /** Checks that the terminal is as it was before the demo began: its modes, and what it showed. */
  readonly isBack: () => Promise<void>
}

/** The demo in a shell, and all that a user would see before and after. */
const start = async (kind: Kind, { size = SMALL, args = [] }: { size?: { width: number; height: number }; args?: readonly string[] } = {}): Promise<Started> => {
  const folder = temporaryFolder()
  const log = join(folder, 'log')
  const terminal = new Terminal(SHELL, size)
  await terminal.shows('ready>')
  terminal.type(`cd ${ROOT} && stty -a > ${folder}/before; echo what was there before`)
  terminal.press('Enter')
  await until('the echo', () => terminal.lines.includes('what was there before'))
  terminal.type(`${[...DEMO, kind, log, ...args].join(' ')}`)
  terminal.press('Enter')
  const pid = await until('the process', () => existsSync(log) && Number(readFileSync(log, 'utf8').split('\n')[0]))
  await showsDashboard(terminal, kind, size)
  expect(terminal.ask(MODES)).toBe(OURS)
  return {
    terminal, log, pid,
    isBack: async () => {
      await until(() => `the terminal as it was, instead of ${terminal.ask(MODES)}\n${terminal.text}`, () => terminal.ask(MODES) === AS_FOUND)
      await until('the shell', () => terminal.lines.at(-1) === 'ready>')
      expect(terminal.lines).toContain('what was there before')
      terminal.type(`stty -a > ${folder}/after; echo asked`)
      terminal.press('Enter')
      await until('the answer', () => terminal.lines.includes('asked'))
      expect(readFileSync(join(folder, 'after'), 'utf8')).toBe(readFileSync(join(folder, 'before'), 'utf8'))
    },
  }
}

const exitCode = async (terminal: Terminal): Promise<string> => {
  terminal.type('echo "code=$?"')
  terminal.press('Enter')
  return until('the exit code', () => /^code=(\d+)$/m.exec(terminal.text)?.[1])
}

describe.skipIf(!hasTmux())('the screen in a real terminal', () => {
  it.each([
    ['busy', SMALL], ['empty', SMALL], ['busy', LARGE], ['empty', LARGE], ['busy', { width: 20, height: 5 }], ['busy', { width: 120, height: 40 }],
  ] as const)('shows a dashboard to the letter: %s at %o', async (kind, size) => {
    const terminal = new Terminal([...DEMO, kind, join(temporaryFolder(), 'log')], size)
    await showsDashboard(terminal, kind, size)
    expect(terminal.ask(MODES)).toBe(OURS)
  })

  it.each([SMALL, LARGE, { width: 40, height: 30 }])('keeps every line in its place whatever clients send, at %o', async (size) => {
    const terminal = new Terminal([...DEMO, 'hostile', join(temporaryFolder(), 'log')], size)
    await terminal.shows('q quit')
    const lines = renderDashboard(hostileSnapshot(new Seeded(1)), { zone: FixedOffsetZone.utcInstance, paint: PLAIN, isPaused: false, isFaultsOnly: false, isHelp: false, ...size })
    expect(terminal.lines).toHaveLength(size.height)
    // Terminals differ in how wide they draw flags and pictures: those lines may end elsewhere, but they begin where they are to.
    for (const [row, line] of lines.entries()) {
      const own = /^[ -~✗·–▁-█]*/u.exec(line)![0].trimEnd()
      expect(terminal.lines[row]!.slice(0, own.length)).toBe(own)
    }
    expect(terminal.ask('#{pane_title} #{cursor_flag} #{alternate_on}')).not.toContain('owned')
  })

  it('follows its size, up and down', async () => {
    const { terminal, isBack } = await start('busy')
    for (const size of [LARGE, { width: 60, height: 20 }, { width: 100, height: 30 }, SMALL]) {
      terminal.resize(size)
      await showsDashboard(terminal, 'busy', size)
    }
    terminal.type('q')
    await isBack()
  })

  it('obeys its keys, and no others', async () => {
    const { terminal } = await start('busy')
    terminal.type('p')
    await showsDashboard(terminal, 'busy', { ...SMALL, isPaused: true })
    terminal.type('f')
    await showsDashboard(terminal, 'busy', { ...SMALL, isPaused: true, isFaultsOnly: true })
    for (const key of ['Up', 'F1', 'PageDown', 'M-q', 'C-q']) terminal.press(key)
    terminal.type('?')
    await showsDashboard(terminal, 'busy', { ...SMALL, isPaused: true, isFaultsOnly: true, isHelp: true })
  })

  it('paints anew at ^L what something else has written over', async () => {
    const { terminal } = await start('busy')
    terminal.tmux('run-shell', `printf '\\033[5;5Hrubbish' > ${terminal.ask('#{pane_tty}')}`)
    await terminal.shows('rubbish')
    terminal.press('C-l')
    await showsDashboard(terminal, 'busy')
  })

  it('writes only the lines that changed, in one synchronized frame', async () => {
    const { terminal } = await start('busy')
    const raw = join(temporaryFolder(), 'raw')
    terminal.tmux('pipe-pane', '-O', `cat > ${raw}`)
    terminal.type('p')
    await until('the frame', () => existsSync(raw) && readFileSync(raw, 'utf8').endsWith('\u001B[?2026l'))
    const written = readFileSync(raw, 'utf8')
    expect(written.startsWith('\u001B[?2026h')).toBe(true)
    expect([...written.matchAll(/\u001B\[(\d+);1H/g)].map(([, row]) => row)).toEqual(['2', '24'])
    expect(written).not.toContain('\u001B[2J')
  })

  it('stops at ^Z, and comes back with fg', async () => {
    const { terminal, isBack } = await start('busy')
    for (let times = 0; times < 2; times++) {
      terminal.press('C-z')
      await terminal.shows('Stopped')
      await isBack()
      terminal.type('fg')
      terminal.press('Enter')
      await showsDashboard(terminal, 'busy')
      expect(terminal.ask(MODES)).toBe(OURS)
    }
    terminal.type('q')
    await isBack()
  })

  it('knows the size that the terminal got while it was stopped', async () => {
    const { terminal } = await start('busy')
    terminal.press('C-z')
    await terminal.shows('Stopped')
    terminal.resize({ width: 100, height: 30 })
    terminal.type('fg')
    terminal.press('Enter')
    await showsDashboard(terminal, 'busy', { width: 100, height: 30 })
  })

  it.each(['STOP', 'TSTP'])('comes back after kill -%s from elsewhere', async (signal) => {
    const { terminal, pid, isBack } = await start('busy')
    terminal.tmux('run-shell', `kill -${signal} ${pid}`)
    await terminal.shows('Stopped')
    // With STOP nobody could give the screen back.
    if (signal === 'TSTP') await isBack()
    terminal.type('fg')
    terminal.press('Enter')
    await showsDashboard(terminal, 'busy')
    terminal.type('q')
    await until('the terminal', () => terminal.ask(MODES) === AS_FOUND)
    await terminal.shows('the report')
  })

  it('goes on after ^Z where there is no shell to come back from', async () => {
    const terminal = new Terminal([...DEMO, 'busy', join(temporaryFolder(), 'log')], SMALL)
    await showsDashboard(terminal, 'busy')
    terminal.press('C-z')
    await until('the screen left and taken again', () => terminal.ask(MODES) === OURS)
    terminal.type('f')
    await showsDashboard(terminal, 'busy', { ...SMALL, isFaultsOnly: true })
  })

  it.each([
    ['q', 'the report', '0', ({ terminal }: Started) => terminal.type('q')],
    ['^C', 'the report', '0', ({ terminal }: Started) => terminal.press('C-c')],
    ['process.exit', 'ready>', '3', ({ terminal }: Started) => terminal.type('e')],
    ['an uncaught exception, which is then to be read', 'Error: thrown by the demo', '1', ({ terminal }: Started) => terminal.type('x')],
    ['an exception while drawing', 'Error: thrown while drawing', '1', ({ terminal }: Started) => terminal.type('d')],
    ['SIGTERM', 'Terminated', '143', ({ terminal, pid }: Started) => terminal.tmux('run-shell', `kill -TERM ${pid}`)],
    ['SIGINT', 'ready>', '130', ({ terminal, pid }: Started) => terminal.tmux('run-shell', `kill -INT ${pid}`)],
    ['SIGHUP', 'Hangup', '129', ({ terminal, pid }: Started) => terminal.tmux('run-shell', `kill -HUP ${pid}`)],
  ])('leaves the terminal as it was at %s', async (_, text, code, end) => {
    const started = await start('busy')
    end(started)
    await until('the terminal', () => started.terminal.ask(MODES) === AS_FOUND)
    await started.terminal.shows(text)
    await until('the shell', () => started.terminal.lines.at(-1) === 'ready>')
    expect(await exitCode(started.terminal)).toBe(code)
    await started.isBack()
  })

  it('has left before anyone else hears of an uncaught exception', async () => {
    const { terminal, isBack } = await start('busy', { args: ['own-handlers'] })
    terminal.type('x')
    await terminal.shows('caught: thrown by the demo')
    expect(await exitCode(terminal)).toBe('5')
    await isBack()
  })

  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  }

  it('ends with its terminal', async () => {
    const { terminal, pid } = await start('busy')
    terminal.close()
    await until('its end', () => isGone(pid))
  })

  it('says that its terminal has gone where SIGHUP means something else', async () => {
    const { terminal, pid, log } = await start('busy', { args: ['own-handlers'] })
    terminal.close()
    await until('its end', () => isGone(pid))
    expect(readFileSync(log, 'utf8')).toBe(`${pid}\ngone\n`)
  })

  it('does not wait for a terminal that takes nothing, nor write it frames that are old', async () => {
    const { terminal, log, isBack } = await start('busy')
    const server = Number(terminal.ask('#{pid}'))
    const raw = join(temporaryFolder(), 'raw')
    const ticks = (): number => Number(/tick (\d+)\n$/.exec(readFileSync(log, 'utf8'))?.[1] ?? 0)
    terminal.tmux('pipe-pane', '-O', `cat > ${raw}`)
    terminal.type('t')
    await until('ticks', () => ticks() > 10)
    process.kill(server, 'SIGSTOP')
    let from = 0
    let to = 0
    try {
      from = ticks()
      await until('ticks while the terminal stands still', () => ticks() > from + 400)
      to = ticks()
    } finally {
      process.kill(server, 'SIGCONT')
    }
    await until('the latest frame', () => [...readFileSync(raw, 'utf8').matchAll(/tick (\d+)\.0\b/g)].some(([, tick]) => Number(tick) >= to))
    const seen = new Set([...readFileSync(raw, 'utf8').matchAll(/tick (\d+)\.0\b/g)].map(([, tick]) => Number(tick)).filter((tick) => tick > from && tick <= to))
    expect(seen.size).toBeLessThan(100)
    terminal.type('q')
    await isBack()
  })
})
