import { describe, expect, it } from 'vitest'
import { detectErrorLog } from '../../src/error-log/detect.ts'
import { createCriEnvelope } from '../../src/log-format/envelope/cri.ts'
import { createDockerEnvelope } from '../../src/log-format/envelope/docker.ts'
import { createSyslogEnvelope } from '../../src/log-format/envelope/syslog.ts'
import { MAX_LINE } from '../../src/log-format/reader.ts'
import { type PlainEntry, readErrorLog, realErrorLogs } from '../helpers/error-log.ts'
import { Seeded } from '../helpers/seeded.ts'

const at = (text: string, { level = 'error', second = '32' } = {}): string => `2026/11/21 00:03:${second} [${level}] 7#0: ${text}`
const FIELDS = ', client: 203.0.113.5, server: ws.example.com, request: "GET /ws HTTP/1.1"'
const refused = (fields = `${FIELDS}, upstream: "http://127.0.0.1:80/ws", host: "h"`): string => at(`*5 connect() failed (111: Connection refused) while connecting to upstream${fields}`)
const NOTICE = at('exit', { level: 'notice' })
const ACCESS = '203.0.113.5 - - [21/Nov/2026:00:03:32 +0000] "GET /ws HTTP/1.1" 101 4 "-" "agent"'

const one = (line: string): PlainEntry => {
  const { entries, counts } = readErrorLog(`${line}\n`)
  expect([entries.length, counts.skipped]).toEqual([1, 0])
  return entries[0]!
}

describe('an entry', () => {
  it('has its fields', () => {
    expect(one(refused())).toMatchObject({
      stampMs: Date.UTC(2026, 10, 21, 0, 3, 32), level: 'error', pid: 7, connection: 5, id: 'connect-refused', detail: -1,
      text: 'connect() failed (111: Connection refused) while connecting to upstream',
      client: '203.0.113.5', server: 'ws.example.com', request: 'GET /ws HTTP/1.1', upstream: 'http://127.0.0.1:80/ws', host: 'h', isCut: false, isRequestCut: false,
    })
  })

  it.each([
    ['no *N', at('using the "epoll" event method', { level: 'notice' }), { connection: -1, id: 'event-method' }],
    ['no pid', '2026/11/21 00:03:32 [emerg] boom', { pid: 0, connection: -1, text: 'boom', level: 'emerg' }],
    ['nothing in it', '2026/11/21 00:03:32 [error] 7#7: ', { pid: 7, text: '' }],
    ['an empty server name', refused(', client: ::1, server: , request: "GET /ws HTTP/1.1", host: "h"'), { client: '::1', server: '', request: 'GET /ws HTTP/1.1', host: 'h' }],
    ['a unix client', refused(', client: unix:, server: s'), { client: 'unix:', server: 's' }],
    ['a subrequest', refused(`${FIELDS}, subrequest: "/auth", upstream: "http://a/auth", host: "h"`), { upstream: 'http://a/auth', host: 'h' }],
    ['a referrer', refused(`${FIELDS}, host: "h", referrer: "http://x"`), { host: 'h' }],
    ["Kong's id behind it", refused(`${FIELDS}, host: "h", request_id: "abc"`), { host: 'h' }],
    ['spaces behind the version', refused(FIELDS.replace('1.1"', '1.1  "')), { request: 'GET /ws HTTP/1.1  ' }],
    ['no version', refused(', client: ::1, server: s, request: "GET /ws", upstream: "http://a/ws"'), { request: 'GET /ws' }],
    ['a line of njs', at('*5 js: ws-open id=7 conn=1', { level: 'warn' }), { id: undefined, text: 'js: ws-open id=7 conn=1', client: '' }],
    ['a line of Lua', at(`*5 [lua] access.lua:3: no token, context: ngx.timer${FIELDS}`), { id: undefined, client: '203.0.113.5' }],
  ])('may have %s', (_, line, expected) => {
    expect(one(line)).toMatchObject(expected)
  })

  it.each([
    ['1239#1090: x', { pid: 1239, text: 'x' }],
    ['123456789012345#7: x', { pid: 123_456_789_012_345, text: 'x' }],
    ['1234567890123456#7: x', { pid: 0 }],
    ['#7: x', { pid: 0 }],
    ['7 x', { pid: 0 }],
    ['7#7 x', { pid: 0 }],
    ['7#7:x', { pid: 0 }],
    ['7#x: y', { pid: 0 }],
  ])('names its process, or else all of it is text: %j', (rest, expected) => {
    expect(one(`2026/11/21 00:03:32 [notice] ${rest}`)).toMatchObject({ text: rest, connection: -1, ...expected })
  })

  it.each([
    ['*19990 x', { connection: 19_990, text: 'x' }],
    ['*123456789012345 x', { connection: 123_456_789_012_345, text: 'x' }],
    ['*1234567890123456 x', { connection: -1 }],
    ['* x', { connection: -1 }],
    ['*x y', { connection: -1 }],
    ['*5', { connection: -1 }],
    ['*5x y', { connection: -1 }],
    ['5 x', { connection: -1 }],
  ])('names its connection, or else that is text: %j', (rest, expected) => {
    expect(one(`2026/11/21 00:03:32 [notice] 7#7: ${rest}`)).toMatchObject({ text: rest, pid: 7, ...expected })
  })

  it.each(['FE80::ABCD', 'fe80::abcd', 'a::f', 'A::F', '::ffff:90.99.0.9', 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'])('has the client %s', (client) => {
    expect(one(refused(`, client: ${client}, server: s`))).toMatchObject({ client, server: 's' })
  })

  it.each(['g::1', 'G::1', '1.2.3.4x', '', '1 2', 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555'])('has no client where %j is no address', (client) => {
    expect(one(refused(`, client: ${client}, server: s`))).toMatchObject({ client: '', server: '' })
  })

  it.each([
    ['worker process 1090 exited with code 0', 'notice', 1090],
    ['signal 9 (SIGKILL) received from 1', 'notice', 9],
  ])('tells the first number of a line about processes: %s', (text, level, detail) => {
    expect(one(at(text, { level }))).toMatchObject({ detail })
  })

  it.each([
    ['a quote in the request, and spaces behind the version', refused(', client: ::1, server: s, request: "GET /a"b HTTP/1.1  ", upstream: "http://a/ws", host: "h"'), { request: 'GET /a"b HTTP/1.1  ', upstream: 'http://a/ws', host: 'h' }],
    ['a quote in the upstream', refused(`${FIELDS}, upstream: "http://a/"x", host: "h"`), { upstream: 'http://a/"x', host: 'h' }],
    ['a quote and a comma in the upstream', refused(`${FIELDS}, upstream: "http://a/",x", host: "h"`), { upstream: 'http://a/",x', host: 'h' }],
    ['a subrequest that may hold what stands behind it', refused(`${FIELDS}, subrequest: "/a", upstream: "http://evil/", host: "evil"", upstream: "http://a/auth", host: "h"`), { request: 'GET /ws HTTP/1.1', upstream: '', host: '' }],
    ['a subrequest with a host in it', refused(`${FIELDS}, subrequest: "/a", host: "evil"", host: "h"`), { upstream: '', host: '' }],
  ])('with %s is believed as far as nginx wrote it', (_, line, expected) => {
    expect(one(line)).toMatchObject(expected)
  })

  it('counts the bytes of all lines, entries or not', () => {
    const log = `${refused()}\r\nno entry\n${NOTICE}\n${NOTICE}`
    expect(readErrorLog(log).tally.bytes).toBe(log.length)
  })

  it('ends with CRLF in a file that went through Windows', () => {
    expect(readErrorLog(`${refused()}\r\n${NOTICE}\r\n`).entries.map(({ id, host }) => [id, host])).toEqual([['connect-refused', 'h'], ['exit', '']])
  })

  it.each(['2026/02/30 00:03:32 [error] 7#7: x', '2026/11/21 24:03:32 [error] 7#7: x', '2026/11/21 00:03:32 [errors] 7#7: x', '2026/11/21 00:03:32 [] x', '2026/11/21 00:03:32-[error] 7#7: x', '2026/11/21 00:03:32 (error] 7#7: x', '2026/11/21 00:03:32 [error 7#7: x', 'nginx: [emerg] x', ACCESS, ''])('%j is none', (line) => {
    expect(readErrorLog(`${line}\n${NOTICE}\n`)).toMatchObject({ skipped: [1], counts: { read: 2, parsed: 1, skipped: 1 } })
  })

  it('covers the time of the wall clock', () => {
    const { tally } = readErrorLog(`${at('exit', { second: '50' })}\n${at('exit', { second: '10' })}\n`)
    expect([tally.fromMs, tally.toMs]).toEqual([Date.UTC(2026, 10, 21, 0, 3, 10), Date.UTC(2026, 10, 21, 0, 3, 50)])
  })
})

describe('a client cannot forge', () => {
  it.each([
    ['by a request that was refused', at('*5 client sent invalid request while reading client request line, client: 203.0.113.5, server: s, request: "GET /x HTTP/1.1", upstream: "http://evil/", host: "evil HTTP/1.1"', { level: 'info' }),
      { request: 'GET /x HTTP/1.1", upstream: "http://evil/", host: "evil HTTP/1.1', upstream: '', host: '' }],
    ['by quotes in a URI', refused(', client: 203.0.113.5, server: s, request: "GET /x",host:"evil"? HTTP/1.1", upstream: "http://a/x",host:"evil"?", host: "h"'), { request: 'GET /x",host:"evil"? HTTP/1.1', upstream: 'http://a/x",host:"evil"?', host: 'h' }],
    ['by spaces in a URI, before 1.21.1', refused(', client: 203.0.113.5, server: s, request: "GET /x", upstream: "http://evil/", host: "evil HTTP/1.1", upstream: "http://a/x", host: "h"'), { upstream: 'http://a/x', host: 'h' }],
    ['by a referrer', refused(`${FIELDS}, upstream: "http://a/", host: "h", referrer: "x", client: 6.6.6.6, server: evil, request: "GET /evil HTTP/1.1", upstream: "http://evil/", host: "evil"`), { client: '203.0.113.5', upstream: 'http://a/', host: 'h' }],
    ['by a referrer behind a quoted path', at(`*5 open() "/srv/x" failed (2: No such file or directory)${FIELDS}, host: "h", referrer: "x", client: 6.6.6.6, server: evil"`), { id: 'open-not-found', client: '203.0.113.5', host: 'h' }],
    ['by a path', at(`*5 open() "/srv/x, client: 6.6.6.6, server: evil" failed (2: No such file or directory)${FIELDS}, host: "h"`), { id: 'open-not-found', client: '203.0.113.5', host: 'h' }],
    ['by a user name', at(`*5 user "a while b, client: 6.6.6.6, server: evil" was not found in "/etc/htpasswd"${FIELDS}, host: "h"`), { id: 'basic-unknown-user', client: '203.0.113.5', host: 'h' }],
    ['by a path that copies all of the text: the fields are unknown then', at(`*5 open() "/srv/x" failed (2: a), client: 6.6.6.6, server: evil, request: "GET / HTTP/1.1", host: "" failed (2: No such file or directory)${FIELDS}, host: "h"`),
      { id: 'open-not-found', connection: 5, client: '', server: '', request: '', host: '' }],
    ['by a subrequest', refused(`${FIELDS}, subrequest: "/auth", upstream: "http://evil/", host: "evil", upstream: "http://a/auth", host: "h"`), { upstream: '', host: '' }],
    ['by what is no address', refused(`, client: evil, server: x${FIELDS}`), { id: undefined, client: '203.0.113.5' }],
  ])('%s', (_, line, expected) => {
    expect(one(line)).toMatchObject(expected)
  })
})

describe('an entry that was cut', () => {
  const long = (fields: string): string => refused(fields).slice(0, 2047)
  const uri = `/${'x'.repeat(3000)}`

  it('inside the request has a beginning of it', () => {
    const entry = one(long(`, client: ::1, server: s, request: "GET ${uri} HTTP/1.1", host: "h"`))
    expect(entry).toMatchObject({ client: '::1', isCut: true, isRequestCut: true, host: '' })
    expect(`GET ${uri}`.startsWith(entry.request)).toBe(true)
  })

  it('right behind a quote looks whole, and is not', () => {
    const start = refused(', client: ::1, server: s, request: "GET /')
    const line = `${start}${'x'.repeat(2047 - start.length - ' HTTP/1.1"'.length)} HTTP/1.1"`
    expect(one(line)).toMatchObject({ isCut: true, isRequestCut: false, upstream: '', host: '' })
    expect(one(line.replace('xx', 'x'))).toMatchObject({ isCut: false })
  })

  it('inside the host has none', () => {
    expect(one(long(`${FIELDS}, host: "${uri}"`))).toMatchObject({ isCut: true, request: 'GET /ws HTTP/1.1', host: '' })
  })

  it('inside the upstream has a beginning of it', () => {
    expect(one(long(`${FIELDS}, upstream: "http://127.0.0.1:80${uri}"`)).upstream).toMatch(/^http:\/\/127\.0\.0\.1:80\/x+$/)
  })

  it('inside the text keeps the error number, and is known by it', () => {
    const start = at('*5 open() "/')
    const end = '... (2: No such file or directory)'
    expect(one(`${start}${'x'.repeat(2047 - start.length - end.length)}${end}`)).toMatchObject({ id: 'open-not-found', isCut: true, client: '' })
  })

  it('is over: what follows is not its own', () => {
    expect(readErrorLog(`${long(`, client: ::1, server: s, request: "GET ${uri}`)}\nx\n`)).toMatchObject({ skipped: [2] })
  })

  it('by 4095 bytes is one of OpenResty', () => {
    expect(one(refused(`, client: ::1, server: s, request: "GET ${uri}${uri}`).slice(0, 4095))).toMatchObject({ isCut: true, isRequestCut: true })
  })
})

describe('an entry over several lines', () => {
  const broken = `${at('*34 broken header: "GET /x HTTP/1.1\r')}\nHost: h\r\n\r\n" while reading PROXY protocol, client: 203.0.113.5, server: 127.0.0.1:18085`

  it('is one, with the fields of its end', () => {
    const { entries, counts } = readErrorLog(`${broken}\n${NOTICE}\n`)
    expect(entries.map(({ id, client }) => [id, client])).toEqual([['proxy-protocol-broken', '203.0.113.5'], ['exit', '']])
    expect(counts).toMatchObject({ read: 5, parsed: 5, skipped: 0 })
  })

  it('is over when its fields are there', () => {
    expect(readErrorLog(`${broken}\n${ACCESS}\n`)).toMatchObject({ skipped: [5], counts: { parsed: 4 } })
  })

  it('may be the last of the file', () => {
    expect(readErrorLog(broken)).toMatchObject({ counts: { read: 4, parsed: 4 }, entries: [{ id: 'proxy-protocol-broken' }] })
    expect(readErrorLog(broken.slice(0, 60))).toMatchObject({ counts: { read: 1, parsed: 1 }, entries: [{ connection: 34 }] })
  })

  it('may be a trace of Lua', () => {
    const { entries, counts } = readErrorLog(`${at('*5 lua entry thread aborted: runtime error: boom')}\nstack traceback:\n\t[C]: in function 'error'${FIELDS}\n${NOTICE}\n`)
    expect(entries).toMatchObject([{ connection: 5, client: '203.0.113.5' }, { id: 'exit' }])
    expect(counts).toMatchObject({ parsed: 4, skipped: 0 })
  })

  it('has no more bytes than nginx writes', () => {
    const { counts } = readErrorLog(`${at('*5 who knows')}\n${`${'x'.repeat(99)}\n`.repeat(100)}`)
    expect(counts).toMatchObject({ read: 101, parsed: 41, skipped: 60 })
  })

  it('does not begin with one that is whole, or that holds no client bytes', () => {
    for (const line of [NOTICE, refused(), at('*5 client 127.0.0.1 closed keepalive connection', { level: 'info' }), at('who knows')]) expect(readErrorLog(`${line}\nx\n`)).toMatchObject({ skipped: [2] })
  })
})

describe('wrapped by', () => {
  const docker = (line: string, stream = 'stderr'): string => JSON.stringify({ log: `${line}\n`, stream, time: '2026-11-21T00:03:32.1Z' })

  it('docker, only stderr is the error log', () => {
    const log = [docker('/docker-entrypoint.sh: x', 'stdout'), docker(refused()), docker(ACCESS, 'stdout'), docker('nginx: [emerg] x'), '{"log":'].join('\n')
    expect(readErrorLog(`${log}\n`, { envelope: createDockerEnvelope() })).toMatchObject({ entries: [{ id: 'connect-refused', host: 'h' }], counts: { read: 5, parsed: 1, filtered: 2, skipped: 2 } })
  })

  it('docker, access lines stand between the lines of one entry', () => {
    const log = [docker(at('*5 broken header: "GET / HTTP/1.1')), docker(ACCESS, 'stdout'), docker('" while reading PROXY protocol, client: ::1, server: s'), docker(NOTICE)].join('\n')
    expect(readErrorLog(`${log}\n`, { envelope: createDockerEnvelope() })).toMatchObject({ entries: [{ id: 'proxy-protocol-broken', client: '::1' }, { id: 'exit' }], counts: { parsed: 3, filtered: 1 } })
  })

  it('CRI, in pieces', () => {
    const log = `2026-11-21T00:03:32.1Z stderr P ${refused().slice(0, 50)}\n2026-11-21T00:03:32.1Z stderr F ${refused().slice(50)}\n2026-11-21T00:03:32.1Z stdout F ${ACCESS}\n`
    expect(readErrorLog(log, { envelope: createCriEnvelope() })).toMatchObject({ entries: [{ id: 'connect-refused' }], counts: { read: 3, parsed: 2, filtered: 1 } })
  })

  it('syslog, with a stamp of its own behind the tag', () => {
    const log = `<190>Nov 21 00:30:20 vm ngxerr: ${refused()}\nNov 21 00:30:20 vm nginx: ${at('*6 broken header: "a')}\n" while reading PROXY protocol, client: ::1, server: s\n`
    expect(readErrorLog(log, { envelope: createSyslogEnvelope() })).toMatchObject({ entries: [{ id: 'connect-refused', stampMs: Date.UTC(2026, 10, 21, 0, 3, 32) }, { id: 'proxy-protocol-broken' }], counts: { parsed: 3, skipped: 0 } })
  })

  it.each([
    ['docker', docker(refused()), 'docker'],
    ['docker with access lines', `${docker(ACCESS, 'stdout')}\n${docker(NOTICE)}`, 'docker'],
    ['CRI', `2026-11-21T00:03:32.1Z stderr F ${NOTICE}`, 'cri'],
    ['syslog', `Nov 21 00:30:20 vm nginx: ${NOTICE}`, 'syslog'],
    ['nothing', refused(), undefined],
  ])('%s, it is found out', (_, line, envelope) => {
    expect(detectErrorLog(Buffer.from(`${line}\n`))).toEqual({ envelope })
    // A sample may end inside a line.
    expect(detectErrorLog(Buffer.from(`${line}\n${line.slice(0, 30)}`))).toEqual({ envelope })
  })

  it.each([['an access log', ACCESS], ['an access log of docker', docker(ACCESS, 'stdout')], ['nothing', ''], ['a few entries among other lines', `${NOTICE}\n${`${ACCESS}\n`.repeat(3)}`]])('%s is no error log', (_, text) => {
    expect(detectErrorLog(Buffer.from(`${text}\n`))).toBeUndefined()
  })
})

it('a line over 1 MiB is skipped, and read on behind', () => {
  expect(readErrorLog(`${NOTICE}\n${'x'.repeat(MAX_LINE + 1)}\n${NOTICE}\n`).counts).toMatchObject({ read: 3, parsed: 2, skipped: 1, overlong: 1 })
})

it('a log of nothing but notices is not looked through again and again', () => {
  const log = Buffer.from(`${at('*5 client 127.0.0.1 closed keepalive connection', { level: 'info' })}\n`.repeat(100_000))
  const start = performance.now()
  expect(readErrorLog(log).entries.length).toBe(100_000)
  expect(performance.now() - start).toBeLessThan(5000)
})

describe('lines that were changed at random', () => {
  const seeded = new Seeded(20261121)
  const lines = realErrorLogs.flatMap(({ bytes }) => bytes.toString('latin1').split('\n').filter((line) => /^2026.*\*\d+ /.test(line) && !line.includes('broken header')))
  const mutate = (line: string): string => {
    const bytes = Buffer.from(line, 'latin1')
    for (let change = seeded.int(1, 4); change > 0; change--) {
      const place = seeded.int(0, bytes.length)
      // No line feed: that is another line.
      const byte = seeded.int(0, 255)
      if (seeded.next() < 0.5) bytes[place] = byte === 10 ? 34 : byte
      else bytes.copyWithin(place, seeded.int(0, bytes.length))
    }
    return bytes.toString('latin1', 0, seeded.next() < 0.3 ? seeded.int(0, bytes.length) : bytes.length).replace(/\n/g, '')
  }

  it('never throw, are counted once, and leave their neighbours alone', () => {
    const neighbour = refused()
    const expected = one(neighbour)
    for (let round = 0; round < 4000; round++) {
      const line = mutate(seeded.pick(lines))
      const { entries, counts } = readErrorLog(`${neighbour}\n${line}\n${neighbour}\n`)
      expect([counts.read, counts.parsed + counts.skipped, counts.filtered]).toEqual([3, 3, 0])
      expect([entries[0], entries.at(-1), entries.length]).toEqual([expected, expected, counts.parsed])
      for (const { client, isCut } of entries) expect(isCut || /^[\da-f.:A-F]*$|^unix:$/.test(client)).toBe(true)
    }
  })
})
