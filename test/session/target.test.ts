import { describe, expect, it } from 'vitest'
import { AccessRecord } from '../../src/log-format/record.ts'
import { RequestTarget } from '../../src/session/target.ts'
import { formatOf } from '../helpers/format.ts'

const targetOf = (format: string, text: string): { path: string; query: string; isGet: boolean } => {
  const compiled = formatOf(format)
  const record = new AccessRecord(compiled)
  const bytes = Buffer.from(text, 'latin1')
  expect(compiled.createParser().parse(bytes, 0, bytes.length, record)).toBe(true)
  const target = new RequestTarget()
  target.read(record)
  return { path: bytes.toString('latin1', target.pathFrom, target.pathTo), query: bytes.toString('latin1', target.pathTo, target.queryTo(bytes)), isGet: target.isGet }
}

describe('RequestTarget', () => {
  it.each([
    ['GET /ws HTTP/1.1', '/ws', '', true],
    ['GET /ws?a=b HTTP/1.1', '/ws', '?a=b', true],
    ['GET /ws? HTTP/1.1', '/ws', '?', true],
    ['GET /ws?a?b HTTP/1.1', '/ws', '?a?b', true],
    ['GET /', '/', '', true],
    ['GET / HTTP/1.1', '/', '', true],
    ['POST /ws HTTP/1.1', '/ws', '', false],
    ['HEAD /ws HTTP/1.1', '/ws', '', false],
    ['GETX /ws HTTP/1.1', '/ws', '', false],
    ['get /ws HTTP/1.1', '/ws', '', false],
    ['GET http://a.example/ws?x HTTP/1.1', '/ws', '?x', true],
    ['GET https://a.example/ws HTTP/1.1', '/ws', '', true],
    ['GET http://a.example HTTP/1.1', '', '', true],
    ['GET', '', '', false],
    [String.raw`\x16\x03\x01`, '', '', false],
    ['CONNECT a:1 HTTP/1.1', 'a:1', '', false],
  ])('of the request %j', (request, path, query, isGet) => {
    expect(targetOf('"$request" $status', `"${request}" 101`)).toEqual({ path, query, isGet })
  })

  it.each([
    ['$request_method $request_uri $status', 'GET /ws?a=b 101', '/ws', '?a=b', true],
    ['$request_method $uri $status', 'GET /ws 101', '/ws', '', true],
    ['$request_method $uri $status', 'POST /ws 101', '/ws', '', false],
    ['$request_method $uri $status', 'GETS /ws 101', '/ws', '', false],
    ['$request_uri $status', '/ws?a 101', '/ws', '?a', true],
    ['$status', '101', '', '', true],
  ])('of the format %j, where a method that is not told may be GET', (format, text, path, query, isGet) => {
    expect(targetOf(format, text)).toEqual({ path, query, isGet })
  })
})
