import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLI } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'
import { hasTmux, Terminal, until } from '../helpers/tmux.ts'
import { wsLine } from '../helpers/ws-line.ts'

const SMALL = { width: 80, height: 24 }
const LARGE = { width: 200, height: 50 }

/** The command in a shell of a real terminal, as a person starts it. */
const watching = async (size: { width: number; height: number }) => {
  const folder = temporaryFolder()
  const [access, errors] = [join(folder, 'access.log'), join(folder, 'error.log')]
  for (const path of [access, errors]) writeFileSync(path, '')
  const terminal = new Terminal(['bash', '--norc', '--noprofile', '-i'], size)
  await terminal.shows('ready>')
  terminal.type(`${process.execPath} ${CLI} tail ${access} -e ${errors}; echo "ended with $?"`)
  terminal.press('Enter')
  await terminal.shows('q quit')
  const idle = (client: string): void => {
    appendFileSync(errors, `${errorStamp(Date.now())} [info] 7#7: *5 upstream timed out (110: Connection timed out) while proxying upgraded connection, client: ${client}, server: a, request: "GET /ws/大厅 HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "a"\n`)
    appendFileSync(access, wsLine({ client, time: timeLocal(Date.now()), target: '/ws/大厅', seconds: '60.001', bytes: 0 }))
  }
  return { access, errors, terminal, idle }
}

// test/setup.ts installs tmux where it may, and says so where it may not.
describe.runIf(hasTmux())('wslog tail on a terminal', () => {
  it.each([SMALL, LARGE])('shows what comes, at $width × $height', async (size) => {
    const { access, terminal, idle } = await watching(size)
    expect(terminal.text).toContain('Nothing has come yet')
    for (let times = 0; times < 5; times++) idle(`203.0.113.${times}`)
    appendFileSync(access, wsLine({ time: timeLocal(Date.now()), status: 502, seconds: '0.001' }))
    await terminal.shows('silent for proxy_read_timeout')
    await until(() => terminal.text, () => /of them cut\s+\d+/.test(terminal.text) && terminal.text.includes('11 lines'))
    expect(terminal.lines.length).toBeLessThanOrEqual(size.height)
    terminal.press('q')
    await terminal.shows('ended with 0')
  })

  it('pauses, shows faults only, and helps', async () => {
    const { access, terminal, idle } = await watching(LARGE)
    idle('203.0.113.77')
    appendFileSync(access, wsLine({ client: '203.0.113.88', time: timeLocal(Date.now()) }))
    await terminal.shows('203.0.113.88')
    terminal.press('f')
    await until(() => terminal.text, () => !terminal.text.includes('203.0.113.88') && terminal.text.includes('203.0.113.77'))
    terminal.press('f')
    await terminal.shows('203.0.113.88')
    terminal.press('p')
    await terminal.shows('PAUSED')
    idle('203.0.113.99')
    terminal.press('p')
    await terminal.shows('203.0.113.99')
    terminal.press('?')
    await until(() => terminal.text, () => /what the figures mean|handshakes\/s/i.test(terminal.text) && terminal.text.includes('?'))
    terminal.press('q')
    await terminal.shows('ended with 0')
  })

  it('follows the size of the terminal', async () => {
    const { terminal, idle } = await watching(SMALL)
    idle('203.0.113.1')
    await terminal.shows('silent for proxy_read_timeout')
    terminal.resize(LARGE)
    await until(() => terminal.text, () => terminal.lines.length > SMALL.height)
    terminal.resize(SMALL)
    await until(() => terminal.text, () => terminal.lines.length <= SMALL.height && terminal.text.includes('q quit'))
    terminal.press('q')
    await terminal.shows('ended with 0')
  })

  it.each([
    ['C-c', 130],
    ['q', 0],
  ])('ends at %s with the whole report, on the screen it was started from', async (key, code) => {
    const { terminal, idle } = await watching(LARGE)
    for (let times = 0; times < 4; times++) idle(`203.0.113.${times}`)
    await terminal.shows('60 s')
    terminal.press(key)
    await terminal.shows(`ended with ${code}`)
    expect(terminal.ask('#{alternate_on} #{cursor_flag}')).toBe('0 1')
    expect(terminal.text).toContain('What this rests on')
  })

  it('is stopped by ^Z and comes back with fg, with what came meanwhile', async () => {
    const { terminal, idle } = await watching(SMALL)
    idle('203.0.113.1')
    await terminal.shows('silent for proxy_read_timeout')
    terminal.press('C-z')
    await terminal.shows('Stopped')
    expect(terminal.ask('#{alternate_on} #{cursor_flag}')).toBe('0 1')
    idle('203.0.113.2')
    terminal.type('fg')
    terminal.press('Enter')
    await terminal.shows('4 lines')
    terminal.press('q')
    await terminal.shows('What this rests on')
  })
})
