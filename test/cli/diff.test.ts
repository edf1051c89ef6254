import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../src/compare/comparison.ts'
import { ROOT, wslog } from '../helpers/cli.ts'
import { healthyVisits, logsOf, SAID, type Visit } from '../helpers/day.ts'
import { diffSchemaErrors } from '../helpers/report.ts'

const folder = mkdtempSync(join(tmpdir(), 'wslog-diff-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

/** Writes a log and its error log, and gives the report that wslog makes of them. */
const report = async (name: string, visits: readonly Visit[]): Promise<void> => {
  mkdirSync(at(name))
  const { access, error } = logsOf(visits)
  writeFileSync(at(`${name}/ws_access.log`), access)
  writeFileSync(at(`${name}/ws_error.log`), error!)
  const { code, stderr } = await wslog(['analyze', at(`${name}/ws_access.log`), '-e', at(`${name}/ws_error.log`), '--quiet', '-o', at(`${name}.json`)])
  expect(stderr).toBe('')
  expect(code).toBe(0)
}

const idle = (count: number): Visit[] => Array.from({ length: count }, (_, index) => ({ at: (index * 37) % 7000, seconds: 60 + (index % 7) / 1000, bytes: 0, said: SAID.idle, client: `203.0.113.${index % 200}` }))

/** Two hours of real log lines: before, proxy_read_timeout cuts at 60 s; after, it does not. */
beforeAll(async () => {
  await report('before', [...healthyVisits(2500, { minutes: 120, seed: 1 }), ...idle(1204)])
  await report('after', [...healthyVisits(2500, { minutes: 120, seed: 2 }), ...idle(3)])
  writeFileSync(at('after.json.gz'), gzipSync(readFileSync(at('after.json'))))
})

const diff = (...args: string[]) => wslog(['diff', ...args], { cwd: folder })
const json = async (...args: string[]): Promise<Comparison> => JSON.parse((await diff(...args, '--json')).stdout) as Comparison

describe('wslog diff', () => {
  it('says in the first lines what got better', async () => {
    const { stdout, code, stderr } = await diff('before.json', 'after.json')
    expect(stdout.split('\n\n')[0]!.replaceAll('\n', ' ')).toMatch(/^Better: sessions cut 1,204 → 3 .*; idle-timeout 1,204 → 3 \(32\.5 % → 0\.1\d? %\).*Worse: nothing beyond chance\.$/)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    // The README shows the answer of these very logs.
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`\n${stdout.split('\n\n')[0]!}\n`)
  })

  it('prints JSON that its schema describes', async () => {
    const comparison = await json('before.json', 'after.json')
    expect(diffSchemaErrors(comparison)).toEqual([])
    expect(comparison.rows.find(({ id }) => id === 'ending:idle-timeout')).toMatchObject({ verdict: 'better', counts: { before: 1204, after: 3 } })
    expect(comparison.rows.find(({ id }) => id === 'cluster:60s:idle-timeout')).toMatchObject({ verdict: 'better', presence: 'gone' })
    expect(comparison.findings.find(({ code }) => code === 'idle-timeout')).toMatchObject({ presence: 'gone' })
  })

  it('reads .gz and standard input', async () => {
    const expected = await json('before.json', 'after.json')
    expect(await json('before.json', 'after.json.gz')).toEqual(expected)
    const { stdout } = await wslog(['diff', at('before.json'), '-', '--json'], { input: readFileSync(at('after.json')) })
    expect(JSON.parse(stdout)).toEqual(expected)
  })

  it('--fail-on worse: 1 when something got worse, else 0', async () => {
    expect(await diff('before.json', 'after.json', '--quiet', '--fail-on', 'worse')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(await diff('after.json', 'before.json', '--quiet', '--fail-on', 'worse')).toMatchObject({ code: 1, stdout: '', stderr: '' })
    expect((await diff('after.json', 'before.json', '--fail-on', 'worse')).stderr).toMatch(/^wslog: --fail-on worse holds: sessions cut, idle-timeout/)
    expect((await diff('after.json', 'before.json')).code).toBe(0)
  })

  it('writes files of each kind', async () => {
    const { code, stdout } = await diff('before.json', 'after.json', '--quiet', '-o', 'd.json', '-o', 'd.txt', '-o', 'd.md')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(diffSchemaErrors(JSON.parse(readFileSync(at('d.json'), 'utf8')))).toEqual([])
    expect(readFileSync(at('d.txt'), 'utf8')).toBe((await diff('before.json', 'after.json')).stdout)
    expect(readFileSync(at('d.md'), 'utf8')).toMatch(/^Better: /)
  })

  it('a file that cannot be written is said, and ends with 2', async () => {
    const { code, stderr, stdout } = await diff('before.json', 'after.json', '-o', 'no/such/d.json')
    expect(code).toBe(2)
    expect(stderr).toContain('its folder does not exist')
    expect(stdout).toMatch(/^Better: /)
    expect(existsSync(at('no'))).toBe(false)
  })

  it('a report and itself: nothing to compare', async () => {
    expect((await diff('before.json', 'before.json', '--fail-on', 'worse'))).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Both reports tell of the same lines/) as string })
  })

  it('shows the times in the zone asked for', async () => {
    expect((await diff('before.json', 'after.json', '--tz', 'Asia/Shanghai')).stdout).toContain('2026-11-20 20:0')
  })

  it.each<[string, string, RegExp]>([
    ['what is no JSON', 'GET /ws 101', /x\.json: is not JSON/],
    ['nothing', '', /x\.json: is empty/],
    ['another document', '{"schema":"wslog.tail/1"}', /is a wslog\.tail\/1, and not a wslog\.report\/1/],
    ['a summary', '{"schema":"wslog.summary/1"}', /wslog merge x\.json -o report\.json/],
    ['a newer report', '{"schema":"wslog.report/7"}', /newer wslog/],
    ['a broken report', '{"schema":"wslog.report/1","window":3}', /x\.json: window should be an object, and is 3/],
    ['a text that a terminal would obey', '{"schema":"\\u001b[31mred"}', /is a \\x1B\[31mred/],
    ['brackets without end', '['.repeat(100_000), /is not JSON/],
    ['brackets in brackets', `{"schema":"wslog.report/1","window":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /window should be an object/],
  ])('refuses %s', async (_, text, message) => {
    writeFileSync(at('x.json'), text)
    const { code, stderr, stdout } = await diff('before.json', 'x.json')
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('refuses a gzip that unpacks to more than a report can be', async () => {
    writeFileSync(at('bomb.json.gz'), gzipSync(Buffer.alloc(300 * 1024 * 1024, ' ')))
    expect(await diff('before.json', 'bomb.json.gz')).toMatchObject({ code: 2, stderr: expect.stringContaining('more than 256 MB') as string })
  })

  it.each<[string, string[], RegExp]>([
    ['a file that is not there', ['before.json', 'none.json'], /none\.json: there is no such file/],
    ['a folder', ['before.json', '.'], /\.: is a folder/],
    ['standard input twice', ['-', '-'], /only one can come from standard input/],
    ['another condition', ['before.json', 'after.json', '--fail-on', 'faults>0'], /knows only --fail-on worse/],
    ['another kind of file', ['before.json', 'after.json', '-o', 'x.csv'], /\.csv is none; use \.json \.md \.txt/],
    ['one report', ['before.json'], /missing required argument/],
  ])('says what is wrong with %s', async (_, args, message) => {
    const { code, stderr } = await diff(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('compares real nginx logs of two sites, and says why they are hard to compare', async () => {
    for (const name of ['idle-60s', 'healthy']) await wslog(['analyze', `samples/${name}.access.log`, '--quiet', '-o', at(`${name}.json`)], { cwd: ROOT })
    const comparison = await json('idle-60s.json', 'healthy.json')
    expect(diffSchemaErrors(comparison)).toEqual([])
    expect(comparison.rows.find(({ id }) => id === 'cluster:60s')).toMatchObject({ presence: 'gone', verdict: 'better' })
    expect(comparison.caveats.map(({ code }) => code)).toEqual(expect.arrayContaining(['evidence', 'rule', 'inputs', 'log-format']))
  })
})
