import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { ROOT, type Run, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { reportOf, schemaErrors } from '../helpers/report.ts'
import { shell } from '../helpers/shell.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const HEALTHY = 'samples/healthy.access.log'
const IDLE = 'samples/idle-60s.access.log'
const analyze = (args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Promise<Run> => wslog(['analyze', ...args], { cwd: ROOT, input: '', ...options })

describe('a path that is too long to be kept whole', () => {
  it.each([[], ['--keep-query']])('is known again where it failed, by the 101 that it had %j', async (...args) => {
    const combined = (target: string, status: number): string => `203.0.113.5 - - [21/Nov/2026:01:55:44 +0000] "GET ${target} HTTP/1.1" ${status} 18 "-" "curl"\n`
    for (const length of [200, 300]) {
      const path = `/${'A'.repeat(length)}`
      const lines = [...Array.from({ length: 40 }, (_, page) => combined(`/page${page}.html`, 200)), combined(path, 101).repeat(2), combined(path, 502).repeat(5)]
      const { handshakes } = JSON.parse((await wslog(['analyze', temporaryFile('access.log', lines.join('')), '--json', ...args])).stdout) as Report
      expect(handshakes, String(length)).toMatchObject({ attempts: 7, succeeded: 2 })
    }
  })
})

describe('exit codes', () => {
  it.each([
    ['0: done', [HEALTHY], 0],
    ['0: a condition that does not hold', [HEALTHY, '--fail-on', 'success-rate<0.99'], 0],
    ['0: one that cannot be measured', ['/dev/null', '--fail-on', 'success-rate<0.99'], 0],
    ['1: a condition holds', [IDLE, '--fail-on', 'success-rate<0.99'], 1],
    ['1: one of several holds', [IDLE, '--fail-on', 'faults>0', '--fail-on', 'drops-per-minute>70'], 1],
    ['2: an input that does not exist', ['no/such.log'], 2],
    ['2: one input of two', [HEALTHY, 'no/such.log'], 2],
    ['2: rather than 1', [IDLE, 'no/such.log', '--fail-on', 'success-rate<0.99'], 2],
    ['2: an unknown option', [HEALTHY, '--bogus'], 2],
    ['2: an output that cannot be written', [HEALTHY, '-o', 'no/such/folder/report.json'], 2],
  ])('%s', async (_, args, code) => {
    expect((await analyze(args)).code).toBe(code)
  })

  it('reports what could be read, and names what could not in the report too', async () => {
    const { code, stdout, stderr } = await analyze(['--json', HEALTHY, 'no/such.log'])
    const report = JSON.parse(stdout) as Report
    expect(code).toBe(2)
    expect(report.sessions.count).toBe(160)
    expect(report.errors).toEqual([{ path: 'no/such.log', message: 'no/such.log: there is no such file' }])
    expect(stderr).toBe('wslog: no/such.log: there is no such file\n')
  })

  it('prints no report of zeros when nothing could be read', async () => {
    expect(await analyze(['--json', 'no/such.log'])).toMatchObject({ code: 2, stdout: '' })
  })

  it.each([['--help'], ['--version'], ['analyze', '--help']])('wslog %s %s is no error', async (...args) => {
    expect(await wslog(args.filter((arg) => arg !== undefined))).toMatchObject({ code: 0, stderr: '' })
  })

  it('shows the help and 2 without a command', async () => {
    const { code, stderr } = await wslog([])
    expect(code).toBe(2)
    expect(stderr).toContain('analyze')
  })
})

describe('--json', () => {
  it('keeps to the schema for an empty log', async () => {
    const report = await reportOf(['/dev/null'])
    expect(schemaErrors(report)).toEqual([])
    expect(report).toMatchObject({ health: { status: 'unknown' }, handshakes: { attempts: 0, successRate: null } })
  })

  it('keeps to the schema when inputs failed', async () => {
    expect(schemaErrors(await reportOf([HEALTHY, 'no/such.log']))).toEqual([])
  })

  it('gives the bytes of a log, whether or not its last line ends', async () => {
    const whole = readFileSync(join(ROOT, HEALTHY))
    const cut = temporaryFile('cut.log', whole.subarray(0, -1))
    expect((await reportOf([HEALTHY])).inputs[0]!.bytes).toBe(whole.length)
    expect((await reportOf([cut])).inputs[0]!.bytes).toBe(whole.length - 1)
  })
})

/** One line an hour on 20 November in +08:00, from midnight on. */
const HOURS = wsLines(Array.from({ length: 24 }, (_, hour) => ({ time: `20/Nov/2026:${String(hour).padStart(2, '0')}:00:00 +0800` })))

describe('--since, --until, --tz', () => {
  it.each([
    ['a time without a zone is the log\'s own', ['--since', '2026-11-20T20:00'], 4],
    ['since is in', ['--since', '2026-11-20T23:00'], 1],
    ['until is out', ['--until', '2026-11-20T01:00'], 1],
    ['both', ['--since', '2026-11-20T02:00', '--until', '2026-11-20T05:00'], 3],
    ['a date is its midnight', ['--since', '2026-11-20'], 24],
    ['a date in another zone', ['--tz', 'UTC', '--since', '2026-11-20'], 16],
    ['a zone of its own wins over --tz', ['--tz', 'UTC', '--since', '2026-11-20T20:00+08:00'], 4],
    ['a zone by its name', ['--tz', 'Asia/Shanghai', '--since', '2026-11-20T22:00'], 2],
    ['nothing is left', ['--since', '2030-01-01'], 0],
    ['a span before now', ['--until', '-3h'], 24],
  ])('%s: %j keeps %i', async (_, args, kept) => {
    // Spans count from now, so this log must lie in the past of every run.
    const log = temporaryFile('hours.log', args.includes('-3h') ? HOURS.replaceAll('2026', '2020') : HOURS)
    const { lines, sessions } = await reportOf([log, ...args])
    expect(sessions.count).toBe(kept)
    expect(lines).toMatchObject({ read: 24, parsed: kept, filtered: 24 - kept, skipped: 0 })
  })

  it('shows the zone of the log unless told otherwise', async () => {
    const log = temporaryFile('hours.log', HOURS)
    expect((await reportOf([log])).window.timeZone).toBe('UTC+8')
    expect((await reportOf([log, '--tz', 'Europe/Berlin'])).window.timeZone).toBe('Europe/Berlin')
    expect((await analyze([log, '--tz', 'Europe/Berlin'])).stdout).toContain('2026-11-19 17:00:00 – 2026-11-20 16:00:00 Europe/Berlin')
  })
})

const SITE = wsLines([
  { client: '10.1.2.3', host: 'a.example.com', target: '/ws/chat?token=s3cret', upstream: '10.9.0.1:80' },
  { client: '10.1.2.40', host: 'a.example.com', target: '/ws/chat/room', upstream: '10.9.0.2:80' },
  { client: '10.2.0.1', host: 'b.example.com', target: '/live', upstream: '10.9.0.2:80' },
  { client: '2001:db8::7', host: 'b.example.org', target: '/live/x', upstream: 'unix:/run/app.sock' },
  { client: '2001:db9::7', host: 'c.example.org', target: '/other', upstream: '10.9.0.1:80, 10.9.0.2:80' },
])

describe('filters', () => {
  it.each([
    [['--path', '/ws'], 2],
    [['--path', '/ws/chat'], 2],
    [['--path', '*/room'], 1],
    [['--path', '/l*e'], 1],
    [['--path', '/ws', '--path', '/live'], 4],
    [['--host', 'a.'], 2],
    [['--host', '*.org'], 2],
    [['--host', 'b.*', '--path', '/live/'], 1],
    [['--upstream', '10.9.0.1'], 1],
    [['--upstream', 'unix:'], 1],
    [['--upstream', '10.9.0.2:80'], 3],
    [['--client', '10.1.'], 2],
    [['--client', '10.*.3'], 1],
    [['--client', '10.1.2.3'], 1],
    [['--client', '10.0.0.0/8'], 3],
    [['--client', '10.1.2.0/27'], 1],
    [['--client', '2001:db8::/32'], 1],
    [['--client', '2001:db8::/31'], 2],
    [['--client', '0.0.0.0/0'], 3],
    [['--client', '10.1.', '--client', '2001:db9::7'], 3],
    [['--client', '192.0.2.1'], 0],
  ])('%j keeps %i of 5', async (args, kept) => {
    const { lines, sessions } = await reportOf([temporaryFile('site.log', SITE), ...args])
    expect({ sessions: sessions.count, ...lines }).toMatchObject({ sessions: kept, read: 5, parsed: kept, filtered: 5 - kept })
  })
})

describe('--top', () => {
  it.each([['0', 0], ['1', 1], ['3', 3], ['100', 5]])('%s gives %i rows of 5', async (top, rows) => {
    const { paths, rankings } = await reportOf([temporaryFile('site.log', SITE), '--top', top])
    expect(paths).toHaveLength(rows)
    expect(rankings.paths.values).toBe(5)
  })

  it('is 10 when nothing is said', async () => {
    expect((await reportOf([HEALTHY])).clients).toHaveLength(10)
  })
})

describe('what stays private', () => {
  const torn = `${wsLine({ target: '/ws?token=s3cret' }).slice(0, 90)}\n`

  it.each([
    ['the terminal report', []],
    ['JSON', ['--json']],
  ])('query strings are in no part of %s', async (_, args) => {
    const { stdout, stderr } = await analyze([temporaryFile('site.log', SITE + torn), ...args])
    expect(stdout).not.toMatch(/s3cret|token/)
    expect(stderr).not.toMatch(/s3cret|token/)
  })

  it.each(['.json', '.csv', '.md', '.txt'])('nor in a %s file', async (ending) => {
    const file = join(temporaryFolder(), `report${ending}`)
    await analyze([temporaryFile('site.log', SITE + torn), '-o', file])
    expect(readFileSync(file, 'utf8')).not.toMatch(/s3cret|token/)
  })

  it('--keep-query shows them', async () => {
    const { paths } = await reportOf([temporaryFile('site.log', SITE), '--keep-query'])
    expect(paths.map(({ name }) => name)).toContain('/ws/chat?token=s3cret')
  })

  it('a path filter looks at the path alone, with --keep-query too', async () => {
    expect((await reportOf([temporaryFile('site.log', SITE), '--keep-query', '--path', '*chat'])).sessions.count).toBe(1)
  })

  it('--anonymize-ip takes the end off every client, and joins those that are then the same', async () => {
    const { clients } = await reportOf([temporaryFile('site.log', SITE), '--anonymize-ip'])
    expect(Object.fromEntries(clients.map(({ name, sessions }) => [name, sessions]))).toEqual({ '10.1.2.0': 2, '10.2.0.0': 1, '2001:db8:0::': 1, '2001:db9:0::': 1 })
  })

  it('--client still means the whole address under --anonymize-ip', async () => {
    const { clients } = await reportOf([temporaryFile('site.log', SITE), '--anonymize-ip', '--client', '10.1.2.40'])
    expect(clients.map(({ name, sessions }) => [name, sessions])).toEqual([['10.1.2.0', 1]])
  })
})

describe('--fail-on', () => {
  it('says which conditions hold', async () => {
    const { stderr } = await analyze([IDLE, '--fail-on', 'success-rate<99%', '--fail-on', 'faults>100', '--fail-on', 'drops-per-minute>=75'])
    expect(stderr).toBe('wslog: --fail-on faults cannot hold: without an error log no drop is called a fault\nwslog: --fail-on success-rate<99% holds\nwslog: --fail-on drops-per-minute>=75 holds\n')
  })

  it('is quiet with --quiet, but for the exit code', async () => {
    expect(await analyze([IDLE, '--quiet', '--fail-on', 'success-rate<0.99'])).toEqual({ code: 1, stdout: '', stderr: '' })
  })
})

describe('--only-failing', () => {
  it('prints nothing when no condition holds', async () => {
    expect(await analyze([HEALTHY, '--only-failing', '--fail-on', 'success-rate<0.5'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('prints the report when one holds, and when a log cannot be read', async () => {
    const { code, stdout } = await analyze([IDLE, '--only-failing', '--fail-on', 'success-rate<0.99'])
    expect(code).toBe(1)
    expect(stdout).toBe((await analyze([IDLE])).stdout)
    expect(await analyze([HEALTHY, 'no/such.log', '--only-failing', '--fail-on', 'success-rate<0.5'])).toMatchObject({ code: 2, stdout: expect.stringContaining('reached 101') as string })
  })

  it('wants to know what failing is', async () => {
    expect(await analyze([HEALTHY, '--only-failing'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('add --fail-on') as string })
  })
})

describe('--quiet', () => {
  it('prints nothing, and writes files', async () => {
    const file = join(temporaryFolder(), 'report.json')
    expect(await analyze([HEALTHY, '--quiet', '-o', file])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(schemaErrors(JSON.parse(readFileSync(file, 'utf8')))).toEqual([])
  })

  it('still says what could not be read', async () => {
    expect(await analyze([HEALTHY, 'no/such.log', '--quiet'])).toEqual({ code: 2, stdout: '', stderr: 'wslog: no/such.log: there is no such file\n' })
  })
})

describe('colour into a pipe', () => {
  it.each([
    ['of itself', [], {}],
    ['with --no-color', ['--no-color'], {}],
    ['with NO_COLOR', [], { NO_COLOR: '1' }],
    ['even with FORCE_COLOR', [], { FORCE_COLOR: '1' }],
  ])('none %s', async (_, args, env) => {
    const { stdout } = await analyze([IDLE, ...args], { env })
    expect(stdout).toContain('Not healthy')
    expect(stdout).not.toContain('\u001B')
  })
})

describe('wrong usage says what was wrong, and what to write', () => {
  it.each([
    [['--top', 'ten'], ['--top ten', 'number']],
    [['--top', '-1'], ['--top -1', 'number']],
    [['--top', '1.5'], ['--top 1.5', 'number']],
    [['--top', ''], ['--top', 'number']],
    [['--since', 'noonish'], ['--since noonish', '2026-11-20', '-3h', 'yesterday']],
    [['--until', '2026-13-01'], ['--until 2026-13-01', '2026-11-20']],
    [['--tz', 'Mars/Olympus'], ['--tz Mars/Olympus', 'Asia/Shanghai', '+08:00']],
    [['--client', '10.0.0.0/33'], ['--client 10.0.0.0/33', '10.0.0.0/8']],
    [['--client', 'x/y'], ['--client x/y', '2001:db8::/32']],
    [['--fail-on', 'success>1'], ['success>1', 'success-rate<0.99', 'finding>=warning']],
    [['--log-format', 'no-such'], ['no-such', 'ingress-nginx', '$variables']],
    [['--log-format', '$remote_addr $time_local'], ['$status']],
    [['--log-format', '$host$status'], ['$host', '$status', 'nothing stands between']],
    [['-o', 'report.xlsx'], ['-o report.xlsx', '.xlsx', '.json .csv .md .txt']],
    [['-o', 'report'], ['-o report', '.json .csv .md .txt']],
    [['--bogus'], ['--bogus', 'wslog <command> --help']],
    [['--since'], ['--since', 'argument missing']],
  ])('%j', async (args, says) => {
    const { code, stdout, stderr } = await analyze([HEALTHY, ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    for (const text of says) expect(stderr).toContain(text)
    expect(stderr).not.toMatch(/\bat .*\.js:\d+/)
  })

  it('an unknown command', async () => {
    const { code, stderr } = await wslog(['analyse', HEALTHY])
    expect(code).toBe(2)
    expect(stderr).toMatch(/unknown command 'analyse'[^]*analyze/)
  })
})

describe('-o', () => {
  it.each([
    ['.json', (text: string) => expect(schemaErrors(JSON.parse(text))).toEqual([])],
    ['.csv', (text: string) => expect(text).toMatch(/^section,name,metric,value\r\n/)],
    ['.md', (text: string) => expect(text).toMatch(/^# WebSocket sessions\n/)],
    ['.txt', (text: string) => expect(text).toMatch(/^wslog {2}samples\//)],
    ['.JSON', (text: string) => expect(schemaErrors(JSON.parse(text))).toEqual([])],
  ])('%s', async (ending, check) => {
    const file = join(temporaryFolder(), `report${ending}`)
    const { code, stdout } = await analyze([HEALTHY, '-o', file])
    expect(code).toBe(0)
    expect(stdout).toContain('Healthy')
    check(readFileSync(file, 'utf8'))
  })

  it('.txt is what the terminal shows, without colour', async () => {
    const file = join(temporaryFolder(), 'report.txt')
    const { stdout } = await analyze([IDLE, '-o', file])
    expect(readFileSync(file, 'utf8')).toBe(stdout)
  })

  it('.json is what --json prints', async () => {
    const file = join(temporaryFolder(), 'report.json')
    const { stdout } = await analyze([IDLE, '--json', '-o', file])
    expect(readFileSync(file, 'utf8')).toBe(stdout)
  })

  it('several at once', async () => {
    const folder = temporaryFolder()
    const { code } = await analyze([HEALTHY, ...['a.json', 'b.csv', 'c.md', 'd.txt', 'e.json'].flatMap((name) => ['-o', join(folder, name)])])
    expect(code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'b.csv', 'c.md', 'd.txt', 'e.json'])
  })

  it('a wrong ending is said before anything is read or written', async () => {
    const folder = temporaryFolder()
    await analyze(['no/such.log', '-o', join(folder, 'a.json'), '-o', join(folder, 'b.xlsx')])
    expect(readdirSync(folder)).toEqual([])
  })

  it('takes the place of an old file, and leaves no other', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'report.md'), 'old')
    await analyze([HEALTHY, '-o', join(folder, 'report.md')])
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('# WebSocket sessions')
    expect(readdirSync(folder)).toEqual(['report.md'])
  })

  it('a link stays a link: the file behind it is written', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'real.md'), 'old')
    symlinkSync('real.md', join(folder, 'report.md'))
    await analyze([HEALTHY, '-o', join(folder, 'report.md')])
    expect(readFileSync(join(folder, 'real.md'), 'utf8')).toContain('# WebSocket sessions')
  })

  it('a folder that does not exist', async () => {
    const folder = temporaryFolder()
    const { code, stderr } = await analyze([HEALTHY, '-o', join(folder, 'sub/report.json')])
    expect(code).toBe(2)
    expect(stderr).toContain(`${folder}/sub/report.json: its folder does not exist; nothing was written`)
    expect(readdirSync(folder)).toEqual([])
  })

  it('a folder with such a name', async () => {
    const folder = temporaryFolder()
    const { code, stderr } = await shell('mkdir "$1/report.json"; wslog analyze samples/healthy.access.log -o "$1/report.json"', [folder])
    expect(code).toBe(2)
    expect(stderr).toContain('is a folder; name a file in it')
  })

  it('one that cannot be written does not keep the others from being written', async () => {
    const folder = temporaryFolder()
    const { code } = await analyze([HEALTHY, '-o', join(folder, 'sub/report.json'), '-o', join(folder, 'report.md')])
    expect(code).toBe(2)
    expect(readdirSync(folder)).toEqual(['report.md'])
  })

  it('a device that is full', async () => {
    const folder = temporaryFolder()
    const { code, stderr } = await shell('ln -s /dev/full "$1/report.json"; wslog analyze samples/healthy.access.log -o "$1/report.json"', [folder])
    expect(code).toBe(2)
    expect(stderr).toContain('report.json: no space left on the device')
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  it('when writing fails the old file stays whole, and no temporary file is left', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'report.json'), 'old and whole')
    // No file of this process may grow over 4 blocks of 512 bytes: writing ends in the middle, as on a full disk.
    const { code, stderr } = await shell('trap "" XFSZ; ulimit -f 4; wslog analyze samples/healthy.access.log -o "$1/report.json"', [folder])
    expect(code).toBe(2)
    expect(stderr).toContain('report.json: ')
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('old and whole')
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  it('standard output that is full', async () => {
    const { code, stderr } = await shell('wslog analyze samples/healthy.access.log > /dev/full')
    expect(code).toBe(2)
    expect(stderr).toBe('wslog: standard output: cannot be written (ENOSPC)\n')
  })

  it('is written though standard output is full', async () => {
    const folder = temporaryFolder()
    await shell('wslog analyze samples/healthy.access.log -o "$1/report.json" > /dev/full', [folder])
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  it('is written though nobody reads standard output', async () => {
    const folder = temporaryFolder()
    const { stderr } = await shell('{ wslog analyze "$2" -o "$1/report.json"; echo "exit $?" >&2; } | true', [folder, HEALTHY])
    expect(stderr).toBe('exit 0\n')
    expect(existsSync(join(folder, 'report.json'))).toBe(true)
    expect(readdirSync(folder)).toEqual(['report.json'])
  })
})
