import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFile } from '../helpers/folder.ts'

const NAMES = readdirSync(join(ROOT, 'formats')).sort().map((file) => file.replace(/\.conf$/, ''))

describe('wslog formats', () => {
  it('lists every format with what it is for', async () => {
    const { code, stdout } = await wslog(['formats'])
    const lines = stdout.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(NAMES)
    for (const line of lines) expect(line).toMatch(/^\S+ {2,}\S.{10,}$/)
  })

  it.each(NAMES.filter((name) => name !== 'ws_open'))('%s is a snippet ready to paste: the directive and nothing else', async (name) => {
    const { code, stdout } = await wslog(['formats', name])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^log_format \S+ [^]*;\n$/)
    expect(stdout).not.toContain('#')
  })

  it('ws_open is ready to paste, too: with what writes its lines, and the trap', async () => {
    const { stdout } = await wslog(['formats', 'ws_open'])
    expect(stdout).toMatch(/^log_format ws_open 'OPEN [^]*\n\}\n$/)
    for (const text of ['map $http_upgrade $is_ws', 'log_subrequest on;', 'mirror /_ws_open;', 'set $ws_upstream ws_backend;', '# Trap: ']) expect(stdout).toContain(text)
    expect(stdout).not.toContain('# sample:')
  })

  it.each(NAMES)('what %s prints is taken by --log-format', async (name) => {
    const { stdout: snippet } = await wslog(['formats', name])
    const file = temporaryFile('snippet.conf', snippet)
    expect(await wslog(['analyze', '/dev/null', '--quiet', '--log-format', file])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('says which there are when asked for another', async () => {
    const { code, stdout, stderr } = await wslog(['formats', 'nginx'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`wslog: nginx: no such format; there are ${NAMES.join(', ')}\n`)
  })

  it('names no file outside the package', async () => {
    expect(await wslog(['formats', '../package'])).toMatchObject({ code: 2, stdout: '' })
  })
})
