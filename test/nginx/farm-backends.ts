import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { connect, createServer, type Server as TcpServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { WebSocketServer, type WebSocket } from 'ws'

/**
 * What a session of the backend does, named in its query: `push` every so many ms `size` bytes, `count` times at
 * most; `echo`; `flood` from that age on; and at the age `after` an `end`: close, fin, destroy or rst.
 */
const behave = ({ searchParams }: URL, client: WebSocket, socket: Socket): void => {
  const number = (name: string): number => Number(searchParams.get(name) ?? 0)
  const timers: NodeJS.Timeout[] = []
  client.on('error', () => {})
  client.on('close', () => timers.forEach((timer) => clearTimeout(timer)))
  if (number('push') > 0) {
    const most = number('count') || Infinity
    let sent = 0
    const timer = setInterval(() => (sent++ < most ? client.send('x'.repeat(number('size') || 20)) : clearInterval(timer)), number('push'))
    timers.push(timer)
  }
  if (searchParams.has('echo')) client.on('message', (data) => client.send(data))
  if (number('flood') > 0) {
    const block = Buffer.alloc(65_536)
    const pour = (): void => {
      while (client.readyState === client.OPEN && socket.writableLength < 1_000_000) client.send(block)
    }
    socket.on('drain', pour)
    timers.push(setTimeout(pour, number('flood')))
  }
  const end = searchParams.get('end')
  if (end !== null) {
    timers.push(setTimeout(() => {
      if (end === 'close') client.close(1000)
      else if (end === 'fin') socket.end()
      else if (end === 'rst') socket.resetAndDestroy()
      else socket.destroy()
    }, number('after')))
  }
}

/** A real WebSocket backend; to a request without an upgrade it answers what `say` says. */
export const startRooms = (port: number, address = '127.0.0.1'): Promise<Server> =>
  new Promise((resolve) => {
    const urlOf = (request: IncomingMessage): URL => new URL(request.url ?? '/', 'http://x')
    const server = createHttpServer((request, response) => {
      response.writeHead(Number(urlOf(request).searchParams.get('say') ?? 426), { 'content-type': 'text/plain' }).end('Upgrade Required')
    })
    const rooms = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {})
      rooms.handleUpgrade(request, socket, head, (client) => behave(urlOf(request), client, socket as Socket))
    })
    server.listen(port, address, 511, () => resolve(server))
  })

/** A backend that answers a handshake in every way but with 101; `say` names it. */
export const startOdd = (port: number): Promise<TcpServer> =>
  new Promise((resolve) => {
    const server = createServer({ allowHalfOpen: false }, (socket) => {
      socket.on('error', () => {})
      let text = ''
      socket.on('data', (chunk) => {
        // A TLS hello is no HTTP: answered as by any plain server.
        if (text === '' && chunk[0] === 0x16) return void socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
        text += chunk.toString('latin1')
        if (!text.includes('\r\n\r\n')) return
        answer(socket, /[?&]say=([^& ]+)/.exec(text)?.[1] ?? 'nothing')
      })
    })
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

const answer = (socket: Socket, say: string): void => {
  const body = `${say}\n`
  switch (say) {
    case 'nothing': return
    case 'shut': return void socket.end()
    case 'reset': return void socket.resetAndDestroy()
    case 'garbage': return void socket.end('hello, who is there?\r\n')
    case 'big': return void socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Big: ${'b'.repeat(20_000)}\r\n\r\n`)
    case 'invalid': return void socket.end('HTTP/1.1 101 Switching Protocols\r\nBad\0: x\r\n\r\n')
    default: socket.end(`HTTP/1.1 ${say} Said So\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`)
  }
}

/** A name server that knows nothing: says so, fails, or is silent, as the name asks. */
export const startNames = (port: number): Promise<{ close(): void }> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.on('message', (query, { port: to, address }) => {
      if (query.includes('silent')) return
      const reply = Buffer.from(query)
      reply.writeUInt16BE(query.includes('none') ? 0x8183 : 0x8182, 2)
      socket.send(reply, to, address)
    })
    socket.bind(port, '127.0.0.1', () => resolve({ close: () => socket.close() }))
  })

/** A port whose SYNs nobody answers: a listener that sleeps, with its queue full. */
export const startHole = async (port: number): Promise<{ close(): void }> => {
  const child = spawn(process.execPath, ['-e', `require('node:net').createServer().listen(${port}, '127.0.0.1', 1, () => console.log('up'))`], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGSTOP')
  const fillers = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await new Promise((resolve) => setTimeout(resolve, 100))
  return {
    close: () => {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
    },
  }
}

/** The backend that gets killed: a process of its own. */
export const startFlaky = async (port: number): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('farm-flaky.ts', import.meta.url)), String(port)], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`the backend process ended with ${code}`)))
  })
  child.removeAllListeners('exit')
  return child
}
