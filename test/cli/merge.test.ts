import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { differences } from '../cron/compare.ts'
import { wslog } from '../helpers/cli.ts'
import { healthyVisits, logsOf, SAID, type Visit } from '../helpers/day.ts'
import { schemaErrors } from '../helpers/report.ts'

const folder = mkdtempSync(join(tmpdir(), 'wslog-merge-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const cli = (...args: string[]) => wslog(args, { cwd: folder })

const SERVERS = ['web1', 'web2', 'web3']
const idle = (count: number): Visit[] => Array.from({ length: count }, (_, index) => ({ at: (index * 37) % 1700, seconds: 60 + (index % 7) / 1000, bytes: 0, said: SAID.idle, client: `203.0.113.${index % 200}` }))

beforeAll(async () => {
  for (const [index, name] of SERVERS.entries()) {
    const { access, error } = logsOf([...healthyVisits(300, { seed: index + 1 }), ...idle(20 * index)])
    writeFileSync(at(`${name}.access.log`), access)
    writeFileSync(at(`${name}.error.log`), error!)
    const { code, stderr, stdout } = await cli('analyze', `${name}.access.log`, '-e', `${name}.error.log`, '--quiet', '-o', `${name}.summary.json`)
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: '' })
  }
  writeFileSync(at('web3.summary.json.gz'), gzipSync(readFileSync(at('web3.summary.json'))))
})

const whole = async (): Promise<Report> => JSON.parse((await cli('analyze', ...SERVERS.map((name) => `${name}.access.log`), '-e', ...SERVERS.map((name) => `${name}.error.log`), '--json')).stdout) as Report

describe('wslog merge', () => {
  it('prints the report over all logs, and reads .gz', async () => {
    const { code, stdout, stderr } = await cli('merge', 'web1.summary.json', 'web2.summary.json', 'web3.summary.json.gz', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(schemaErrors(JSON.parse(stdout))).toEqual([])
    expect(differences(JSON.parse(stdout), await whole())).toEqual([])
  })

  it('takes one from standard input, and writes one that merges further', async () => {
    expect(await cli('merge', 'web1.summary.json', 'web2.summary.json', '--quiet', '-o', 'two.summary.json', '-o', 'two.json')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const { stdout } = await wslog(['merge', '-', '--json'], { cwd: folder, input: readFileSync(at('two.summary.json')) })
    expect(differences(JSON.parse(stdout), JSON.parse(readFileSync(at('two.json'), 'utf8')))).toEqual([])
    const three = await cli('merge', 'two.summary.json', 'web3.summary.json', '--json')
    expect(differences(JSON.parse(three.stdout), await whole())).toEqual([])
  })

  it('merges what a state has kept', async () => {
    expect((await cli('analyze', 'web1.access.log', '-e', 'web1.error.log', '--state', 'state', '--quiet', '-o', 'kept.summary.json')).code).toBe(0)
    const { stdout } = await cli('merge', 'kept.summary.json', 'web2.summary.json', 'web3.summary.json', '--json')
    expect(differences(JSON.parse(stdout), await whole())).toEqual([])
  })

  it('has the terminal report and the exit code of --fail-on', async () => {
    const { code, stdout, stderr } = await cli('merge', 'web1.summary.json', 'web2.summary.json', '--fail-on', 'faults>0')
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'wslog: --fail-on faults>0 holds\n' })
    expect(stdout).toContain('600')
  })

  it('refuses what would count twice, by any of its names', async () => {
    symlinkSync('web1.summary.json', at('link.summary.json'))
    for (const name of ['web1.summary.json', './web1.summary.json', 'link.summary.json']) {
      expect(await cli('merge', 'web1.summary.json', name)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^wslog: .*is named twice: its sessions would be counted twice\n$/) as string })
    }
    expect(await cli('merge', '-', '-')).toMatchObject({ code: 2, stdout: '' })
  })

  it.each([
    ['cut in the middle', () => readFileSync(at('web1.summary.json')).subarray(0, 5000)],
    ['a .gz cut in the middle', () => gzipSync(readFileSync(at('web1.summary.json'))).subarray(0, 2000)],
    ['empty', () => Buffer.of()],
    ['no JSON', () => Buffer.from('203.0.113.5 - - [21/Nov/2026:01:55:24 +0000] "GET /ws HTTP/1.1" 101 4\n')],
    ['bytes of anything', () => Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251))],
    ['a report', () => Buffer.from('{"schema":"wslog.report/1"}')],
    ['a newer summary', () => Buffer.from('{"schema":"wslog.summary/9"}')],
    ['lists in lists', () => Buffer.from('['.repeat(200_000))],
    ['lists in lists, closed', () => Buffer.from(`{"schema":"wslog.summary/1","version":"1","generatedAt":"","timeZone":"","digest":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['an object without an end to its names', () => Buffer.from(`{"schema":"wslog.summary/1","__proto__":{"digest":{}},"digest":{"__proto__":null}}`)],
  ])('%s: one line that says so, and 2', async (_name, content) => {
    writeFileSync(at('odd.summary.json'), content())
    const { code, stdout, stderr } = await cli('merge', 'web1.summary.json', 'odd.summary.json')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^wslog: odd\.summary\.json: .*\n$/)
    expect(stderr.length).toBeLessThan(400)
  })

  it('says of a file that is not there, or is a folder, what it is', async () => {
    expect(await cli('merge', 'no.summary.json')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^wslog: no\.summary\.json: .*\n$/) as string })
    expect(await cli('merge', '.')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^wslog: .*folder.*\n$/) as string })
    expect(await cli('merge')).toMatchObject({ code: 2 })
  })

  it('of several zones the report is in UTC, of a zone that is none too', async () => {
    cpSync(at('web2.summary.json'), at('zone.summary.json'))
    const change = (zone: string): void => writeFileSync(at('zone.summary.json'), readFileSync(at('web2.summary.json'), 'utf8').replace(/"timeZone":"[^"]*"/, `"timeZone":"${zone}"`))
    const zoneOf = async (...args: string[]): Promise<string> => (JSON.parse((await cli('merge', ...args, '--json')).stdout) as Report).window.timeZone
    change('Asia/Shanghai')
    expect(await zoneOf('web1.summary.json', 'zone.summary.json')).toBe('UTC')
    expect(await zoneOf('zone.summary.json')).toBe('Asia/Shanghai')
    expect(await zoneOf('zone.summary.json', '--tz', 'Europe/Berlin')).toBe('Europe/Berlin')
    change('Nowhere/At all')
    expect(await zoneOf('zone.summary.json')).toBe('UTC')
  })

  it('does not take the error log of one server for the silence of another that has none', async () => {
    const { access, error } = logsOf(healthyVisits(300, { seed: 11 }))
    const bare = logsOf([...healthyVisits(300, { seed: 12 }), ...idle(60), ...Array.from({ length: 10 }, (_, index): Visit => ({ at: index * 100, seconds: 1.5, status: 502, bytes: 157 }))], { level: 'none' })
    writeFileSync(at('with.access.log'), access)
    writeFileSync(at('with.error.log'), error!)
    writeFileSync(at('bare.access.log'), bare.access)
    await cli('analyze', 'with.access.log', '-e', 'with.error.log', '--quiet', '-o', 'with.summary.json')
    await cli('analyze', 'bare.access.log', '--quiet', '-o', 'bare.summary.json', '-o', 'bare.json')
    const alone = JSON.parse(readFileSync(at('bare.json'), 'utf8')) as Report
    const { evidence, endings, clusters, handshakes } = JSON.parse((await cli('merge', 'with.summary.json', 'bare.summary.json', '--json')).stdout) as Report
    expect(evidence.missing).toContain('error-log')
    expect(endings.map(({ cause, confidence, sessions }) => ({ cause, confidence, sessions }))).toEqual([{ cause: 'closed', confidence: 'guess', sessions: 360 }, { cause: 'closed', confidence: 'likely', sessions: 300 }])
    expect(clusters.map(({ evidence: why }) => why)).toEqual(alone.clusters.map(({ evidence: why }) => why))
    expect(handshakes.failures.map(({ cause, confidence, count }) => ({ cause, confidence, count }))).toEqual([{ cause: 'other', confidence: 'guess', count: 10 }])
    writeFileSync(at('empty.access.log'), '')
    await cli('analyze', 'empty.access.log', '-e', 'with.error.log', '--quiet', '-o', 'empty.summary.json')
    const beside = JSON.parse((await cli('merge', 'empty.summary.json', 'bare.summary.json', '--json')).stdout) as Report
    expect(beside, 'a server without an access line').toMatchObject({ endings: alone.endings, handshakes: { failures: alone.handshakes.failures }, evidence: { missing: expect.arrayContaining(['error-log']) as unknown } })
  })
})
