import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type LiveEvent, type LiveEventKind, TAIL_SCHEMA } from '../../src/live/snapshot.ts'
import { type Notification, notificationOf } from '../../src/publish/notification.ts'
import { Webhook, type WebhookOptions } from '../../src/publish/webhook.ts'
import { backoffMs } from '../../src/publish/webhook-outcome.ts'
import { WEBHOOK_PARTS } from '../../src/publish/webhook-parts.ts'
import { notificationSchemaErrors } from '../helpers/report.ts'

const CONTEXT = { host: 'edge-1', logs: ['/var/log/nginx/ws_access.log'] }

const eventOf = (changes: Partial<LiveEvent> = {}): LiveEvent => ({
  schema: TAIL_SCHEMA, kind: 'event', event: 'upstream-restart', at: '2026-11-20T12:00:00.000Z', sessions: 20, upstream: '10.0.0.1:80', detail: 'all sessions of the upstream ended in one moment', ...changes,
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const status = (code: number, headers: Readonly<Record<string, string>> = {}): Answer => (_, response) => response.writeHead(code, headers).end('<p>thank you</p>')
const reset: Answer = (request) => request.socket.resetAndDestroy()
const hang: Answer = () => {}

/** A real receiver that gives these answers in turn, the last one for ever, and keeps what came. */
const receiver = async (...answers: readonly Answer[]) => {
  const bodies: Notification[] = []
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    void (async () => {
      bodies.push((await json(request)) as Notification)
      requests.push(request)
      const answer = answers[Math.min(bodies.length, answers.length) - 1]!
      answer(request, response)
      server.emit('answered')
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  }))
  const { port } = server.address() as AddressInfo
  return { bodies, requests, server, url: new URL(`http://127.0.0.1:${port}/hook/secret?token=secret`) }
}

/** A webhook in which no time passes: waits end at once and are written down. */
const webhookTo = (url: URL, changes: Partial<WebhookOptions> = {}) => {
  const waits: number[] = []
  const problems: string[] = []
  const webhook = new Webhook({
    ...WEBHOOK_PARTS, url, timeoutMs: 10_000, random: () => 1, timeout: () => new AbortController().signal, onProblem: (message) => problems.push(message),
    sleep: async (ms) => void waits.push(ms),
    ...changes,
  })
  return { webhook, waits, problems }
}

/** Until all is delivered or dropped: the drain's own deadline never comes here. */
const settled = (webhook: Webhook): Promise<void> => webhook.drain(0)

/** Waits that end when the test says so. */
const heldSleep = () => {
  const held: { ms: number; end: () => void }[] = []
  const sleep: WebhookOptions['sleep'] = (ms, signal) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')))
    held.push({ ms, end: resolve })
    waiting.dispatchEvent(new Event('wait'))
  })
  const waiting = new EventTarget()
  return { held, sleep, nextWait: () => new Promise<void>((resolve) => waiting.addEventListener('wait', () => resolve(), { once: true })) }
}

describe('a webhook', () => {
  it('gets the event as JSON, once it takes it: after a 500, and a connection that is reset', async () => {
    const { url, bodies, requests } = await receiver(status(500), reset, status(200))
    const { sleep, held, nextWait } = heldSleep()
    const { webhook, problems } = webhookTo(url, { sleep })
    for (const expected of [1000, 2000]) {
      const waits = nextWait()
      if (held.length === 0) webhook.post(eventOf(), CONTEXT)
      else held.at(-1)!.end()
      await waits
      expect(held.at(-1)!.ms).toBe(expected)
      expect(webhook.pending).toBe(1)
    }
    held.at(-1)!.end()
    await settled(webhook)
    expect(bodies).toHaveLength(3)
    for (const body of bodies) {
      expect(notificationSchemaErrors(body)).toEqual([])
      expect(body).toEqual({
        schema: 'wslog.notification/1', event: 'upstream-restart', at: '2026-11-20T12:00:00.000Z', detail: 'all sessions of the upstream ended in one moment', sessions: 20, upstream: '10.0.0.1:80', host: 'edge-1',
        logs: ['/var/log/nginx/ws_access.log'], text: 'wslog on edge-1: upstream-restart at 2026-11-20T12:00:00.000Z: all sessions of the upstream ended in one moment (20 sessions, upstream 10.0.0.1:80)',
      })
    }
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/hook/secret?token=secret', headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'wslog' } })
    expect({ pending: webhook.pending, dropped: webhook.dropped }).toEqual({ pending: 0, dropped: 0 })
    expect(problems).toEqual([`--notify ${url.origin}/…: it answers 500; it will be tried again`])
  })

  it('that hangs is given up after the timeout, and tried again', async () => {
    const { url, bodies, server } = await receiver(hang, status(204))
    const limits: AbortController[] = []
    const { webhook, waits, problems } = webhookTo(url, { timeoutMs: 7000, timeout: (ms) => {
      limits.push(new AbortController())
      if (limits.length <= 2) expect(ms).toBe(7000)
      return limits.at(-1)!.signal
    } })
    const asked = once(server, 'answered')
    webhook.post(eventOf(), CONTEXT)
    await asked
    const again = once(server, 'answered')
    limits[0]!.abort(new DOMException('timeout', 'TimeoutError'))
    await again
    await settled(webhook)
    expect(bodies).toHaveLength(2)
    expect(waits).toEqual([1000])
    expect(problems).toEqual([`--notify ${url.origin}/…: no answer in time; it will be tried again`])
    expect(webhook.dropped).toBe(0)
  })

  it('that is not there is tried 12 times, with longer and longer waits, then the event is dropped', async () => {
    const { url, server } = await receiver(hang)
    server.close()
    await once(server, 'close')
    const { webhook, waits, problems } = webhookTo(url)
    const { sleep, held, nextWait } = heldSleep()
    const slow = webhookTo(url, { sleep })
    let waiting = nextWait()
    slow.webhook.post(eventOf(), CONTEXT)
    for (let tries = 1; tries < 12; tries++) {
      await waiting
      waiting = nextWait()
      held.at(-1)!.end()
    }
    await settled(slow.webhook)
    expect(held.map(({ ms }) => ms / 1000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    expect(slow.webhook.dropped).toBe(1)
    expect(slow.problems).toEqual([`--notify ${url.origin}/…: no connection (ECONNREFUSED); it will be tried again`, `--notify ${url.origin}/…: no connection (ECONNREFUSED); an event was not delivered`])
    // At the end waits are short.
    webhook.post(eventOf(), CONTEXT)
    await settled(webhook)
    expect(new Set(waits)).toEqual(new Set([1000]))
    expect(problems).toHaveLength(2)
  })

  it.each([400, 401, 404, 410, 413])('that answers %i is not asked again', async (code) => {
    const { url, bodies } = await receiver(status(code), status(200))
    const { webhook, waits, problems } = webhookTo(url)
    webhook.post(eventOf(), CONTEXT)
    await settled(webhook)
    expect([bodies.length, waits.length, webhook.dropped]).toEqual([1, 0, 1])
    expect(problems).toEqual([`--notify ${url.origin}/…: it answers ${code}; an event was not delivered`])
  })

  it.each([301, 302, 307, 308])('that answers %i is not followed', async (code) => {
    const elsewhere = await receiver(status(200))
    const { url } = await receiver(status(code, { location: elsewhere.url.href }))
    const { webhook, problems } = webhookTo(url)
    webhook.post(eventOf(), CONTEXT)
    await settled(webhook)
    expect(elsewhere.bodies).toEqual([])
    expect(webhook.dropped).toBe(1)
    expect(problems.join()).toContain('redirects are not followed')
  })

  it.each([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['a date, by the clock of the receiver', { date: 'Fri, 20 Nov 2026 12:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 12:02:00 GMT' }, 120_000],
    ['a date that has passed', { date: 'Fri, 20 Nov 2026 12:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 1000],
    ['less than the backoff', { 'retry-after': '0' }, 1000],
    ['a year', { 'retry-after': '31536000' }, 3_600_000],
    ['nonsense', { 'retry-after': '-5 apples' }, 1000],
  ])('that says Retry-After (%s) is left alone so long', async (_, headers, expected) => {
    const { url, bodies } = await receiver(status(429, headers), status(200))
    const { sleep, held, nextWait } = heldSleep()
    const { webhook } = webhookTo(url, { sleep })
    const waits = nextWait()
    webhook.post(eventOf(), CONTEXT)
    await waits
    expect(held.map(({ ms }) => ms)).toEqual([expected])
    held[0]!.end()
    await settled(webhook)
    expect(bodies).toHaveLength(2)
  })

  it('gets one event at a time, in their order; of more than a hundred that wait the oldest are dropped', async () => {
    const { url, bodies, server } = await receiver(hang, status(200))
    const limit = new AbortController()
    let tries = 0
    const { webhook } = webhookTo(url, { timeout: () => (tries++ === 0 ? limit.signal : new AbortController().signal) })
    const asked = once(server, 'answered')
    webhook.post(eventOf({ detail: 'first' }), CONTEXT)
    for (let number = 1; number <= 130; number++) webhook.post(eventOf({ detail: String(number) }), CONTEXT)
    expect({ pending: webhook.pending, dropped: webhook.dropped }).toEqual({ pending: 101, dropped: 30 })
    await asked
    expect(bodies).toHaveLength(1)
    limit.abort()
    await settled(webhook)
    expect(bodies.map(({ detail }) => detail)).toEqual(['first', 'first', ...Array.from({ length: 100 }, (_, index) => String(index + 31))])
    expect({ pending: webhook.pending, dropped: webhook.dropped }).toEqual({ pending: 0, dropped: 30 })
  })

  it('that hangs at the end is waited for as long as said, and no longer', async () => {
    const { url, server, bodies } = await receiver(hang)
    const deadline = new AbortController()
    const { webhook } = webhookTo(url, { timeout: (ms) => (ms === 2500 ? deadline.signal : new AbortController().signal) })
    const asked = once(server, 'answered')
    for (let count = 0; count < 3; count++) webhook.post(eventOf(), CONTEXT)
    await asked
    const drained = webhook.drain(2500)
    expect(webhook.pending).toBe(3)
    deadline.abort()
    await drained
    expect(bodies).toHaveLength(1)
    expect({ pending: webhook.pending, dropped: webhook.dropped }).toEqual({ pending: 0, dropped: 3 })
    webhook.post(eventOf(), CONTEXT)
    expect({ pending: webhook.pending, dropped: webhook.dropped }).toEqual({ pending: 0, dropped: 4 })
  })

  it('that was to be left alone for long gets its last try at the end at once', async () => {
    const { url, bodies } = await receiver(status(503, { 'retry-after': '3000' }), status(200))
    const { sleep, nextWait } = heldSleep()
    const { webhook } = webhookTo(url, { sleep })
    const waits = nextWait()
    webhook.post(eventOf(), CONTEXT)
    await waits
    await settled(webhook)
    expect([bodies.length, webhook.dropped]).toEqual([2, 0])
  })

  it('is told of again when trouble begins anew', async () => {
    const { url } = await receiver(status(500), status(200), status(502), status(200))
    const { webhook, problems } = webhookTo(url)
    webhook.post(eventOf(), CONTEXT)
    webhook.post(eventOf(), CONTEXT)
    await settled(webhook)
    expect(problems.map((problem) => /it answers (\d+)/.exec(problem)?.[1])).toEqual(['500', '502'])
  })

  it('whose answer never ends has taken the event, and its connection is let go', async () => {
    const { url, bodies, server } = await receiver((request, response) => {
      request.socket.once('close', () => server.emit('let go'))
      response.writeHead(200).write('thank you, ')
    })
    const { webhook } = webhookTo(url)
    const letGo = once(server, 'let go')
    webhook.post(eventOf(), CONTEXT)
    await letGo // by itself, not because the webhook ends
    await settled(webhook)
    expect([bodies.length, webhook.dropped]).toEqual([1, 0])
  })

  it('never throws, whatever fetch does', async () => {
    const { webhook, problems } = webhookTo(new URL('http://127.0.0.1/secret'), { fetch: () => {
      throw new TypeError('Failed to parse URL from http://127.0.0.1/secret')
    } })
    expect(() => webhook.post(eventOf(), CONTEXT)).not.toThrow()
    await settled(webhook)
    expect(webhook.dropped).toBe(1)
    expect(problems.join()).not.toContain('secret')
  })

  it('does not delay who posts: nothing is sent before it goes on', async () => {
    const { url, bodies } = await receiver(status(200))
    const { webhook } = webhookTo(url)
    webhook.post(eventOf(), CONTEXT)
    expect(bodies).toHaveLength(0)
    await settled(webhook)
    expect(bodies).toHaveLength(1)
  })
})

describe('the wait before another try', () => {
  it.each([[1, 0, 500], [1, 1, 1000], [2, 0.5, 1500], [9, 1, 256_000], [10, 1, 300_000], [12, 0, 150_000]])('after %i, by chance %d: %i ms', (tries, random, expected) => {
    expect(backoffMs(tries, random)).toBe(expected)
  })
})

describe('a notification', () => {
  /** All kinds: one that is missing here does not compile. */
  const KINDS: Readonly<Record<LiveEventKind, true>> = {
    reload: true, 'upstream-restart': true, 'edge-restart': true, 'ends-together': true, 'nginx-stop': true, 'nginx-start': true, 'worker-crash': true, blackout: true, 'reconnect-storm': true,
    'sessions-lost': true, 'threshold-crossed': true, 'threshold-cleared': true, finding: true, 'finding-gone': true, 'log-missing': true, 'log-back': true, 'log-unknown': true,
  }

  it.each(Object.keys(KINDS) as LiveEventKind[])('of %s keeps to its schema', (event) => {
    expect(notificationSchemaErrors(notificationOf(eventOf({ event, sessions: null, upstream: null }), CONTEXT))).toEqual([])
  })

  it('that breaks its schema would be found out', () => {
    expect(notificationSchemaErrors({ ...notificationOf(eventOf(), CONTEXT), event: 'party' })).not.toEqual([])
    expect(notificationSchemaErrors({ ...notificationOf(eventOf(), CONTEXT), text: 'a\nb' })).not.toEqual([])
  })

  it.each([
    ['mentions of Slack', '<!channel> <@U1> <http://evil.example|nginx.org>'],
    ['mentions of Mattermost', '@all @channel'],
    ['links of Markdown', '[nginx.org](http://evil.example)'],
    ['lines and escapes', 'a\nb\r\u001B[2J'],
    ['direction marks', 'a\u202Eb'],
    ['a hundred thousand characters', 'x'.repeat(100_000)],
    ['half of a pair', '\uD83D'],
  ])('does not let a client act in a chat: %s', (_, hostile) => {
    const notification = notificationOf(eventOf({ detail: hostile, upstream: hostile }), CONTEXT)
    expect(notificationSchemaErrors(notification)).toEqual([])
    expect(notification.text).not.toMatch(/[<>@\p{Cc}\p{Cf}\p{Cs}]|\]\(/u)
    expect(notification.text.length).toBeLessThan(1200)
    expect(notification.detail).toBe(hostile)
  })
})
