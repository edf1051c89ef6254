import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { wsLines } from '../helpers/ws-line.ts'

/** What every object of JavaScript has. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'prototype', '__defineGetter__', 'length']

const COUNT = 3
const log = wsLines(INHERITED.flatMap((name) => Array.from({ length: COUNT }, () => ({ client: name, host: name, target: `/${name}`, upstream: name, userAgent: name }))))

const expectAll = ({ hosts, clients, upstreams, userAgents, paths, sessions }: Report, what = ''): void => {
  const names = [...INHERITED].sort()
  expect(sessions.count, what).toBe(INHERITED.length * COUNT)
  for (const rows of [hosts, clients, upstreams, userAgents]) expect(rows.map(({ name }) => name).sort()).toEqual(names)
  expect(paths.map(({ name }) => name).sort()).toEqual(names.map((name) => `/${name}`).sort())
  for (const rows of [hosts, clients, upstreams, userAgents, paths]) for (const row of rows) expect(row).toMatchObject({ attempts: COUNT, sessions: COUNT })
}

describe('names that every object has', () => {
  it('are names like others, in a report, in a summary, in a state, and read back', async () => {
    const folder = temporaryFolder()
    const at = (name: string): string => join(folder, name)
    const path = temporaryFile('access.log', log)
    expectAll(JSON.parse((await wslog(['analyze', path, '--json', '-o', at('a.summary.json'), '-o', at('a.json'), '-o', at('a.html'), '-o', at('a.csv')])).stdout) as Report)
    expectAll(JSON.parse((await wslog(['merge', at('a.summary.json'), '--json'])).stdout) as Report)
    for (const run of [1, 2]) expectAll(JSON.parse((await wslog(['analyze', path, '--state', at('state'), '--json'])).stdout) as Report, String(run))
    expect(await wslog(['diff', at('a.json'), at('a.json')])).toMatchObject({ code: 0, stderr: '' })
    for (const name of INHERITED) expect(readFileSync(at('a.csv'), 'utf8')).toContain(`hosts,${name},`)
  })

  it('as keys of a JSON log change nothing, whatever they hold', async () => {
    const line = '{"msec":"1795226144.169","remote_addr":"203.0.113.5","host":"a","request":"GET /ws HTTP/1.1","status":"101","body_bytes_sent":"4","request_time":"1.000","upstream_response_time":"1.000","http_upgrade":"websocket"}'
    const poisoned = INHERITED.flatMap((key) => ['"x"', '{"status":"502","msec":"1"}', 'null', '1'].map((value) => line.replace('{', `{"${key}":${value},`)))
    const { code, stdout } = await wslog(['analyze', temporaryFile('access.log', `${[line, ...poisoned].join('\n')}\n`), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ lines: { parsed: poisoned.length + 1, skipped: 0 }, handshakes: { byStatus: { 101: poisoned.length + 1 } } })
  })

  it('as keys of a format name its fields, and no other', async () => {
    const format = temporaryFile('j.conf', `log_format j escape=json '{"__proto__":"$status","constructor":"$msec","toString":"$host","r":"$request"}';`)
    const { code, stdout } = await wslog(['analyze', '--log-format', format, temporaryFile('access.log', '{"__proto__":"101","constructor":"1795226144.169","toString":"h","r":"GET /ws HTTP/1.1"}\n'.repeat(3)), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ lines: { parsed: 3 }, handshakes: { byStatus: { 101: 3 } }, hosts: [{ name: 'h' }] })
  })

  it('put into a report or a summary from elsewhere, they reach no object of the program', async () => {
    const folder = temporaryFolder()
    const at = (name: string): string => join(folder, name)
    await wslog(['analyze', temporaryFile('access.log', log), '--quiet', '-o', at('a.json'), '-o', at('a.summary.json')])
    for (const [name, args] of [['a.json', ['diff', at('x.json'), at('a.json')]], ['a.summary.json', ['merge', at('x.json')]]] as const) {
      const plain = readFileSync(at(name), 'utf8')
      writeFileSync(at('x.json'), plain)
      const expected = await wslog(args)
      // At the beginning of every object, and with a null in it, which would break whatever inherited from it.
      writeFileSync(at('x.json'), plain.replaceAll(/\{(?=\s*")/g, () => '{"__proto__":{"count":null,"attempts":-1,"path":7},'))
      const { code, stdout, stderr } = await wslog(args)
      expect(stderr).not.toContain('unexpected error')
      // Where keys are names, such as those of causes, one that is none may be refused.
      if (code === 0) expect(stdout).toBe(expected.stdout)
      else expect(stderr).toMatch(/^wslog: .*x\.json/)
    }
  })
})
