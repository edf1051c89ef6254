import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WslogError } from '../../src/errors.ts'
import type { RunTotals } from '../../src/live/snapshot.ts'
import { Metrics } from '../../src/publish/metrics.ts'
import { type MetricsServer, serveMetrics } from '../../src/publish/serve-metrics.ts'
import { BUSY, totalsOf } from './totals.ts'

const serve = async ({ host = '127.0.0.1', port = 0, totals = () => BUSY }: { host?: string; port?: number; totals?: () => RunTotals } = {}): Promise<MetricsServer> => {
  const server = await serveMetrics({ host, port, totals, metrics: new Metrics({ version: '1.2.3' }) })
  onTestFinished(() => server.close())
  return server
}

interface Reply {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A request over a connection of its own. */
const ask = async (url: string | URL, { method = 'GET', accept }: { method?: string; accept?: string } = {}): Promise<Reply> => {
  const asked = request(url, { method, agent: false, headers: accept === undefined ? {} : { accept } })
  asked.end()
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
/** What Prometheus 2.42 sends. */
const PROMETHEUS = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'

describe('the metrics server', () => {
  it.each([
    ['nothing', undefined, TEXT],
    ['anything', '*/*', TEXT],
    ['what Prometheus does', PROMETHEUS, OPEN_METRICS],
    ['OpenMetrics', 'application/openmetrics-text', OPEN_METRICS],
    ['the classic text', 'text/plain;version=0.0.4', TEXT],
    ['no OpenMetrics', 'application/openmetrics-text;version=1.0.0;q=0,text/plain', TEXT],
    ['what a browser does', 'text/html,application/xhtml+xml,*/*;q=0.8', TEXT],
  ])('to who asks for %s', async (_, accept, contentType) => {
    const { url } = await serve()
    const { status, headers, body } = await ask(url, accept === undefined ? {} : { accept })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe(contentType)
    expect(body.endsWith('# EOF\n')).toBe(contentType === OPEN_METRICS)
    expect(body).toContain('wslog_handshakes_total{result="switched"} 1200\n')
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body))
  })

  it.each([
    ['GET', '/', 200, 'wslog tail: see /metrics\n'],
    ['GET', '/-/healthy', 200, 'ok\n'],
    ['GET', '/metrics/', 404, 'not found; see /metrics\n'],
    ['GET', '/../etc/passwd', 404, 'not found; see /metrics\n'],
    ['POST', '/metrics', 405, 'GET or HEAD\n'],
    ['DELETE', '/', 405, 'GET or HEAD\n'],
    ['HEAD', '/-/healthy', 200, ''],
    ['HEAD', '/metrics', 200, ''],
    ['HEAD', '/nothing', 404, ''],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    const reply = await ask(new URL(path, (await serve()).url), { method })
    expect(reply).toMatchObject({ status, body })
    expect(reply.headers.allow).toBe(status === 405 ? 'GET, HEAD' : undefined)
    expect(reply.headers.connection).toBe('close')
  })

  it('shows what is counted at that moment', async () => {
    let succeeded = 1
    const { url } = await serve({ totals: () => totalsOf({ succeeded: succeeded++ }) })
    for (const expected of [1, 2, 3]) expect((await ask(url)).body).toContain(`wslog_handshakes_total{result="switched"} ${expected}\n`)
  })

  it('is on IPv6, too', async () => {
    const { url } = await serve({ host: '::1' })
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/metrics$/)
    expect((await ask(url)).status).toBe(200)
  })

  it('answers 500 when the totals cannot be had, and goes on', async () => {
    let isBroken = true
    const { url } = await serve({ totals: () => {
      if (isBroken) throw new Error('secret')
      return BUSY
    } })
    const { status, body } = await ask(url)
    expect(status).toBe(500)
    expect(body).not.toContain('secret')
    isBroken = false
    expect((await ask(url)).status).toBe(200)
  })

  const open = async (url: string): Promise<Socket> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a header without end', `GET /metrics HTTP/1.1\r\nx: ${'x'.repeat(20_000)}`, /^HTTP\/1\.1 431 /],
    ['a body that nobody asked for', 'GET /metrics HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello', /^HTTP\/1\.1 200 /],
    ['two requests at once', 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n', /^HTTP\/1\.1 200 /],
  ])('survives %s', async (_, sent, answer) => {
    const { url } = await serve()
    const socket = await open(url)
    socket.write(sent)
    expect(await text(socket)).toMatch(answer)
    expect((await ask(url)).status).toBe(200)
  })

  it('counts once for who asks many times in one piece', async () => {
    let renders = 0
    const { url } = await serve({ totals: () => {
      renders++
      return BUSY
    } })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100))
    expect(await text(socket)).toContain('HTTP/1.1 200 OK')
    expect(renders).toBe(1)
  })

  it('survives who hangs up before the answer', async () => {
    let hangUp = (): void => {}
    const { url } = await serve({ totals: () => {
      hangUp()
      return BUSY
    } })
    const socket = await open(url)
    hangUp = () => socket.resetAndDestroy()
    const closed = once(socket, 'close')
    socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n')
    await closed
    expect((await ask(url)).status).toBe(200)
  })

  it('lets no more than 16 in, and is there again when they are gone', async () => {
    const { url } = await serve()
    const silent: Socket[] = []
    for (let count = 0; count < 16; count++) silent.push(await open(url))
    await expect(ask(url)).rejects.toThrow(/hang up|ECONNRESET/)
    // Those that say nothing are cut off by the server itself.
    await Promise.all(silent.map((socket) => once(socket.resume(), 'close')))
    expect((await ask(url)).status).toBe(200)
  })

  it('closes with someone connected', async () => {
    const server = await serve()
    const socket = await open(server.url)
    await Promise.all([once(socket.resume(), 'close'), server.close()])
    await expect(ask(server.url)).rejects.toThrow(/ECONNREFUSED/)
  })

  it('says what to do when the address is taken', async () => {
    const port = Number(new URL((await serve()).url).port)
    const failure = serve({ port })
    await expect(failure).rejects.toThrow(WslogError)
    await expect(failure).rejects.toThrow(`--prometheus 127.0.0.1:${port}: another program listens there`)
  })

  it.each([['203.0.113.7', /this machine has no such address/], ['no-such-host.invalid', /no such host|cannot be looked up/]])('says what to do when %s is not an address of this machine', async (host, message) => {
    await expect(serve({ host })).rejects.toThrow(message)
  })
})
