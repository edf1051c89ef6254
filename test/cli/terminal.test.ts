import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLI, ROOT, type Run, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { REAL_LOGS, SAMPLES } from '../helpers/logs.ts'
import { sessionSchemaErrors } from '../helpers/report.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const analyze = (args: readonly string[]): Promise<Run> => wslog(['analyze', ...args], { cwd: ROOT, input: '' })

describe('80 columns', () => {
  const widest = (text: string): string => text.split('\n').reduce((most, line) => ([...line].length > [...most].length ? line : most))

  // Of each log by itself: every-log.test.ts.
  it('all samples and real logs at once', async () => {
    const { stdout } = await analyze([...SAMPLES, ...REAL_LOGS])
    expect([...widest(stdout)].length, widest(stdout)).toBeLessThanOrEqual(80)
  })

  it.each([
    ['long names', wsLine({ client: '2001:0db8:0000:0000:0000:0000:0000:0001', host: `${'h'.repeat(90)}.example.com`, target: `/ws/${'p'.repeat(300)}`, upstream: `unix:/run/${'u'.repeat(90)}.sock` })],
    ['large numbers', wsLines(Array.from({ length: 3000 }, () => ({ bytes: 9_007_199_254, seconds: '8640000.123' })))],
    ['broken lines', `${wsLine()}${wsLine().replace('rt=', 'xx=')}${'x'.repeat(500)}\n`],
  ])('%s', async (_, log) => {
    const { stdout } = await wslog(['analyze', 'access.log'], { cwd: dirname(temporaryFile('access.log', log)) })
    expect([...widest(stdout)].length, widest(stdout)).toBeLessThanOrEqual(80)
  })
})

const PTY = 'import os, pty, sys\nsys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
const hasScript = spawnSync('script', ['--version']).status === 0

/** What a person sees: standard output is a terminal of 80 columns. */
const onTerminal = (args: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
  const plain = { ...process.env }
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI']) delete plain[name]
  const command = [process.execPath, CLI, 'analyze', ...args]
  const [program, words] = hasScript
    ? ['script', ['-qec', `stty cols 80; ${command.map((word) => `'${word}'`).join(' ')}`, '/dev/null']]
    : ['python3', ['-c', PTY, 'sh', '-c', 'stty cols 80; exec "$@"', 'sh', ...command]]
  return spawnSync(program as string, words as string[], { cwd: ROOT, env: { ...plain, TERM: 'xterm-256color', ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).stdout
}

const COLOURS = /\u001B\[\d+m/

describe('colour', () => {
  it.each([
    ['on a terminal', [], {}, true],
    ['on a terminal with an empty NO_COLOR, as no-color.org asks', [], { NO_COLOR: '' }, true],
    ['not with NO_COLOR', [], { NO_COLOR: '1' }, false],
    ['not with --no-color', ['--no-color'], {}, false],
    ['not in JSON', ['--json'], {}, false],
  ])('%s', (_, args, env, isColoured) => {
    const shown = onTerminal(['samples/idle-60s.access.log', '--no-progress', ...args], env)
    expect(shown).toMatch(/Not healthy|wslog\.report/)
    expect(COLOURS.test(shown)).toBe(isColoured)
  })

  it('says the same as without', async () => {
    const shown = onTerminal(['samples/idle-60s.access.log', '--no-progress'])
    expect(shown.replaceAll(/\u001B\[\d+m/g, '').replaceAll('\r\n', '\n')).toBe((await analyze(['samples/idle-60s.access.log'])).stdout)
  })

  it('never in a file', () => {
    const file = join(temporaryFolder(), 'report.txt')
    onTerminal(['samples/idle-60s.access.log', '-o', file])
    expect(readFileSync(file, 'utf8')).not.toContain('\u001B')
  })

  it('every colour that is switched on is switched off in its line', () => {
    for (const line of onTerminal(['samples/idle-60s.access.log']).split('\n')) {
      const last = line.match(/\u001B\[\d+m/g)?.at(-1) ?? '\u001B[0m'
      expect(last).toBe('\u001B[0m')
    }
  })
})

/** Characters that a terminal obeys, that turn text around, or that nobody sees. */
const DANGEROUS = /[^\P{C}\n]|[\u2028\u2029]/u

const HOSTILE: readonly [string, string, string][] = [
  ['ESC: a screen cleared, a title set', String.raw`\x1B[2J\x1B]0;owned\x07`, '\u001B[2J\u001B]0;owned\u0007'],
  ['CR: a line written over', String.raw`x\x0D\x0Ay`, 'x\r\ny'],
  ['C1: CSI in one character', String.raw`\xC2\x9B31m`, '\u009B31m'],
  ['bidirectional marks', String.raw`\xE2\x80\xAEgnp\xE2\x81\xA6`, '\u202Egnp\u2066'],
  ['invisible characters', String.raw`a\xE2\x80\x8Bb\xEF\xBB\xBF`, 'a\u200Bb\uFEFF'],
  ['line separators', String.raw`a\xE2\x80\xA8b`, 'a\u2028b'],
  ['DEL and NUL', String.raw`a\x7F\x00`, 'a\u007F\u0000'],
  ['bytes that are no UTF-8', String.raw`a\x9B\xFF`, 'a\u009B\u00FF'],
]

const everywhere = (text: string): string => wsLine({ client: text, host: text, target: `/ws/${text}`, upstream: text, userAgent: text })

const asJson = (text: string): string => {
  const ascii = (value: unknown): string => JSON.stringify(value).replaceAll(/[\u007F-\uFFFF]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${ascii({ time_local: '21/Nov/2026:01:55:24 +0000', msec: '1795226124.313', remote_addr: text, host: text, request: `GET /ws/${text} HTTP/1.1`, status: '101', body_bytes_sent: '4', request_time: '1.000', upstream_response_time: '1.000', http_user_agent: text, upstream_addr: text, http_upgrade: 'websocket' })}\n`
}

describe('what a client chose never reaches a terminal raw', () => {
  describe.each([
    ['the terminal report', []],
    ['--json', ['--json']],
    ['--json --keep-query', ['--json', '--keep-query']],
  ])('%s', (_, args) => {
    it.each(HOSTILE)('%s, escaped by nginx', async (_, escaped) => {
      const { stdout, stderr } = await analyze([temporaryFile('access.log', everywhere(escaped)), ...args])
      expect(stdout).not.toMatch(DANGEROUS)
      expect(stderr).toBe('')
      expect(stdout).toContain('/ws/')
    })

    it.each(HOSTILE)('%s, in a JSON log', async (_, _escaped, raw) => {
      const { stdout, stderr } = await analyze([temporaryFile('access.log', asJson(raw)), ...args])
      expect(stdout).not.toMatch(DANGEROUS)
      expect(stderr).toBe('')
      expect(stdout).toContain('/ws/')
    })

    it.each(HOSTILE)('%s, where a line breaks', async (_, _escaped, raw) => {
      const { stdout, stderr } = await analyze([temporaryFile('access.log', `${wsLine().repeat(3)}${raw.replaceAll('\n', '')}${wsLine().replace('101', raw.replaceAll('\n', ''))}`), ...args])
      expect(stdout + stderr).not.toMatch(DANGEROUS)
    })
  })

  it.each(HOSTILE)('%s, in a log that is none', async (_, _escaped, raw) => {
    const { stdout, stderr } = await analyze([temporaryFile('access.log', `${raw}\n`.repeat(3))])
    expect(stdout).toBe('')
    expect(stderr).not.toMatch(DANGEROUS)
  })

  it.each(HOSTILE.filter(([, , raw]) => !raw.includes('\0')))('%s, in the name of a file', async (_, _escaped, raw) => {
    const { stdout, stderr } = await analyze([temporaryFile(`${raw}.log`, wsLine()), `no-such-${raw}.log`])
    expect(stdout).toContain('Healthy')
    expect(stdout + stderr).not.toMatch(DANGEROUS)
  })

  it.each(['.md', '.txt'])('nor in a %s file, made to be read', async (ending) => {
    const file = join(temporaryFolder(), `report${ending}`)
    await analyze([temporaryFile('access.log', HOSTILE.map(([, escaped]) => everywhere(escaped)).join('')), '-o', file])
    expect(readFileSync(file, 'utf8')).not.toMatch(DANGEROUS)
  })

  it.each(HOSTILE)('%s, in an error log', async (_, escaped, raw) => {
    const folder = temporaryFolder()
    const access = temporaryFile('access.log', `${everywhere(escaped)}${wsLine()}`, folder)
    const hostile = raw.replaceAll('\n', '')
    const entry = `2026/11/21 01:55:24 [error] 7#7: *1 ${hostile} while ${hostile}, client: ${hostile}, server: ${hostile}, request: "GET /ws/${hostile} HTTP/1.1", upstream: "http://${hostile}/", host: "${hostile}"\n`
    const errors = temporaryFile('error.log', Buffer.from(`2026/11/21 01:55:24 [notice] 7#7: start worker process 8\n${entry.repeat(3)}`), folder)
    const file = join(folder, 'report.md')
    const { stdout, stderr } = await analyze([access, '-e', errors, '-o', file])
    expect(stdout + stderr).not.toMatch(DANGEROUS)
    expect(stdout).toContain('error log ')
    expect(readFileSync(file, 'utf8')).not.toMatch(DANGEROUS)
    const records = await wslog(['sessions', access, '-e', errors])
    for (const line of records.stdout.trimEnd().split('\n')) expect(sessionSchemaErrors(JSON.parse(line))).toEqual([])
  })

  it('two names that differ only in what cannot be seen are two rows', async () => {
    const { stdout } = await analyze([temporaryFile('access.log', wsLine({ host: 'a.example' }) + wsLine({ host: String.raw`a\xE2\x80\x8B.example` }))])
    expect(stdout).toContain(String.raw`a\u{200B}.example`)
    expect(stdout).toMatch(/^ {2}a\.example /m)
  })
})

/** The cells of a CSV text, quotes taken off. */
const cellsOf = (csv: string): string[] =>
  csv.split(/\r\n/).flatMap((row) => (row === '' ? [] : Array.from(row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), ([, cell = '']) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'))))

describe('CSV in a spreadsheet', () => {
  it.each([
    ['a formula', '=cmd|/C!A0'],
    ['a function', '@SUM(A1)'],
    ['a plus', '+1'],
    ['a minus', '-1'],
    ['a tab before it', String.raw`\x09=1`],
    ['a CR before it', String.raw`\x0D=1`],
    ['a LF before it', String.raw`\x0A=1`],
    ['a quote and a comma before it', String.raw`\x22,=1`],
  ])('no cell begins with %s', async (_, text) => {
    const file = join(temporaryFolder(), 'report.csv')
    await analyze([temporaryFile('access.log', wsLine({ client: text, host: text, target: `${text}/ws`, upstream: text })), '-o', file])
    const csv = readFileSync(file, 'utf8')
    for (const cell of cellsOf(csv)) expect(cell).not.toMatch(/^\s*[=@+-]/)
    expect(csv).toContain('hosts,')
  })

  it('every row has four cells, whatever the names hold', async () => {
    const file = join(temporaryFolder(), 'report.csv')
    await analyze([temporaryFile('access.log', everywhere(String.raw`a\x22,b\x22`)), '-o', file])
    const csv = readFileSync(file, 'utf8')
    expect(csv.trimEnd().split('\r\n').every((row) => row.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!.filter((cell, index) => index < 4 || cell !== '').length === 4)).toBe(true)
    expect(csv).toContain('"a"",b"""')
  })
})
