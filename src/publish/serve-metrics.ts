import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WslogError } from '../errors.ts'
import type { RunTotals } from '../live/snapshot.ts'
import { CONTENT_TYPE, type Metrics } from './metrics.ts'

/** One or two Prometheis and someone with curl; whoever says nothing for so long is cut off. */
const MAX_CONNECTIONS = 16
const PATIENCE_MS = 5000
const MAX_HEADER_BYTES = 8192

export interface MetricsServer {
  /** Where the metrics are. */
  readonly url: string
  /** Ends at once, whoever is connected. */
  close(): Promise<void>
}

/** What a listen address cannot be used for, and what to do. */
const HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it (ss -ltnp shows it), or choose another port',
  EADDRNOTAVAIL: 'this machine has no such address; 127.0.0.1 is always there',
  EACCES: 'no permission to listen there; choose a port from 1024 on',
  EPERM: 'no permission to listen there; a sandbox (RestrictAddressFamilies=, IPAddressDeny=) may forbid it',
  EAFNOSUPPORT: 'this kind of address is off here; 127.0.0.1 is always there',
  ENOTFOUND: 'no such host; 127.0.0.1 is always there',
  EAI_AGAIN: 'the name cannot be looked up; write an address, such as 127.0.0.1',
}

/**
 * Serves `/metrics`, as OpenMetrics to those who ask for it, and `/-/healthy`. Port 0 takes a free one. Whatever a client does, nothing
 * is thrown into the tail.
 * @throws WslogError `output` when it cannot listen there
 */
export const serveMetrics = async ({ host, port, totals, metrics }: { host: string; port: number; totals: () => RunTotals; metrics: Metrics }): Promise<MetricsServer> => {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS, connectionsCheckingInterval: PATIENCE_MS }, (request, response) => {
    const scrape = async (): Promise<Answer> => {
      const exposition = wantsOpenMetrics(request) ? 'openmetrics' : 'text'
      return { status: 200, contentType: CONTENT_TYPE[exposition], body: await metrics.render(totals(), exposition) }
    }
    void answerOf(request, scrape).catch(() => FAILED).then((answer) => send(request, response, answer))
  })
  server.maxConnections = MAX_CONNECTIONS
  server.maxRequestsPerSocket = 1 // of many in one piece, which would all be answered before the first is taken
  server.timeout = PATIENCE_MS
  await listen(server, { host, port })
  server.on('error', () => {}) // a failed accept, such as without free descriptors: the next one may do
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

const plain = (status: number, body: string): Answer => ({ status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` })

const FAILED = plain(500, 'the metrics cannot be written; this is a bug of wslog')

const answerOf = async ({ method, url = '' }: IncomingMessage, scrape: () => Promise<Answer>): Promise<Answer> => {
  const path = url.split('?', 1)[0]
  if (path !== '/' && path !== '/metrics' && path !== '/-/healthy') return plain(404, 'not found; see /metrics')
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'GET or HEAD')
  if (path === '/metrics') return scrape()
  return plain(200, path === '/' ? 'wslog tail: see /metrics' : 'ok')
}

const wantsOpenMetrics = ({ headers }: IncomingMessage): boolean =>
  (headers.accept ?? '').split(',').some((range) => /^\s*application\/openmetrics-text\s*(?:;|$)/i.test(range) && !/;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range))

const send = (request: IncomingMessage, response: ServerResponse, { status, contentType, body }: Answer): void => {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    connection: 'close', // nobody holds one of the few between two scrapes
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const listen = (server: Server, { host, port }: { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const code = String(error.code)
      reject(new WslogError('output', `--prometheus ${host.includes(':') ? `[${host}]` : host}:${port}: ${HINTS[code] ?? `cannot listen there (${code})`}`, { cause: error }))
    })
    server.listen({ host, port }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
