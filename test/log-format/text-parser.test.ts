import { describe, expect, it } from 'vitest'
import { formatOf, knownFormat } from '../helpers/format.ts'
import { parseLine } from '../helpers/parse.ts'

const WS = knownFormat('ws')
const INGRESS = knownFormat('ingress-nginx')
const COMBINED = knownFormat('combined')

const ws = ({ client = '203.0.113.5', request = 'GET /ws HTTP/1.1', status = '101', bytes = '4', rt = '19.868', urt = '19.868', agent = 'a', up = '127.0.0.1:80', time = '21/Nov/2026:01:55:44 +0000' } = {}): string =>
  `${client} - chat.example.com [${time}] "${request}" ${status} ${bytes} rt=${rt} urt=${urt} ua="${agent}" up="${up}"`

describe('a line of the ws format', () => {
  it('is read field by field', () => {
    expect(parseLine(WS, ws())).toMatchObject({
      text: { client: '203.0.113.5', host: 'chat.example.com', request: 'GET /ws HTTP/1.1', userAgent: 'a', upstream: '127.0.0.1:80' },
      number: { status: 101, bodyBytes: 4, requestTime: 19_868, upstreamTime: 19_868, time: Date.UTC(2026, 10, 21, 1, 55, 44) },
      offsetMinutes: 0,
    })
  })

  it.each([
    ['a dash', '-', -1],
    ['nothing', '', -1],
    ['one try', '0.155', 155],
    ['several tries of one pass', '0.000, 0.001, 0.155', 155],
    ['several passes', '0.000, 0.001 : 0.154', 154],
    ['a last try that never answered', '0.155, -', -1],
    ['a first try that never answered', '-, 0.155', 155],
    ['twelve digits', '999999999999.999', 999_999_999_999_999],
    ['twelve digits in a further try', '0.001, 999999999999.999', 999_999_999_999_999],
    ['nines in a further try', '0.001, 9.990', 9990],
  ])('has as $upstream_response_time %s', (_, urt, milliseconds) => {
    expect(parseLine(WS, ws({ urt }))?.number.upstreamTime).toBe(milliseconds)
  })

  it.each(['-', '', '127.0.0.1:80', '[::1]:80', 'unix:/run/app.sock', 'backend', '127.0.0.1:1, unix:/run/a.sock, [::1]:2', '10.0.0.1:1, 10.0.0.2:1 : 10.0.0.3:1'])('keeps $upstream_addr %j whole', (up) => {
    expect(parseLine(WS, ws({ up }))?.text.upstream).toBe(up)
  })

  it.each(['203.0.113.5', '2001:db8::5', '::1', '::ffff:203.0.113.5', 'unix:'])('keeps the client %s', (client) => {
    expect(parseLine(WS, ws({ client }))?.text.client).toBe(client)
  })

  it.each([['000', 0], ['009', 9], ['101', 101], ['499', 499], ['999', 999]])('has status %s', (status, number) => {
    expect(parseLine(WS, ws({ status }))?.number.status).toBe(number)
  })

  it.each(['', '-', '9', '1010', '1o1', '-01', '+99', '10.'])('is refused with status %j', (status) => {
    expect(parseLine(WS, ws({ status }))).toBeUndefined()
  })

  it.each(['1e308', '-1.000', 'NaN', 'Infinity', '12345678901234567890', '12345678901234567890.000', '1', '1.', '1.0', '1.00', '1.0000', '.000', '0x1.000', '1,000', ' 1.000', '1.000 '])('is refused with $request_time %j', (rt) => {
    expect(parseLine(WS, ws({ rt }))).toBeUndefined()
    expect(parseLine(WS, ws({ urt: rt }))).toBeUndefined()
    expect(parseLine(WS, ws({ urt: `0.001, ${rt}` }))).toBeUndefined()
  })

  it.each(['0.001, x', '0.001, 1.x00', '0.001, 1.0x0', '0.001, 1.00x', '0.001, 1234567890123.000', '0.001; 0.155', '0.001,x0.155', '0.001 ; 0.155', '0.001x: 0.155', '0.001 :x0.155', '0.001 0.155', '0.001, ,', '0.001,'])('is refused with $upstream_response_time %j', (urt) => {
    expect(parseLine(WS, ws({ urt }))).toBeUndefined()
  })

  it.each(['10.0.0.1:80 10.0.0.2:80', '10.0.0.1:80, 10.0.0.2:80 x', '10.0.0.1:80 ; 10.0.0.2:80', '10.0.0.1:80 :x', ' 10.0.0.1:80', '10.0.0.1:80 '])('is refused with $upstream_addr %j', (up) => {
    expect(parseLine(WS, ws({ up }))).toBeUndefined()
  })

  it.each([['0', 0], ['-', -1], ['', -1], ['999999999999999', 999_999_999_999_999]])('has %s body bytes', (bytes, number) => {
    expect(parseLine(WS, ws({ bytes }))?.number.bodyBytes).toBe(number)
  })

  it.each(['-4', '4.0', '1e3', '12345678901234567890', 'four'])('is refused with %j body bytes', (bytes) => {
    expect(parseLine(WS, ws({ bytes }))).toBeUndefined()
  })

  it.each([
    ['a request that never came', '-'],
    ['an empty request', ''],
    ['a TLS hello on a plain port', String.raw`\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03`],
    ['escaped quotes and backslashes', String.raw`GET /a\x22b\x5Cc HTTP/1.1`],
    ['an escaped line break', String.raw`GET /\x0A203.0.113.9 - - HTTP/1.1`],
    ['brackets, separators and percent signs', 'GET /a, b : c] [d%22 HTTP/1.1'],
  ])('keeps %s as it stands', (_, request) => {
    expect(parseLine(WS, ws({ request }))?.text.request).toBe(request)
  })

  it.each([
    ['an empty line', ''],
    ['a raw quote in a quoted value, which nginx escapes', ws({ agent: 'a"b' })],
    ['a raw quote in the last value', ws({ up: '127.0.0.1"8' })],
    ['text behind its end', `${ws()} `],
    ['text before its start', ` ${ws()}`],
    ['two spaces for one', ws().replace('" 101', '"  101')],
    ['a client with a space', ws({ client: '203.0.113.5 x' })],
  ])('is refused with %s', (_, line) => {
    expect(parseLine(WS, line)).toBeUndefined()
  })

  it('is refused wherever it is cut off', () => {
    const line = ws({ urt: '0.000, 0.155' })
    const taken = Array.from(line, (_, length) => length).filter((length) => parseLine(WS, line.slice(0, length)) !== undefined)
    expect(taken).toEqual([])
  })

  it('may be 64 kB long', () => {
    const request = `GET /${'\\xFF'.repeat(16_000)} HTTP/1.1`
    expect(parseLine(WS, ws({ request }))?.text.request).toBe(request)
  })

  it('may hold any byte in its values', () => {
    const agent = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('').replaceAll(/["\n]/g, '')
    expect(parseLine(WS, ws({ agent }))?.text.userAgent).toBe(agent)
  })
})

describe('lists of tries without quotes around them (ingress-nginx)', () => {
  const line = (tail: string, user = '-'): string =>
    `203.0.113.5 - ${user} [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 "-" "agent" 300 19.868 [ns-chat-8080] [] ${tail}`

  it.each([
    ['one try', '10.0.0.1:80 0 19.868 101 8f1b', '10.0.0.1:80', 19_868],
    ['two tries', '10.0.0.1:80, 10.0.0.2:80 0, 0 0.001, 19.800 502, 101 8f1b', '10.0.0.1:80, 10.0.0.2:80', 19_800],
    ['two passes', '10.0.0.1:80 : 10.0.0.2:80 0 : 0 0.001 : 19.800 502 : 101 8f1b', '10.0.0.1:80 : 10.0.0.2:80', 19_800],
    ['tries and passes', '10.0.0.1:80, [::1]:80 : unix:/a 0, 0 : 0 0.001, - : 1.000 502, 504 : 101 8f1b', '10.0.0.1:80, [::1]:80 : unix:/a', 1000],
    ['no try at all', '- - - - 8f1b', '-', -1],
    ['an unfinished try', '10.0.0.1:80, 10.0.0.2:80 0, - 0.001, - 502, - 8f1b', '10.0.0.1:80, 10.0.0.2:80', -1],
  ])('%s', (_, tail, upstream, upstreamTime) => {
    expect(parseLine(INGRESS, line(tail))).toMatchObject({ text: { upstream }, number: { upstreamTime, status: 101 } })
  })

  it.each([
    ['a space', 'ops team'],
    ['what ends it', 'ops [team'],
    ['what ends it, more than once', 'a [b] [c [21/Nov'],
    ['nothing', ''],
  ])('and a $remote_user with %s', (_, user) => {
    expect(parseLine(INGRESS, line('10.0.0.1:80, 10.0.0.2:80 0, 0 0.001, 19.800 502, 101 8f1b', user))).toMatchObject({
      text: { client: '203.0.113.5', upstream: '10.0.0.1:80, 10.0.0.2:80' },
      number: { upstreamTime: 19_800, requestTime: 19_868, bodyBytes: 4, status: 101, time: Date.UTC(2026, 10, 21, 1, 55, 44) },
    })
  })

  it.each([
    ['a comma and a space', '$upstream_addr, $upstream_response_time, $status', '10.0.0.1:80, 10.0.0.2:80, 0.001, 0.155, 101'],
    ['a colon between spaces', '$upstream_addr : $upstream_response_time : $status', '10.0.0.1:80 : 10.0.0.2:80 : 0.001 : 0.155 : 101'],
  ])('even where the format parts values by %s', (_, format, text) => {
    expect(parseLine(formatOf(format), text)).toMatchObject({ number: { upstreamTime: 155, status: 101 } })
  })
})

describe('an unquoted $remote_user', () => {
  const line = (user: string): string => `203.0.113.5 - ${user} [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 "-" "agent"`

  it.each(['-', 'ops', 'ops team', ' ops ', 'a [b', 'a [b] c', '[', String.raw`us\x22er`])('%j leaves the rest readable', (user) => {
    expect(parseLine(COMBINED, line(user))).toMatchObject({ text: { client: '203.0.113.5', request: 'GET /ws HTTP/1.1' }, number: { status: 101, bodyBytes: 4 } })
  })

  /** Where the last item of a list starts, in a line that {@link parseLine} puts behind something else. */
  const shiftOf = (text: string): number => parseLine(formatOf('$upstream_addr'), text)!.number.upstream - text.lastIndexOf(' ') - 1

  it.each(['ops', 'ops [team', 'a [b [c'])('%j changes nothing of what is read behind it, whatever its shape', (user) => {
    const format = formatOf('$remote_user [$time_iso8601] up=$upstream_addr urt=$upstream_response_time rt=$request_time n=$body_bytes_sent creq=$connection_requests $status')
    const text = `${user} [2026-11-21T02:55:44+01:00] up=10.0.0.1:80, 10.0.0.2:80 urt=0.001, 0.155 rt=0.157 n=- creq= 101`
    const item = text.indexOf('10.0.0.2:80')
    expect(parseLine(format, text)).toMatchObject({
      text: { upstream: '10.0.0.1:80, 10.0.0.2:80' },
      number: { time: Date.UTC(2026, 10, 21, 1, 55, 44), upstream: item + shiftOf('a, b'), upstreamTime: 155, requestTime: 157, bodyBytes: -1, connectionRequests: -1, status: 101 },
      offsetMinutes: 60,
    })
  })

  it.each(['ops', 'ops [team'])('%j leaves every clock readable', (user) => {
    expect(parseLine(formatOf('$remote_user [$msec] $status'), `${user} [1795226144.169] 101`)).toMatchObject({ number: { time: 1_795_226_144_169, status: 101 }, offsetMinutes: Number.NaN })
    expect(parseLine(formatOf('$remote_user [$time_local] $msec $status'), `${user} [21/Nov/2026:02:55:44 +0100] 1795226144.169 101`)).toMatchObject({ number: { time: 1_795_226_144_169 }, offsetMinutes: 60 })
    expect(parseLine(formatOf('$remote_user [$time_iso8601] $status'), `${user} [2026-02-30T02:55:44+01:00] 101`), 'no such day').toBeUndefined()
  })

  it('holds no raw quote, so it cannot swallow a torn line', () => {
    expect(parseLine(COMBINED, line('- [21/Nov/2026:01:55:44 +0000] "GET /secret203.0.113.9 - -'))).toBeUndefined()
    expect(parseLine(COMBINED, line('us"er'))).toBeUndefined()
  })
})

describe('any other format', () => {
  it.each([
    ['literals that are special to a pattern', '($remote_addr) [$status] {$request_time}.*', '(::1) [101] {1.000}.*', { client: '::1' }],
    ['literals beyond ASCII', '→$remote_addr → $status', '→::1 → 101', { client: '::1' }],
    ['letters right behind a variable', '${upstream_addr}end ${status}x$status', '10.0.0.1:80end 101x101', { upstream: '10.0.0.1:80' }],
    ['tabs', '$remote_addr\t$http_user_agent\t$status', '::1\ta b\t101', { userAgent: 'a b' }],
    ['words parted by a bar', '$remote_addr|$host|$status', '::1|h|101', { client: '::1', host: 'h' }],
    ['any text at its end', '$status $http_user_agent', '101 a b  c', { userAgent: 'a b  c' }],
    ['a list at its end', '$status $upstream_addr', '101 10.0.0.1:80, 10.0.0.2:80', { upstream: '10.0.0.1:80, 10.0.0.2:80' }],
    ['the same variable twice: the first is read', '$host "$request" $host $status', 'a "GET / HTTP/1.1" b 101', { host: 'a' }],
    ['the parts of the request', '$request_method "$request_uri" "$args" $status', 'GET "/ws?a=1" "a=1" 101', { method: 'GET', uri: '/ws?a=1', args: 'a=1' }],
    ['the finer of two hosts', '$server_name $host $status', '_ chat.example.com 101', { host: 'chat.example.com' }],
  ])('%s', (_, format, line, text) => {
    expect(parseLine(formatOf(format), Buffer.from(line))).toMatchObject({ text, number: { status: 101 } })
  })

  it('with literals beyond ASCII is taken up again at a later fit', () => {
    expect(parseLine(formatOf('$remote_user → $status →'), Buffer.from('a → b → 101 →'))?.number.status).toBe(101)
  })

  it('escape=none: a quote may stand in a value, and the last fit wins', () => {
    const format = formatOf(`log_format n escape=none '"$http_user_agent" $status';`)
    expect(parseLine(format, '"say "hi" 200" 101')).toMatchObject({ text: { userAgent: 'say "hi" 200' }, number: { status: 101 } })
  })

  it('escape=json as plain text (nested): an escaped quote does not end a value', () => {
    const format = formatOf(`log_format n escape=json '{"http":{"ua":"$http_user_agent","status":"$status"}}';`)
    expect(parseLine(format, String.raw`{"http":{"ua":"say \"hi\" \\","status":"101"}}`)).toMatchObject({ text: { userAgent: String.raw`say \"hi\" \\` }, number: { status: 101 } })
  })
})

describe('the clock of a line', () => {
  it.each([
    ['$msec before $time_local', '$msec [$time_local] $status', '1795226144.169 [21/Nov/2026:02:55:44 +0100] 101', 1_795_226_144_169, 60],
    ['$msec behind $time_iso8601', '$time_iso8601 $msec $status', '2026-11-21T02:55:44+01:00 1795226144.169 101', 1_795_226_144_169, 60],
    ['$msec alone', '$msec $status', '1795226144.169 101', 1_795_226_144_169, Number.NaN],
    ['$time_iso8601 rather than $time_local', '[$time_local] $time_iso8601 $status', '[21/Nov/2026:02:55:44 +0100] 2026-11-21T02:55:44+01:00 101', 1_795_226_144_000, 60],
    ['$time_local alone', '[$time_local] $status', '[20/Nov/2026:20:55:44 -0500] 101', 1_795_226_144_000, -300],
  ])('is the finest: %s', (_, format, line, time, offsetMinutes) => {
    expect(parseLine(formatOf(format), line)).toMatchObject({ number: { time }, offsetMinutes })
  })

  it.each([
    '31/Nov/2026:01:55:44 +0000', '30/Feb/2026:01:55:44 +0000', '00/Nov/2026:01:55:44 +0000', '21/nov/2026:01:55:44 +0000', '21/Nov/2026:24:00:00 +0000', '21/Nov/2026:01:60:44 +0000',
    '21/Nov/2026:01:55:61 +0000', '21/Nov/202x:01:55:44 +0000', '21/Nov/20:6:01:55:44 +0000', '21/Nov/2026:01:55:44 +2400', '21/Nov/2026:01:55:44 0000', '21/Nov/2026 01:55:44 +0000', '-', '',
  ])('refuses the time %j', (time) => {
    expect(parseLine(WS, ws({ time }))).toBeUndefined()
  })
})
