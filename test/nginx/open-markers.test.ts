import { once } from 'node:events'
import { closeSync, openSync, readFileSync, readSync, watch } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { LogReader } from '../../src/log-format/reader.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { OpenSessions } from '../../src/session/open-sessions.ts'
import { SessionReader } from '../../src/session/session-reader.ts'
import { wslog } from '../helpers/cli.ts'
import { knownFormat } from '../helpers/format.ts'
import { findNginx, freePorts, nginxFolder, preamble, removeFolder, type RunningNginx, startNginx, tempPaths } from './nginx.ts'

const nginx = findNginx()
const format = (name: string): string => readFileSync(new URL(`../../formats/${name}.conf`, import.meta.url), 'utf8')

/** A log as a tail reads it: what was written since the last time, in whole lines. */
class Tail {
  readonly path: string
  readonly #reader: LogReader
  #at = 0

  constructor(path: string, reader: LogReader) {
    this.path = path
    this.#reader = reader
  }

  read(): void {
    const fd = openSync(this.path, 'r')
    const bytes = Buffer.alloc(1 << 20)
    const size = readSync(fd, bytes, 0, bytes.length, this.#at)
    closeSync(fd)
    const whole = bytes.lastIndexOf(10, size - 1) + 1
    this.#reader.readBlock(bytes, 0, whole)
    this.#at += whole
  }
}

/** A backend that answers when it is told to: `/later`, 403 at `/deny`, 200 at `/page`. */
class Backend {
  readonly server: Server = createServer((_, response) => response.end('a page'))
  readonly sockets = new WebSocketServer({ noServer: true })
  readonly #waiting: (() => void)[] = []

  constructor() {
    this.server.on('upgrade', (incoming, socket: Duplex, head) => {
      socket.on('error', () => {})
      const answer = (): void => this.sockets.handleUpgrade(incoming, socket, head, (ws) => ws.on('error', () => {}))
      if (incoming.url!.includes('/deny')) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
      else if (incoming.url!.includes('/page')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      else if (incoming.url!.includes('/later')) this.#waiting.push(answer)
      else answer()
    })
  }

  answerAll(): void {
    for (const answer of this.#waiting.splice(0)) answer()
  }
}

// test/setup.ts installs nginx where it may, and says so where it may not.
describe.runIf(nginx !== undefined).each(['one log for both', 'a log of their own'])('open markers of a real nginx: %s', (manner) => {
  const folder = nginxFolder()
  const [port = 0, backendPort = 0] = freePorts(2)
  const closeLog = join(folder, 'ws_access.log')
  const openLog = manner === 'one log for both' ? closeLog : join(folder, 'ws_open.log')
  const backend = new Backend()
  let server: RunningNginx

  // The snippet as it stands, but for addresses, and logs in this folder; the location of markers has its log first.
  const snippet = format('ws_open')
    .replace('/var/log/nginx/ws_access.log ws_open', `${openLog} ws_open`)
    .replaceAll('/var/log/nginx/', `${folder}/`)
    .replace('127.0.0.1:3000', `127.0.0.1:${backendPort}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replace('location /ws/ {', 'location = /auth { internal; return 204; }\n    location /ws/ {\n        auth_request /auth;')
    .replace('mirror_request_body off;', 'mirror_request_body off; rewrite ^/ws/moved/(.*) /ws/$1 break;')
  const config = `${preamble(folder, { workers: 2 })} http { ${tempPaths(folder)} access_log off; log_subrequest off;\n${format('ws_plus')}\n${snippet} }`

  const open = new OpenSessions({ maxOpen: 1000, infersRestarts: false })
  const answers = { sessions: 0, failures: 0, others: 0, completions: new Set<string>() }
  const sink = new SessionReader({
    filters: NO_FILTERS, rule: WORDS_ONLY, isQueryKept: false, isAnonymized: false, open, onSkipped: ({ bytes, from, end }) => expect.unreachable(bytes.toString('latin1', from, end)),
    consumer: { covered: () => {}, session: () => answers.sessions++, failure: () => answers.failures++, other: () => answers.others++, undecided: () => {}, settle: () => {} },
  })
  const tails: Tail[] = []
  const clients: WebSocket[] = []

  const start = async (): Promise<void> => void (server = await startNginx(nginx!, { config, folder, port }))
  const connect = async (path: string): Promise<WebSocket> => {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`)
    client.on('error', () => {})
    clients.push(client)
    await once(client, 'open')
    return client
  }
  const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)
  /** Waits for the log itself. */
  const written = async (path: string, isThere: (lines: readonly string[]) => boolean): Promise<void> => {
    const changes = watch(path)
    try {
      while (!isThere(linesOf(path))) await once(changes, 'change')
    } finally {
      changes.close()
    }
  }
  const ends = (): number => linesOf(closeLog).filter((line) => !line.startsWith('OPEN ')).length
  const begins = (): number => linesOf(openLog).filter((line) => line.startsWith('OPEN ')).length
  const close = async (client: WebSocket): Promise<void> => {
    const before = ends()
    client.close()
    await written(closeLog, () => ends() > before)
  }
  const stateNow = (nowMs = Date.now()) => {
    for (const tail of tails) tail.read()
    return open.state(nowMs, 10)
  }
  const pidOf = (): number => Number(/^OPEN \S+ \d+ \d+ \w+ (\d+)/.exec(linesOf(openLog).findLast((line) => line.startsWith('OPEN '))!)![1])
  const errorLog = join(folder, 'error.log')

  beforeAll(async () => {
    backend.server.listen(backendPort, '127.0.0.1')
    await once(backend.server, 'listening')
    await start()
    const formats = [knownFormat('ws_plus'), knownFormat('ws_open')]
    for (const path of new Set([closeLog, openLog])) tails.push(new Tail(path, new LogReader({ formats, envelope: undefined, sink })))
  })
  afterAll(async () => {
    for (const client of clients) client.terminate()
    backend.server.close()
    server.signal('SIGTERM')
    removeFolder(folder)
  })

  it('are written for handshakes alone, and leave the line of the end as it is', async () => {
    const client = await connect('/ws/a')
    const moved = await connect('/ws/moved/b')
    const page = request({ port, host: '127.0.0.1', path: '/ws/a' }).end()
    page.on('response', (response) => response.resume())
    await once(page, 'close')
    expect(stateNow(Date.now() + 1500)).toMatchObject({ count: 2, waitingAtMost: 0, byUpstream: [{ name: 'ws_backend', open: 2 }], byPath: [{ name: '/ws/a', open: 1 }, { name: '/ws/moved/b', open: 1 }] })
    await close(client)
    await close(moved)
    expect(stateNow()).toMatchObject({ count: 0, oldest: null, byPath: [], lost: 0 })
    expect([begins(), ends()]).toEqual([2, 3])
    for (const line of linesOf(closeLog).filter((text) => text.includes(' 101 '))) expect(line).toMatch(/us=101 .* upg="websocket" rc="OK" rid=[0-9a-f]{32} /)
    expect(readFileSync(errorLog, 'utf8')).not.toMatch(/\[(warn|error|alert|crit|emerg)\]/)
  })

  it('are closed by handshakes that fail, also before a good one on the same connection', async () => {
    const sent = (path: string, agent: import('node:http').Agent): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' }
        const handshake = request({ port, host: '127.0.0.1', path, agent, headers }).end()
        handshake.on('error', reject)
        handshake.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode!)))
        handshake.on('upgrade', (_, socket) => socket.end() && resolve(101))
      })
    const { Agent } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const before = ends()
    expect([await sent('/ws/deny', agent), await sent('/ws/page', agent), await sent('/ws/good', agent)]).toEqual([403, 200, 101])
    await written(closeLog, () => ends() === before + 3)
    agent.destroy()
    expect(stateNow()).toMatchObject({ count: 0, lost: 0 })
    expect(linesOf(closeLog).slice(-3).map((line) => / creq=(\d+) /.exec(line)?.[1]).filter((requests) => requests !== undefined).length).toBeGreaterThan(0)
    expect(answers).toMatchObject({ failures: 2, others: 1 })
  })

  it('do not tell a session from one that waits for its 101, but bound how many', async () => {
    const open1 = begins()
    const waiting = new WebSocket(`ws://127.0.0.1:${port}/ws/later`)
    clients.push(waiting)
    await written(openLog, () => begins() > open1)
    const startedAtMs = Date.parse(stateNow().oldest!.startedAt)
    expect(stateNow(startedAtMs + 900)).toMatchObject({ count: 1, waitingAtMost: 1, waitingSeconds: 1 })
    expect(stateNow(startedAtMs + 1100)).toMatchObject({ count: 1, waitingAtMost: 0 })
    while (waiting.readyState !== WebSocket.OPEN) {
      backend.answerAll()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await close(waiting)
    expect(stateNow().count).toBe(0)
  })

  it('outlive a reload with their old workers', async () => {
    const old = await connect('/ws/old')
    const oldPid = pidOf()
    server.signal('SIGHUP')
    await written(errorLog, (lines) => lines.some((line) => line.includes(`${oldPid}#${oldPid}: gracefully shutting down`)))
    const fresh = await connect('/ws/fresh')
    expect(pidOf()).not.toBe(oldPid)
    expect(stateNow()).toMatchObject({ count: 2, lost: 0 })
    await close(old)
    expect(stateNow()).toMatchObject({ count: 1, byPath: [{ name: '/ws/fresh', open: 1 }] })
    await close(fresh)
    expect(stateNow().count).toBe(0)
  })

  it('of a worker that is killed are lost, when the error log says so; those of the others live on', async () => {
    const sessions: { readonly client: WebSocket; readonly pid: number }[] = []
    while (new Set(sessions.map(({ pid }) => pid)).size < 2) sessions.push({ client: await connect('/ws/many'), pid: pidOf() })
    const pid = sessions[0]!.pid
    const own = sessions.filter((session) => session.pid === pid).length
    expect(stateNow()).toMatchObject({ count: sessions.length, lost: 0 })
    process.kill(pid, 'SIGKILL')
    await written(errorLog, (lines) => lines.some((line) => line.includes(`worker process ${pid} exited on signal 9`)))
    expect(stateNow().count).toBe(sessions.length)
    open.processEnded({ pid, atMs: Math.floor(Date.now() / 1000) * 1000 })
    expect(stateNow()).toMatchObject({ count: sessions.length - own, lost: own })
    expect(open.takeLosses()).toMatchObject([{ how: 'crash', sessions: own, pid }])
    for (const { client } of sessions.filter((session) => session.pid !== pid)) await close(client)
    expect(stateNow()).toMatchObject({ count: 0, lost: own })
  })

  it('are lost when nginx is stopped, and begin anew with it', async () => {
    const lost = stateNow().lost
    for (const path of ['/ws/1', '/ws/2', '/ws/3']) await connect(path)
    expect(stateNow().count).toBe(3)
    const master = readFileSync(join(folder, 'nginx.pid'), 'utf8').trim()
    expect(spawnSync(nginx!, ['-c', join(folder, 'nginx.conf'), '-p', folder, '-s', 'stop']).status).toBe(0)
    await written(errorLog, (lines) => lines.some((line) => line.endsWith(` ${master}#${master}: exit`)))
    open.stopped({ atMs: Math.floor(Date.now() / 1000) * 1000, next: new Set() })
    expect(stateNow()).toMatchObject({ count: 0, lost: lost + 3 })
    await start()
    const client = await connect('/ws/again')
    expect(stateNow()).toMatchObject({ count: 1, lost: lost + 3, byPath: [{ name: '/ws/again', open: 1 }] })
    await close(client)
    expect(stateNow()).toMatchObject({ count: 0, lost: lost + 3 })
    expect(linesOf(openLog).findLast((line) => line.startsWith('OPEN '))).toMatch(/^OPEN \S+ [12] 1 /)
  })

  it('give the whole report of the run the same figures', async () => {
    await connect('/ws/still')
    const { lost } = stateNow()
    const files = [...new Set([closeLog, openLog])]
    const { stdout } = await wslog(['analyze', '--json', ...files, '-e', errorLog], {})
    const report = JSON.parse(stdout) as import('../../src/report/report.ts').Report
    expect(report.open).toMatchObject({ count: 1, lost, byPath: [{ name: '/ws/still', open: 1 }], oldest: { path: '/ws/still', upstream: 'ws_backend' } })
    expect(report.events.filter(({ kind }) => kind === 'nginx-stop').map(({ sessions }) => sessions)).toEqual([3])
    expect(report.events.filter(({ kind }) => kind === 'worker-crash').map(({ sessions }) => sessions)).toEqual([lost - 3])
    expect(report.lines).toMatchObject({ skipped: 0, filtered: 0 })
  })
})
