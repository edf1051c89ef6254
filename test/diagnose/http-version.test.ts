import { describe, expect, it } from 'vitest'
import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'
import { Field } from '../../src/log-format/fields.ts'
import { AccessRecord } from '../../src/log-format/record.ts'
import { Protocol, protocolOf } from '../../src/session/protocol.ts'

describeRule('http-version', {
  fires: [
    ['HTTP/1.0 from a proxy in front', times(20, () => ({ status: 400, protocol: 'HTTP/1.0', lived: 0.002 })), { severity: 'warning', layer: 'edge', sessions: 20, says: /proxy in front[^]*proxy_http_version 1.1;/ }],
    ['HTTP/2', [...healthy(60), ...times(5, () => ({ status: 400, protocol: 'HTTP/2.0', upstream: '-', lived: 0 }))], { severity: 'warning', layer: 'client' }],
  ],
  silent: [['HTTP/1.1 that fails', [...healthy(40), ...times(20, () => ({ status: 400 }))]]],
})

describe('the version of a request', () => {
  it.each([
    ['GET /ws HTTP/1.1', Protocol.http11],
    ['GET /ws HTTP/1.0', Protocol.http10],
    ['GET /ws HTTP/2.0', Protocol.http2],
    ['GET /ws HTTP/3.0', Protocol.http3],
    ['GET /ws', Protocol.unknown],
    ['-', Protocol.unknown],
    ['GET /HTTP/1.9', Protocol.unknown],
  ])('%s', (request, expected) => {
    const record = new AccessRecord({ fields: new Set([Field.request]), directive: { escape: 'default' }, isOpenMarker: false, clockStepMs: 1000 })
    record.setBytes(Buffer.from(request))
    record.to[Field.request] = request.length
    expect(protocolOf(record)).toBe(expected)
  })
})
