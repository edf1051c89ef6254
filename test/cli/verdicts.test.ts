import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CLI, ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { reportOf } from '../helpers/report.ts'
import { type WsLine, wsLine, wsLines } from '../helpers/ws-line.ts'

const many = (count: number, line: (index: number) => Partial<WsLine>): Partial<WsLine>[] => Array.from({ length: count }, (_, index) => line(index))

describe('which lines are handshakes, in a site of pages and sockets', () => {
  it('pages beside a socket in one folder are no failed handshakes', async () => {
    const { handshakes, otherRequests } = await reportOf([temporaryFile('access.log', wsLines([
      ...many(40, () => ({ target: '/api/stream' })),
      ...many(30, (index) => ({ target: `/api/users/${index}`, status: 200 })),
      ...many(30, (index) => ({ target: `/static/${index}.png`, status: 200 })),
    ]))])
    expect(handshakes).toMatchObject({ attempts: 40, successRate: 1, rule: { kind: 'paths', prefixes: ['/api/stream'] } })
    expect(otherRequests).toEqual({ plain: 60, polling: 0 })
  })

  it('a folder of nothing but sockets is one, for rooms that never opened, too', async () => {
    const { handshakes } = await reportOf([temporaryFile('access.log', wsLines([
      ...many(30, (index) => ({ target: `/live/${index}` })),
      ...many(10, (index) => ({ target: `/live/gone${index}`, status: 502 })),
      ...many(90, () => ({ target: '/', status: 200 })),
    ]))])
    expect(handshakes).toMatchObject({ attempts: 40, succeeded: 30, rule: { kind: 'paths', prefixes: ['/live/'] } })
  })

  it("JupyterHub's pages are none", async () => {
    const { handshakes } = await reportOf([temporaryFile('access.log', wsLines([
      ...many(20, () => ({ target: '/user/bob/api/kernels/x/channels' })),
      ...['/hub/login', '/hub/home', '/user/bob/lab', '/auth/gitHub/callback'].flatMap((target) => many(20, () => ({ target, status: 200 }))),
    ]))])
    expect(handshakes).toMatchObject({ attempts: 20, successRate: 1 })
  })

  it('a log of its own stays one beside the log of a site; its rotated files count with it', async () => {
    const folder = temporaryFolder()
    const own = temporaryFile('ws_access.log', wsLines([...many(3, () => ({ target: '/b' })), { target: '/c', status: 502 }]), folder)
    const rotated = temporaryFile('ws_access.log.1', wsLines([{ target: '/d', status: 502 }]), folder)
    const site = temporaryFile('access.log', wsLines(many(100, () => ({ target: '/', status: 200 }))), folder)
    const { handshakes, otherRequests } = await reportOf([site, rotated, own])
    expect(handshakes).toMatchObject({ attempts: 5, succeeded: 3, rule: { kind: 'mixed' } })
    expect(otherRequests.plain).toBe(100)
  })

  it('--path says that they are, and the report says so', async () => {
    const log = temporaryFile('access.log', wsLines([{ target: '/x/1' }, ...many(9, () => ({ target: '/x/2', status: 502 })), ...many(20, () => ({ target: '/y', status: 200 }))]))
    const { handshakes, lines } = await reportOf(['--path', '/x/', log])
    expect(handshakes).toMatchObject({ attempts: 10, succeeded: 1, rule: { kind: 'named' } })
    expect(lines).toMatchObject({ read: 30, parsed: 10, filtered: 20 })
  })
})

describe('logs as they are', () => {
  it('a container that talks a lot before its first access line', async () => {
    const entry = (stream: string, log: string): string => `${JSON.stringify({ log, stream, time: '2026-11-21T01:55:24.000Z' })}\n`
    const log = temporaryFile('x-json.log', entry('stderr', '2026/11/21 01:55:24 [notice] 1#1: start worker process 7\n').repeat(450) + entry('stdout', wsLine()).repeat(100))
    const { handshakes, lines, inputs } = await reportOf([log])
    expect(handshakes.attempts).toBe(100)
    expect(lines).toMatchObject({ read: 550, parsed: 100, skipped: 0, filtered: 450 })
    expect(inputs[0]).toMatchObject({ logFormat: 'ws', envelope: 'docker' })
  })

  it('an nginx.conf in which another format cannot be read back', async () => {
    const snippet = readFileSync(`${ROOT}formats/ws.conf`, 'utf8')
    const conf = temporaryFile('nginx.conf', `http { log_format url '$remote_addr $scheme://$host$request_uri $status';\n${snippet}\n}`)
    const { handshakes } = await reportOf(['--log-format', conf, 'samples/healthy.access.log'])
    expect(handshakes.attempts).toBe(160)
  })

  it('threads for nothing', async () => {
    const { code, stdout } = await wslog(['analyze', '--threads', '4', temporaryFile('empty.log', '')])
    expect({ code, hasVerdict: stdout.includes('Nothing to judge') }).toEqual({ code: 0, hasVerdict: true })
  })
})

describe('what must not happen', () => {
  it('a report written over the log that it is of', async () => {
    const path = temporaryFile('log.txt', wsLine())
    const { code, stderr } = await wslog(['analyze', path, '-o', path])
    expect(code).toBe(2)
    expect(stderr).toContain('is one of the logs to read')
    expect(readFileSync(path, 'utf8')).toBe(wsLine())
  })

  it('markup of a client in Markdown, wherever its path stands', async () => {
    const log = temporaryFile('ws.log', wsLines([...many(9, () => ({ target: '/[click](http://evil.example)<img/src=x>' })), { target: '/b' }, { target: '/c' }]))
    const path = `${temporaryFolder()}/report.md`
    await wslog(['analyze', '--quiet', log, '-o', path])
    const markdown = readFileSync(path, 'utf8')
    expect(markdown).toContain('click')
    expect(markdown).not.toMatch(/\[click\]\(|(?<!\\)<img/)
  })

  it('a path of 7 kB in a line of the terminal', async () => {
    const log = temporaryFile('ws.log', wsLines([...many(9, () => ({ target: `/${'x'.repeat(7000)}` })), { target: '/b' }, { target: '/c' }]))
    const { stdout } = await wslog(['analyze', log])
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80 + log.length)
  })

  it('a closed standard error that turns "not read" into "a condition holds"', async () => {
    const { status } = spawnSync('bash', ['-c', `${process.execPath} ${CLI} analyze nofile samples/healthy.access.log --json 2> >(exit 0) > /dev/null`], { cwd: ROOT })
    expect(status).toBe(2)
  })
})

describe('a filter, where many sessions together say what cut each of them', () => {
  const log = `${ROOT}samples/who-cut-it.access.log`

  it.each([['--path', '/chat/'], ['--until', '2026-11-21T05:14'], ['--upstream', '127.0.0.1:42977']])('lines that %s %s leaves out do not look like those of another log when they are read again', (...filter) => {
    expect(spawnSync(process.execPath, [CLI, 'analyze', log, ...filter, '--json'], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })
})
