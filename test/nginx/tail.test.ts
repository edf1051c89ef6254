import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { LiveEvent, Snapshot } from '../../src/live/snapshot.ts'
import type { Report } from '../../src/report/report.ts'
import { startWslog } from '../helpers/running.ts'
import { until } from '../helpers/tmux.ts'
import { startBackend } from './backend.ts'
import { findNginx, freePorts, nginxFolder, preamble, removeFolder, startNginx, tempPaths } from './nginx.ts'

const nginx = findNginx()
const format = (name: string): string => readFileSync(new URL(`../../formats/${name}.conf`, import.meta.url), 'utf8')

const ROTATIONS = 20
const SOCKETS_A_ROUND = 5
const CLOSED_A_ROUND = 3

// test/setup.ts installs nginx where it may, and says so where it may not.
describe.runIf(nginx !== undefined)('wslog tail beside a real nginx', () => {
  const folder = nginxFolder()
  const [port = 0, backendPort = 0] = freePorts(2)
  const access = join(folder, 'ws_access.log')
  const snippet = format('ws_open').replaceAll('/var/log/nginx/', `${folder}/`).replace('127.0.0.1:3000', `127.0.0.1:${backendPort}`).replace('127.0.0.1:8080', `127.0.0.1:${port}`)
  const config = `${preamble(folder, { workers: 2 })} http { ${tempPaths(folder)} access_log off;\n${format('ws_plus')}\n${snippet} }`

  afterAll(() => removeFolder(folder))

  it('counts every session through rotations, a crash, a stop and a new start, to the line', async () => {
    const backend = await startBackend(backendPort)
    let server = await startNginx(nginx!, { config, folder, port })
    onTestFinished(() => {
      server.signal('SIGTERM')
      backend.close()
      backend.closeAllConnections()
    })
    const tail = startWslog(['tail', access, '-e', join(folder, 'error.log'), '--json', '--interval', '1s'])
    await tail.said('following 2 logs')
    const open = new Set<WebSocket>()
    let opened = 0
    const connect = async (): Promise<void> => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/room`)
      socket.on('error', () => {})
      await once(socket, 'open')
      opened++
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    }
    const closeOne = async (): Promise<void> => {
      const [socket] = open
      socket!.close()
      await once(socket!, 'close')
    }
    const isInterval = (line: string, test: (snapshot: Snapshot) => boolean): boolean => line.includes('"kind":"interval"') && test(JSON.parse(line) as Snapshot)
    const events = (): LiveEvent[] => tail.lines().filter((line) => line.includes('"kind":"event"')).map((line) => JSON.parse(line) as LiveEvent)

    for (let round = 1; round <= ROTATIONS; round++) {
      for (let times = 0; times < SOCKETS_A_ROUND; times++) await connect()
      renameSync(access, `${access}.${round}`)
      // Until nginx has heard of it, it writes to the old file.
      for (let times = 0; times < CLOSED_A_ROUND; times++) await closeOne()
      server.signal('SIGUSR1')
      await until('nginx to open its log anew', () => existsSync(access))
    }
    await tail.line((line) => isInterval(line, ({ active }) => active.open?.count === open.size && open.size === ROTATIONS * (SOCKETS_A_ROUND - CLOSED_A_ROUND)))

    const [worker = ''] = /worker process (\d+)/.exec(readFileSync(join(folder, 'error.log'), 'utf8'))?.slice(1) ?? []
    const beforeCrash = open.size
    process.kill(Number(worker), 'SIGKILL')
    await tail.line((line) => line.includes('"worker-crash"'))
    await tail.line((line) => isInterval(line, ({ active }) => active.open !== null && active.open.count === open.size))
    const crashed = beforeCrash - open.size

    for (let times = 0; times < SOCKETS_A_ROUND; times++) await connect()
    await tail.line((line) => isInterval(line, ({ active }) => active.open?.count === open.size))
    const stopped = open.size
    server.signal('SIGTERM')
    await tail.line((line) => line.includes('"nginx-stop"'))
    await tail.line((line) => isInterval(line, ({ active }) => active.open?.count === 0 && active.open.lost === crashed + stopped))

    server = await startNginx(nginx!, { config, folder, port })
    for (let times = 0; times < SOCKETS_A_ROUND; times++) await connect()
    for (let times = 0; times < SOCKETS_A_ROUND; times++) await closeOne()
    const written = (): number => readdirSync(folder).filter((name) => name.startsWith('ws_access.log')).reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0)
    await server.quit()
    await tail.line((line) => isInterval(line, ({ logs }) => logs[0]!.lines.read === written()))
    expect(await tail.end('SIGTERM')).toBe(0)

    const report = JSON.parse(tail.lines().at(-1)!) as Report
    expect(report.lines).toMatchObject({ read: written(), parsed: written(), skipped: 0 })
    expect(report.handshakes).toMatchObject({ attempts: opened - crashed - stopped, succeeded: opened - crashed - stopped })
    expect(report.open).toMatchObject({ count: 0, lost: crashed + stopped, untracked: 0 })
    expect(events().filter(({ event }) => event === 'sessions-lost').reduce((sum, { sessions }) => sum + sessions!, 0)).toBe(crashed + stopped)
    expect(report.events.filter(({ kind }) => kind === 'nginx-stop').map(({ sessions }) => sessions)).toEqual([stopped])
  })
})
