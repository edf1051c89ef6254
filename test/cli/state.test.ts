import { spawn } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { StateDescription } from '../../src/report/state-description.ts'
import { differences } from '../cron/compare.ts'
import { CLI, wslog } from '../helpers/cli.ts'
import { healthyVisits, logsOf, SAID, type Visit } from '../helpers/day.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { run } from '../helpers/kept.ts'
import { schemaErrors, stateSchemaErrors } from '../helpers/report.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const NOW = Date.UTC(2026, 10, 21, 3)

/** Every file below a folder with its bytes, but for the lock, which says who was last. */
const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries((readdirSync(folder, { recursive: true }) as string[]).filter((name) => !name.startsWith('lock') && statSync(join(folder, name)).isFile()).sort().map((name) => [name, readFileSync(join(folder, name)).toString('base64')]))

interface Site {
  readonly folder: string
  readonly log: string
  readonly state: string
}

const site = (content = wsLines([{}, { client: '203.0.113.6' }])): Site => {
  const folder = temporaryFolder()
  const log = join(folder, 'ws_access.log')
  writeFileSync(log, content)
  return { folder, log, state: join(folder, 'state') }
}

describe('a state is about one choice of options', () => {
  it.each([
    ['--path', { path: ['/ws'] }], ['--host', { host: ['chat'] }], ['--upstream', { upstream: ['10.'] }], ['--client', { client: ['203.0.113.0/24'] }],
    ['--keep-query', { keepQuery: true }], ['--anonymize-ip', { anonymizeIp: true }], ['--tz', { tz: 'Asia/Shanghai' }],
  ])('another %s is refused, and nothing is changed', async (option, other) => {
    const { log, state } = site()
    const base = { files: [log], state, nowMs: NOW }
    expect((await run(base)).code).toBe(0)
    const before = filesOf(state)
    appendFileSync(log, wsLine())
    const refused = await run({ ...base, ...other })
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(new RegExp(`--state .*/state: was made with ${option} .*; give the same, or another folder`))
    expect(filesOf(state)).toEqual(before)
    // And the other way round.
    const second = join(state, '..', 'second')
    expect((await run({ ...base, ...other, state: second })).code).toBe(0)
    if (option !== '--tz') expect((await run({ ...base, state: second })).err).toContain(`was made with ${option}`)
    expect((await run(base)).report!.lines.read).toBe(3)
  })

  it('of --tz the first run keeps what it was given, later ones need not say it again', async () => {
    const { log, state } = site()
    expect((await run({ files: [log], state, nowMs: NOW, tz: 'Asia/Shanghai' })).report!.window.timeZone).toBe('Asia/Shanghai')
    expect((await run({ files: [log], state, nowMs: NOW })).report!.window.timeZone).toBe('Asia/Shanghai')
  })

  it('standard input is refused: the next run could not know it again', async () => {
    const { state } = site()
    expect(await wslog(['analyze', '-', '--state', state])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--state: standard input cannot be known again') as string })
    expect(existsSync(state)).toBe(false)
  })
})

describe('a log that is empty at first', () => {
  it('leaves the zone open until a line shows it', async () => {
    const { log, state } = site('')
    expect((await run({ files: [log], state, nowMs: NOW })).report!.window.from).toBeNull()
    appendFileSync(log, wsLine({ time: '21/Nov/2026:10:55:24 +0800' }))
    expect((await run({ files: [log], state, nowMs: NOW })).report!.window).toMatchObject({ timeZone: 'UTC+8', from: '2026-11-21T02:55:24.000Z' })
    expect((await run({ files: [log], state, nowMs: NOW, tz: 'UTC' })).err).toContain('was made with --tz UTC+8, and now it is UTC')
  })
})

const idle = (count: number): Visit[] => Array.from({ length: count }, (_, index) => ({ at: index * 30, seconds: 60.001, bytes: 0, client: `203.0.113.${index}`, said: SAID.idle }))

describe('an error log that some runs are given, and others not', () => {
  const { access, error } = logsOf([...healthyVisits(300, { seed: 5 }), ...idle(40)])
  const lines = { access: access.split('\n').slice(0, -1), error: error!.split('\n').slice(0, -1) }
  const middle = lines.access.length >> 1
  const atMiddle = /:(\d\d:\d\d:\d\d) /.exec(lines.access[middle]!)![1]!
  const halves = [0, 1].map((half) => ({
    access: lines.access.filter((_, index) => (index < middle) === (half === 0)),
    error: lines.error.filter((line) => line.slice(11, 19) < atMiddle === (half === 0)),
  }))

  it.each([[true, true], [false, true], [true, false], [false, false]])('first %s, then %s: nobody is said to have closed whose line was not looked at', async (...given) => {
    const { folder, log, state } = site('')
    const errorLog = join(folder, 'ws_error.log')
    writeFileSync(errorLog, '')
    for (const [half, isGiven] of given.entries()) {
      appendFileSync(log, halves[half]!.access.map((line) => `${line}\n`).join(''))
      appendFileSync(errorLog, halves[half]!.error.map((line) => `${line}\n`).join(''))
      expect((await run({ files: [log], errorLog: isGiven ? [errorLog] : [], state, nowMs: NOW })).code).toBe(0)
    }
    const { report } = await run({ files: [log], errorLog: [errorLog], state, nowMs: NOW })
    const whole = (await run({ files: [log], errorLog: [errorLog], nowMs: NOW })).report!
    const closed = (of: typeof whole): number => of.endings.filter(({ cause, confidence }) => cause === 'closed' && confidence === 'likely').reduce((sum, { sessions }) => sum + sessions, 0)
    expect(report!.sessions).toEqual(whole.sessions)
    expect(closed(whole)).toBe(300)
    if (given.every(Boolean)) expect(differences(report, whole)).toEqual([])
    else expect(closed(report!)).toBeLessThanOrEqual(300 - given.filter((isGiven) => !isGiven).length * 100)
    expect(report!.endings.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(340)
  })

  it('an error line that came a run before its access line explains it (access_log … buffer=)', async () => {
    const { folder, log, state } = site('')
    const errorLog = join(folder, 'ws_error.log')
    writeFileSync(errorLog, lines.error.map((line) => `${line}\n`).join(''))
    const base = { files: [log], errorLog: [errorLog], nowMs: NOW }
    for (let from = 0; from < lines.access.length; from += 60) {
      // The error log is there whole, the access log comes in pieces.
      if (from === 0) writeFileSync(errorLog, lines.error.filter((line) => line.slice(11, 19) < atMiddle).map((line) => `${line}\n`).join(''))
      if (from >= middle - 60 && from < middle) appendFileSync(errorLog, halves[1]!.error.map((line) => `${line}\n`).join(''))
      appendFileSync(log, lines.access.slice(from, from + 60).map((line) => `${line}\n`).join(''))
      expect((await run({ ...base, state })).code).toBe(0)
    }
    expect(differences((await run({ ...base, state })).report, (await run(base)).report)).toEqual([])
  })
})

describe('a time from which nothing is kept', () => {
  it('has a report that names the logs: the first night after the first run', async () => {
    const { folder, log, state } = site()
    const { code, stdout } = await wslog(['analyze', log, '--state', state, '--since', '2026-11-01', '--until', '2026-11-02', '-o', join(folder, 'x.json')])
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(0, 2)).toEqual([`wslog  ${log}`, 'no lines in this time'])
    const report = JSON.parse(readFileSync(join(folder, 'x.json'), 'utf8')) as unknown
    expect(report).toMatchObject({ inputs: [{ path: log, kind: 'access', lines: 0 }], lines: { read: 0 } })
    expect(schemaErrors(report)).toEqual([])
  })
})

describe('what cannot be read', () => {
  it('a log that cannot be opened: the others are kept, and it is read when it can be', async () => {
    const { folder, log, state } = site()
    const other = join(folder, 'other.log')
    mkdirSync(other)
    const base = { files: [log, other], state, nowMs: NOW }
    const first = await run(base)
    expect(first).toMatchObject({ code: 2 })
    expect(first.err).toContain('other.log')
    expect(first.report!.lines.read).toBe(2)
    rmSync(other, { recursive: true })
    writeFileSync(other, wsLine())
    const second = await run(base)
    expect(second).toMatchObject({ code: 0, err: '' })
    expect(second.report!.lines.read).toBe(3)
  })

  it('an error log that cannot be opened: nothing is kept, for its lines would explain nothing later', async () => {
    const { folder, log, state } = site()
    const errors = join(folder, 'ws_error.log')
    const kept = await run({ files: [log], state, nowMs: NOW })
    expect(kept.report!.lines.read).toBe(2)
    appendFileSync(log, wsLine())
    mkdirSync(errors)
    const refused = await run({ files: [log], errorLog: [errors], state, nowMs: NOW })
    expect(refused).toMatchObject({ code: 2, report: undefined })
    expect(refused.err).toMatch(/ws_error\.log: .*nothing of this run was kept/)
    rmSync(errors, { recursive: true })
    writeFileSync(errors, '')
    expect((await run({ files: [log], errorLog: [errors], state, nowMs: NOW })).report!.lines.read).toBe(3)
  })

  it('a .gz that ends in the middle is said each time, and is read on once it is whole', async () => {
    const { folder, log, state } = site()
    const compressed = gzipSync(Array.from({ length: 20_000 }, (_, index) => wsLine({ client: `203.0.113.${index % 250}`, bytes: (index * 7919) % 100_003 })).join(''))
    const path = join(folder, 'ws_access.log.2.gz')
    writeFileSync(path, compressed.subarray(0, compressed.length >> 1))
    const base = { files: [log, path], state, nowMs: NOW }
    const first = await run(base)
    expect(first).toMatchObject({ code: 2 })
    expect(first.err).toContain('ws_access.log.2.gz: the gzip data ends in the middle')
    expect(first.report!.lines.read).toBeGreaterThan(1000)
    const again = await run(base)
    expect(again.report!.lines.read).toBe(first.report!.lines.read)
    writeFileSync(path, compressed)
    expect((await run(base)).report!.lines.read).toBe(20_002)
    expect(await run(base)).toMatchObject({ code: 0, err: '' })
    expect(differences((await run(base)).report, (await run({ files: [log, path], nowMs: NOW })).report)).toEqual([])
  })
})

describe('a state that is not as it should be is refused, and stays byte by byte', () => {
  const spoil: readonly (readonly [string, (state: string) => void])[] = [
    ['a manifest cut in the middle', (state) => writeFileSync(join(state, 'state.json'), readFileSync(join(state, 'state.json')).subarray(0, 100))],
    ['a newer manifest', (state) => writeFileSync(join(state, 'state.json'), readFileSync(join(state, 'state.json'), 'utf8').replace(/wslog\.state\/3/, 'wslog.state/4'))],
    ['a manifest of something else', (state) => writeFileSync(join(state, 'state.json'), '{"schema":"other/1"}\n')],
    ['no manifest', (state) => rmSync(join(state, 'state.json'))],
    ['a segment with another byte', (state) => {
      const path = join(state, 'segments', readdirSync(join(state, 'segments'))[0]!)
      const bytes = readFileSync(path)
      bytes[bytes.length >> 1]! ^= 1
      chmodSync(path, 0o600)
      writeFileSync(path, bytes)
    }],
    ['a segment that is gone', (state) => rmSync(join(state, 'segments', readdirSync(join(state, 'segments'))[0]!))],
  ]
  it.each(spoil)('%s', async (_name, change) => {
    const { log, state } = site()
    expect((await run({ files: [log], state, nowMs: NOW })).code).toBe(0)
    change(state)
    const before = filesOf(state)
    appendFileSync(log, wsLine())
    const { code, err, report } = await run({ files: [log], state, nowMs: NOW })
    expect({ code, report }).toEqual({ code: 2, report: undefined })
    expect(err).toMatch(/^wslog: .*state/)
    expect(filesOf(state)).toEqual(before)
    const shown = await wslog(['state', state])
    expect(shown).toMatchObject({ code: 2, stdout: '' })
    expect(shown.stderr).toMatch(/^wslog: .*state.*\n$/)
    expect(filesOf(state)).toEqual(before)
  })
})

describe('a run that is interrupted', () => {
  it('keeps nothing, and the next one has all', async () => {
    const { log, state } = site()
    const base = { files: [log], state, nowMs: NOW }
    expect((await run(base)).code).toBe(0)
    const before = filesOf(state)
    appendFileSync(log, wsLine())
    const interrupt = new AbortController()
    interrupt.abort('SIGINT')
    expect(await run({ ...base, signal: interrupt.signal })).toMatchObject({ code: 130, report: undefined })
    expect(filesOf(state)).toEqual(before)
    expect((await run(base)).report!.lines.read).toBe(3)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('%s while it reads: 130', async (signal) => {
    const { log, state } = site(Array.from({ length: 60_000 }, (_, index) => wsLine({ client: `203.0.113.${index % 250}`, bytes: index })).join(''))
    const child = spawn(process.execPath, [CLI, 'analyze', log, '--state', state, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
    // It works on the state from the moment that its lock is there.
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (existsSync(join(state, 'lock'))) resolve()
        else if (child.exitCode === null) setImmediate(look)
        else reject(new Error(`ended with ${child.exitCode}: ${err}`))
      }
      look()
    })
    child.kill(signal)
    expect({ code: await closed, out }).toEqual({ code: 130, out: '' })
    expect((await run({ files: [log], state, nowMs: NOW })).report!.lines.read).toBe(60_000)
  })
})

describe('two runs at once', () => {
  it('one waits for the other, and each line counts once', async () => {
    const { log, state } = site(Array.from({ length: 20_000 }, (_, index) => wsLine({ bytes: index })).join(''))
    const runs = await Promise.all([1, 2, 3].map(() => wslog(['analyze', log, '--state', state, '--json'])))
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    for (const { stdout } of runs) expect((JSON.parse(stdout) as { lines: { read: number } }).lines.read).toBe(20_000)
    for (const { stderr } of runs) expect(stderr).toMatch(/^(wslog: .*another run works on it \(process \d+, since .*\); waiting\n)*$/)
  })
})

describe('wslog state', () => {
  it('prints JSON that its schema describes, with a report that is the one of analyze', async () => {
    const { folder, log, state } = site()
    const rotated = join(folder, 'ws_access.log.1')
    expect((await run({ files: [log], state, nowMs: NOW })).code).toBe(0)
    renameSync(log, rotated)
    writeFileSync(log, wsLine({ time: '18/Nov/2026:23:00:00 +0000' }) + wsLine({ time: '21/Nov/2026:02:30:00 +0000' }))
    const report = (await run({ files: [log, rotated], state, nowMs: NOW })).report!
    const before = filesOf(state)
    const { code, stdout, stderr } = await wslog(['state', state, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const described = JSON.parse(stdout) as StateDescription
    expect(stateSchemaErrors(described)).toEqual([])
    expect(schemaErrors(described.report)).toEqual([])
    expect(differences(described.report, report, [{ field: /^generatedAt$/ }])).toEqual([])
    expect(described.files.map(({ kind, path, lines, isAbsent }) => ({ kind, path, lines, isAbsent })).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([{ kind: 'access', path: log, lines: 2, isAbsent: false }, { kind: 'access', path: rotated, lines: 2, isAbsent: false }])
    expect(described.hours.find(({ kind }) => kind === 'day')).toMatchObject({ name: '2026-11-18', from: '2026-11-18T00:00:00.000Z', to: '2026-11-19T00:00:00.000Z' })
    expect(described.hours.map(({ name }) => name)).toEqual(['2026-11-18', '2026-11-21T01Z', '2026-11-21T02Z'])
    expect((await wslog(['state', state])).stdout).toMatch(/^Last run .*; days in UTC\.\nKept: 2 days, /)
    expect(filesOf(state)).toEqual(before)
  })

  it('says what it is told of a folder that is none', async () => {
    const { folder, log } = site()
    expect(await wslog(['state', join(folder, 'no')])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^wslog: .*\/no: .*\n$/) as string })
    expect(await wslog(['state', log])).toMatchObject({ code: 2, stdout: '' })
    expect(await wslog(['state', folder])).toMatchObject({ code: 2, stdout: '' })
    expect(readdirSync(folder)).toEqual(['ws_access.log'])
  })

  it('--threads changes nothing', async () => {
    const { folder, log, state } = site()
    const [one, two] = [await run({ files: [log], state, nowMs: NOW }), await run({ files: [log], state: join(folder, 'second'), nowMs: NOW, threads: '4' })]
    expect(differences(two.report, one.report, [])).toEqual([])
  })
})
