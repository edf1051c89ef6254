import { describe, expect, it } from 'vitest'
import { HANDSHAKE_CAUSES, LAYER_OF, SESSION_CAUSES } from '../../src/cause/cause.ts'
import { type Message, MESSAGES } from '../../src/error-log/messages.ts'
import { type PlainEntry, readErrorLog } from '../helpers/error-log.ts'

const FIELDS = ', client: 203.0.113.5, server: ws.example.com, request: "GET /ws HTTP/1.1", upstream: "http://127.0.0.1:80/ws", host: "h"'

const read = (text: string, { level = 'error', action, isProcess = false }: { level?: string; action?: string | undefined; isProcess?: boolean } = {}): PlainEntry =>
  readErrorLog(`2026/11/21 00:03:32 [${level}] 7#7: ${isProcess ? '' : '*5 '}${text}${action === undefined ? '' : ` while ${action}`}${isProcess ? '' : FIELDS}\n`).entries[0]!

const tunnel = (text: string, level: string): PlainEntry => read(text, { level, action: 'proxying upgraded connection' })

const example = ({ text }: Message): string => text.replace(/ \(…\)$/, ' (4: x)').replace(/…/g, '17')

describe('the table of messages', () => {
  it('has an id for each', () => {
    expect(new Set(MESSAGES.map(({ id }) => id)).size).toBe(MESSAGES.length)
    expect(MESSAGES.filter(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([])
  })

  it.each(MESSAGES.flatMap((message) => message.levels.map((level) => ({ id: message.id, level, message }))))('finds $id at $level', ({ id, level, message }) => {
    expect(read(example(message), { level, action: message.action, isProcess: message.phase === 'process' }).id).toBe(id)
  })

  it('gives a cause to tunnels and handshakes, and to nothing else', () => {
    for (const { phase, sessionCause, handshakeCause, isAside } of MESSAGES) {
      if (sessionCause !== undefined) expect([phase, SESSION_CAUSES.includes(sessionCause)]).toEqual(['tunnel', true])
      if (handshakeCause !== undefined) expect([phase, HANDSHAKE_CAUSES.includes(handshakeCause)]).toEqual(['handshake', true])
      if (phase === 'handshake') expect(handshakeCause === undefined).toBe(isAside)
    }
  })

  it('blames whom the cause stands for', () => {
    for (const { sessionCause, side } of MESSAGES) if (sessionCause !== undefined) expect(LAYER_OF[sessionCause]).toBe(side)
  })
})

describe('a message', () => {
  it.each([
    ['recv() failed (104: Connection reset by peer)', 'info', 'client-reset'],
    ['recv() failed (104: Connection reset by peer)', 'error', 'upstream-reset'],
    ['recv() failed (104: Die Verbindung wurde vom Kommunikationspartner zur\xfcckgesetzt)', 'info', 'client-reset'],
    ['recv() failed (54: Connection reset by peer)', 'error', 'upstream-reset'],
    ['recv() failed (60: Operation timed out)', 'info', 'client-lost'],
    ['recv() failed (113: No route to host)', 'error', 'upstream-lost'],
    ['SSL_write() failed (32: Broken pipe)', 'error', 'upstream-reset'],
    ['SSL_read() failed (SSL: error:0A000126:SSL routines::unexpected eof while reading)', 'info', 'client-reset'],
    ['SSL_read() failed (SSL: error:0A000126:SSL routines::unexpected eof while reading)', 'crit', undefined],
    ['upstream timed out (110: Connection timed out)', 'info', 'idle-timeout'],
    ['client timed out (110: Connection timed out)', 'info', 'client-stalled'],
  ])('%s at %s in a tunnel is %s', (text, level, cause) => {
    expect(tunnel(text, level)).toMatchObject({ message: { phase: 'tunnel', sessionCause: cause } })
  })

  it.each([
    // Stock nginx writes no such lines.
    ['upstream timed out (110: Connection timed out)', 'error'],
    ['client closed connection', 'info'],
    ['recv() failed (105: No buffer space available)', 'alert'],
  ])('%s at %s in a tunnel is not known', (text, level) => {
    expect(tunnel(text, level).message).toBeUndefined()
  })

  it('is not known by its beginning', () => {
    expect(read('exit now', { level: 'notice', isProcess: true }).message).toBeUndefined()
    expect(read('access forbidden by rule of mine').message).toBeUndefined()
  })

  it.each([
    ['worker process 4242 exited on signal 11 (core dumped)', 'alert', 'worker-crash', 4242],
    ['worker process 4242 exited with code 0', 'notice', 'worker-exited', 4242],
    ['start worker process 77', 'notice', 'start-worker', 77],
    ['reconfiguring', 'notice', 'reload', -1],
    ['signal 1 (SIGHUP) received from 1, reconfiguring', 'notice', undefined, 1],
    ['signal 15 (SIGTERM) received from 1, exiting', 'notice', 'stop', 15],
    ['signal 3 (SIGQUIT) received from 1, shutting down', 'notice', 'quit', 3],
    ['gracefully shutting down', 'notice', 'graceful-shutdown', -1],
    ['nginx/1.22.1', 'notice', 'start', -1],
  ])('%s is %s %s of %s', (text, level, process, detail) => {
    expect(read(text, { level, isProcess: true })).toMatchObject({ detail, connection: -1, message: { phase: 'process', process } })
  })
})
