import { describe, expect, it } from 'vitest'
import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times, type Handshake } from '../helpers/handshake-facts.ts'
import { ErrorRecord } from '../../src/error-log/record.ts'
import { Rewrites } from '../../src/session/rewrites.ts'

const closed = (upstream: string): Handshake => ({ status: 502, path: '/console/5/ws', lived: 0.002, errors: [{ level: 'error', text: 'upstream prematurely closed connection while reading response header from upstream', upstream }] })

describeRule('rewritten-path', {
  fires: [['the backend is asked for / and hangs up', [...healthy(40), ...times(10, () => closed('http://10.0.0.1:8080/'))], { severity: 'warning', layer: 'nginx', sessions: 10, says: /may not know it[^]*being asked for \/ instead of \/console\/5\/ws/ }]],
  silent: [
    ['the path is passed on', [...healthy(40), ...times(10, () => closed('http://10.0.0.1:8080/console/5/ws'))]],
    ['it is rewritten, and others succeed', [...times(40, () => ({ status: 101, path: '/console/5/ws' })), ...times(10, () => closed('http://10.0.0.1:8080/'))]],
  ],
})

describe('paths that the backend is asked for', () => {
  const entry = (request: string, upstream: string): ErrorRecord => {
    const record = new ErrorRecord()
    record.setBytes(Buffer.from(request + upstream))
    Object.assign(record, { requestFrom: 0, requestTo: request.length, upstreamFrom: request.length, upstreamTo: request.length + upstream.length })
    return record
  }

  it.each([
    ['another', 'GET /a/ws HTTP/1.1', 'http://10.0.0.1:80/ws', { from: '/a/ws', to: '/ws', count: 1 }],
    ['the same', 'GET /a/ws HTTP/1.1', 'http://10.0.0.1:80/a/ws', undefined],
    ['the same, with another query', 'GET /a/ws?x=1 HTTP/1.1', 'http://10.0.0.1:80/a/ws', undefined],
    ['over a socket file', 'GET /a/ws HTTP/1.1', 'http://unix:/run/p.sock:/ws', { from: '/a/ws', to: '/ws', count: 1 }],
    ['decoded on the way', 'GET /a%20b/ws HTTP/1.1', 'http://10.0.0.1:80/a b/ws', undefined],
    ['no path at all', 'GET /a/ws HTTP/1.1', 'http://group', undefined],
  ])('%s', (_, request, upstream, expected) => {
    const rewrites = new Rewrites()
    rewrites.add(entry(request, upstream))
    expect(rewrites.of('/a/ws')).toEqual(expected)
  })

  it('keep a bounded number of places', () => {
    const rewrites = new Rewrites()
    for (let index = 0; index < 1000; index++) rewrites.add(entry(`GET /${'x'.repeat(index % 20)}/${String.fromCharCode(97 + (index % 26))} HTTP/1.1`, 'http://10.0.0.1/other'))
    expect(rewrites.size).toBeLessThanOrEqual(256)
  })
})
