import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { vanish } from './farm-network.ts'
import type { Visit } from './farm-plan.ts'

export interface Outcome {
  /** Status of the answer; 0 when none came. */
  readonly status: number
  readonly ended: 'by itself' | 'by the farm'
}

const AGENT = 'farm/1.0'
const targetOf = ({ id, path, query }: Visit): string => `${path}?${Object.entries({ id, ...query }).map(([key, value]) => `${key}=${value}`).join('&')}`

/** A frame as clients send them; the mask of zeros keeps it plain. */
const frame = (opcode: number, payload: string): Buffer => Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload, 'latin1')])
const CLOSE = frame(8, '\x03\xe8')

const headOf = (visit: Visit): string => {
  const { head = 'whole' } = visit
  const lines = [`GET ${targetOf(visit)} HTTP/1.1`, 'Upgrade: websocket', 'Connection: Upgrade', `User-Agent: ${AGENT}`, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  if (head !== 'no-host') lines.splice(1, 0, 'Host: chat.example.com')
  if (head === 'bad-header') lines.push('Bad\x01Header: x')
  if (head === 'with-body') lines.push('Content-Length: 5000')
  return `${lines.join('\r\n')}\r\n${head === 'half-sent' ? '' : '\r\n'}`
}

/** Watches what the server sends for a Close frame; the frames of the farm's backends are whole and unmasked. */
class FrameWatch {
  #left: Buffer = Buffer.alloc(0)
  #skip = 0

  hasClose(chunk: Buffer): boolean {
    if (this.#skip >= chunk.length) {
      this.#skip -= chunk.length
      return false
    }
    let rest = Buffer.concat([this.#left, chunk.subarray(this.#skip)])
    this.#skip = 0
    while (rest.length >= 2) {
      if ((rest[0]! & 0x0f) === 8) return true
      const short = rest[1]! & 0x7f
      const header = short === 127 ? 10 : short === 126 ? 4 : 2
      if (rest.length < header) break
      const whole = header + (short === 127 ? Number(rest.readBigUInt64BE(2)) : short === 126 ? rest.readUInt16BE(2) : short)
      if (rest.length < whole) {
        this.#skip = whole - rest.length
        rest = Buffer.alloc(0)
        break
      }
      rest = rest.subarray(whole)
    }
    this.#left = rest
    return false
  }
}

/** Makes one visit, and gives what came of it once the connection is gone. `stop`: the farm is over. */
export const visitFarm = (visit: Visit, port: number, stop: AbortSignal): Promise<Outcome> => (visit.library === true ? byLibrary(visit, port, stop) : bySocket(visit, port, stop))

const bySocket = (visit: Visit, port: number, stop: AbortSignal): Promise<Outcome> =>
  new Promise((resolve) => {
    const { leave, leaveAfter = 0 } = visit
    const socket = connect({ port, host: '127.0.0.1', localAddress: visit.from, allowHalfOpen: leave === 'half' })
    const timers: NodeJS.Timeout[] = []
    const frames = new FrameWatch()
    let text: string | undefined = ''
    let status = 0
    let ended: Outcome['ended'] = 'by itself'
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => {
      timers.forEach((timer) => clearTimeout(timer))
      resolve({ status, ended })
    })
    stop.addEventListener('abort', () => {
      ended = 'by the farm'
      socket.destroy()
    })
    socket.on('connect', () => {
      socket.write(headOf(visit), 'latin1')
      if (leave !== undefined) timers.push(setTimeout(() => goAway(socket, leave), leaveAfter))
    })
    socket.on('end', () => socket.end())
    const hear = (chunk: Buffer): void => {
      if (frames.hasClose(chunk) && socket.writable) socket.write(CLOSE)
    }
    socket.on('data', (chunk: Buffer) => {
      if (text === undefined) return hear(chunk)
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (!text.startsWith('HTTP')) return void socket.end() // passed on as it came: no answer has an end that shows
      if (end < 0) return
      status = Number(/^HTTP\/1\.\d (\d+)/.exec(text)?.[1] ?? 0)
      const rest = Buffer.from(text.slice(end + 4), 'latin1')
      text = undefined
      if (status !== 101) return void socket.end()
      hear(rest)
      if (leave === 'stall') socket.pause()
      if (visit.talk !== undefined) timers.push(talk(socket, visit.talk, visit.talkCount))
    })
  })

const talk = (socket: Socket, every: number, most = Infinity): NodeJS.Timeout => {
  let said = 0
  const timer = setInterval(() => {
    if (said++ < most && socket.writable) socket.write(frame(1, 'how are you? so, so.'))
    else clearInterval(timer)
  }, every)
  return timer
}

const goAway = (socket: Socket, leave: NonNullable<Visit['leave']>): void => {
  switch (leave) {
    case 'close': return void socket.write(CLOSE)
    case 'close-fin': return void socket.end(CLOSE)
    case 'vanish':
      vanish(socket.localAddress!)
      // Long after nginx has given it up.
      return void setTimeout(() => socket.destroy(), 6000)
    case 'rst': return void socket.resetAndDestroy()
    case 'destroy':
    case 'stall': return void socket.destroy()
    default: socket.end()
  }
}

const byLibrary = (visit: Visit, port: number, stop: AbortSignal): Promise<Outcome> =>
  new Promise((resolve) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}${targetOf(visit)}`, { localAddress: visit.from, headers: { host: 'chat.example.com', 'user-agent': AGENT } })
    let status = 0
    let ended: Outcome['ended'] = 'by itself'
    const timer = setTimeout(() => client.close(1000), visit.leaveAfter)
    client.on('open', () => (status = 101))
    client.on('error', () => {})
    client.on('close', () => {
      clearTimeout(timer)
      resolve({ status, ended })
    })
    stop.addEventListener('abort', () => {
      ended = 'by the farm'
      client.terminate()
    })
  })
