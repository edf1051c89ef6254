import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { wslog } from '../helpers/cli.ts'
import { startRooms } from './farm-backends.ts'
import { findNginx, freePorts, nginxFolder, preamble, removeFolder, startNginx, tempPaths } from './nginx.ts'

const nginx = findNginx()
const snippet = (name: string): string => readFileSync(new URL(`../../formats/${name}.conf`, import.meta.url), 'utf8')

/** Asks for a room on a socket of its own; gives the status of the answer, and keeps the socket open. */
const ask = (port: number, id: string): Promise<{ status: number; socket: Socket }> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET /ws/room?id=${id} HTTP/1.1\r\nHost: chat.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
    })
    socket.once('data', (chunk: Buffer) => resolve({ status: Number(chunk.toString('latin1').slice(9, 12)), socket }))
    socket.on('error', reject)
    socket.on('close', () => resolve({ status: 0, socket }))
  })

// A farm has room for all; this nginx has 13 connections, two of which a session takes.
describe.runIf(nginx !== undefined)('an nginx that is full', () => {
  const folder = nginxFolder()
  afterAll(() => removeFolder(folder))

  it('answers 500, says why, and wslog calls it capacity', async () => {
    const [port = 0, rooms = 0] = freePorts(2)
    const config = `${preamble(folder).replace('worker_connections 4096', 'worker_connections 13')}
http { ${snippet('ws_plus')} ${tempPaths(folder)} access_log ${folder}/access.log ws_plus;
server { listen 127.0.0.1:${port}; location /ws/ { proxy_pass http://127.0.0.1:${rooms}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; } } }`
    const backend = await startRooms(rooms)
    const server = await startNginx(nginx!, { config, folder, port })
    const open: Socket[] = []
    let refused = 0
    while (refused === 0 && open.length < 16) {
      const { status, socket } = await ask(port, `ask${open.length + 1}`)
      open.push(socket)
      if (status !== 101) refused = status
    }
    expect(refused).toBe(500)
    for (const socket of open) socket.end()
    await server.quit()
    backend.close()
    expect(readFileSync(`${folder}/error.log`, 'utf8')).toMatch(/\[alert\].* 13 worker_connections are not enough while connecting to upstream/)

    const { stdout } = await wslog(['sessions', `${folder}/access.log`, '-e', `${folder}/error.log`, '--keep-query'])
    const causes = stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { cause: string }).cause)
    expect(causes.filter((cause) => cause === 'capacity')).toHaveLength(1)
    expect(causes.filter((cause) => cause === 'closed')).toHaveLength(open.length - 1)
  })
})
