import { describe, expect, it } from 'vitest'
import { ROOT, type Run, wslog } from '../helpers/cli.ts'
import { temporaryFile } from '../helpers/folder.ts'
import { reportOf, sessionSchemaErrors } from '../helpers/report.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

interface SessionRecord {
  readonly kind: 'session' | 'handshake'
  readonly endedAt: string
  readonly cause: string
  readonly cluster: string | null
  readonly query?: string
  readonly line: number
}

const sessions = (args: readonly string[]): Promise<Run> => wslog(['sessions', ...args], { cwd: ROOT, input: '' })
const recordsOf = async (args: readonly string[]): Promise<SessionRecord[]> => (await sessions(args)).stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as SessionRecord)

const WHO_CUT_IT = ['samples/who-cut-it.access.log', '-e', 'samples/who-cut-it.error.log']

describe('names that are long', () => {
  it('are whole in a record', async () => {
    const [path, query, host] = [`/ws/${'x'.repeat(400)}`, `token=${'y'.repeat(400)}`, `${'h'.repeat(300)}.example`]
    const log = temporaryFile('ws.log', wsLine({ target: `${path}?${query}`, host }))
    expect(JSON.parse((await wslog(['sessions', log])).stdout)).toMatchObject({ path, host })
    expect(JSON.parse((await wslog(['sessions', log, '--keep-query'])).stdout)).toMatchObject({ path, query, host })
  })
})

describe('wslog sessions', () => {
  // That it has a record for every handshake of every log: every-log.test.ts.
  it('stands in the order of the ends, and names the cluster of the report where the pattern tells the cause', async () => {
    const records = await recordsOf(WHO_CUT_IT)
    expect(records.map(({ endedAt }) => endedAt)).toEqual(records.map(({ endedAt }) => endedAt).toSorted())
    const { clusters } = await reportOf(WHO_CUT_IT)
    for (const { id, cause } of clusters.filter(({ confidence }) => confidence !== 'confirmed')) expect(records.some((record) => record.cluster === id && record.cause === cause)).toBe(true)
  })

  it('writes nothing that a terminal would obey', async () => {
    const log = temporaryFile('ws.log', wsLine({}).replace('GET /', 'GET /\u009B31m\u202E'))
    const { stdout } = await sessions([log])
    expect(stdout).toContain('\\u009b31m\\u202e')
    expect(stdout).not.toMatch(/[\u0080-\u009F\u202E]/)
  })

  it('drops query strings unless they are asked for', async () => {
    const log = temporaryFile('access.log', wsLine({ target: '/ws?token=s3cret' }))
    expect((await sessions([log])).stdout).not.toContain('s3cret')
    const [record] = await recordsOf([log, '--keep-query'])
    expect(record!.query).toBe('token=s3cret')
    expect(sessionSchemaErrors(record)).toEqual([])
  })

  it('tells of a pipe that is too long to be read twice, each session with the verdict of its own line', async () => {
    const others = wsLine({ client: '198.51.100.7', userAgent: 'x'.repeat(1000) }).repeat(35_000)
    const { code, stdout } = await wslog(['sessions', '-', '--client', '203.0.113.5'], { input: `${wsLine({ target: '/ws/first' })}${others}${wsLine({ target: '/ws/last' })}` })
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { path: string; cause: string })).toMatchObject([{ path: '/ws/first', cause: 'closed' }, { path: '/ws/last', cause: 'closed' }])
  })

  it('has nothing of a log without handshakes', async () => {
    expect(await sessions(['/dev/null'])).toMatchObject({ code: 0, stdout: '' })
  })

  it('says with 2 what could not be read, after the records of the others', async () => {
    const { code, stdout, stderr } = await sessions([temporaryFile('access.log', wsLines([{}, {}])), 'no/such.log'])
    expect(code).toBe(2)
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(stderr).toBe('wslog: no/such.log: there is no such file\n')
  })

  it.each([[['-o', 'x.json']], [['--fail-on', 'faults>0']], [['--only-failing', '--fail-on', 'faults>0']]])('%j is for analyze', async (args) => {
    const { code, stderr } = await sessions(['samples/healthy.access.log', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain('-o and --fail-on belong to wslog analyze')
  })

  it('takes every option that its help lists, and has one for what changes its records', async () => {
    const { stdout } = await sessions(['--help'])
    const listed = Array.from(stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)(?: <([^>]*)>)?/gm), ([, name, value]) => [name!, value] as const)
    expect(listed.map(([name]) => name)).toEqual(['--error-log', '--log-format', '--tz', '--read-timeout', '--path', '--host', '--upstream', '--client', '--keep-query', '--anonymize-ip', '--quiet', '--since', '--until', '--no-progress', '--help'])
    const values: Record<string, string> = { '--error-log': 'samples/who-cut-it.error.log', '--log-format': 'ws', '--tz': 'UTC', '--read-timeout': '60s', '--client': '10.0.0.0/8', '--since': '2026-11-20', '--until': 'today' }
    for (const [name, value] of listed) if (name !== '--help') expect.soft(await sessions(['samples/healthy.access.log', name, ...(value === undefined ? [] : [values[name] ?? '/'])]), name).toMatchObject({ code: 0, stderr: '' })
  })
})
