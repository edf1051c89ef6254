import { createServer, type IncomingMessage, type Server } from 'node:http'
import { WebSocketServer } from 'ws'

/** What a session of the backend does, named in the query: `?every=1000` sends, `?close=5000` ends it, both in ms. */
const behave = (url: URL, socket: import('ws').WebSocket): void => {
  const every = Number(url.searchParams.get('every') ?? 0)
  const close = Number(url.searchParams.get('close') ?? 0)
  const timer = every > 0 ? setInterval(() => socket.send('x'.repeat(Number(url.searchParams.get('size') ?? 60))), every) : undefined
  const end = close > 0 ? setTimeout(() => socket.close(1000), close) : undefined
  socket.on('close', () => {
    clearInterval(timer)
    clearTimeout(end)
  })
  socket.on('error', () => {})
}

/** A real WebSocket backend that also answers plain pages; `/deny` refuses, `/login` asks for a login. */
export const startBackend = (port: number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
      if (request.headers.upgrade === undefined && searchParams.get('transport') === 'websocket') response.writeHead(400).end('{"code":3,"message":"Bad request"}')
      else if (pathname.startsWith('/missing')) response.writeHead(404).end('not here')
      else response.writeHead(200, { 'content-type': 'text/plain' }).end('a page\n')
    })
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request: IncomingMessage, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://x')
      if (url.pathname.endsWith('/deny')) {
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
        return
      }
      sockets.handleUpgrade(request, socket, head, (ws) => behave(url, ws))
    })
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
