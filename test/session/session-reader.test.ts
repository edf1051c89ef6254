import { coverageOf } from '../helpers/coverage.ts'
import { describe, expect, it } from 'vitest'
import { type HandshakeRule, WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { canExplain, ErrorIndex } from '../../src/session/error-index.ts'
import { LogReader } from '../../src/log-format/reader.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { SessionReader } from '../../src/session/session-reader.ts'
import { readErrorLog } from '../helpers/error-log.ts'
import { formatOf } from '../helpers/format.ts'
import { openSessions } from '../helpers/open-marks.ts'
import { BY_WORDS, LOG, readLines } from '../helpers/read-lines.ts'
import { times } from '../helpers/seeded.ts'

const WS = '$remote_addr - $host [$time_local] "$request" $status $body_bytes_sent rt=$request_time urt=$upstream_response_time up="$upstream_addr"'
const WITH_UPGRADE = `${WS} upg="$http_upgrade"`
const NOON = Date.UTC(2026, 10, 20, 12)

interface LineParts {
  readonly client?: string
  readonly host?: string
  readonly request?: string
  readonly status?: string
  readonly bytes?: string
  readonly rt?: string
  readonly urt?: string
  readonly up?: string
  readonly upgrade?: string
  readonly time?: string
}

const line = ({ client = '10.0.0.1', host = 'a.example', request = 'GET /ws HTTP/1.1', status = '101', bytes = '100', rt = '60.000', urt = '60.000', up = '10.1.0.1:80', upgrade, time = '20/Nov/2026:12:00:00 +0000' }: LineParts = {}): string =>
  `${client} - ${host} [${time}] "${request}" ${status} ${bytes} rt=${rt} urt=${urt} up="${up}"${upgrade === undefined ? '' : ` upg="${upgrade}"`}`

const OWN_LOG: HandshakeRule = { ...WORDS_ONLY, ownLogs: new Set([LOG]) }
const NAMED: HandshakeRule = { ...WORDS_ONLY, isNamed: true }
const under = (...prefixes: string[]): HandshakeRule => ({ ...WORDS_ONLY, prefixes: new Set(prefixes) })

/** What the reader took one line for. */
const kindOf = (parts: LineParts, { rule = BY_WORDS, format = parts.upgrade === undefined ? WS : WITH_UPGRADE }: { rule?: HandshakeRule; format?: string } = {}): string => {
  const { sessions, failures, others, parsed } = readLines({ format, rule, lines: [line(parts)] })
  expect(parsed).toBe(1)
  expect(sessions.length + failures.length + others.length).toBe(1)
  return sessions.length > 0 ? 'session' : failures.length > 0 ? 'failure' : others[0]!
}

describe('SessionReader, with $http_upgrade in the format', () => {
  it.each([
    ['websocket', '101', 'session'],
    ['websocket', '502', 'failure'],
    ['websocket', '200', 'failure'],
    ['WebSocket', '101', 'session'],
    ['WEBSOCKET', '101', 'session'],
    ['websocket, foo', '101', 'session'],
    ['foo, websocket', '101', 'session'],
    ['foo,websocket', '101', 'session'],
    ['websocket/13', '101', 'session'],
    ['-', '101', 'plain'],
    ['', '101', 'plain'],
    ['-', '502', 'plain'],
    ['h2c', '101', 'plain'],
    ['websockets', '101', 'plain'],
    ['xwebsocket', '101', 'plain'],
    ['websockex', '101', 'plain'],
    ['TLS/1.0', '101', 'plain'],
    ['webssprit', '101', 'plain'],
    ['rollocket', '101', 'plain'],
  ])('the header decides: %j with %s is a %s', (upgrade, status, expected) => {
    expect(kindOf({ upgrade, status })).toBe(expected)
  })

  it.each([
    ['a path that bears a word', BY_WORDS, '/ws'],
    ['a path that had a 101', under('/live/'), '/live/a'],
    ['a log of its own', OWN_LOG, '/anything'],
  ])('no rule overrides it: %s', (_, rule, path) => {
    expect(kindOf({ request: `GET ${path} HTTP/1.1`, upgrade: '-', status: '200' }, { rule })).toBe('plain')
    expect(kindOf({ request: 'GET /no/such/thing HTTP/1.1', upgrade: 'websocket', status: '404' }, { rule })).toBe('failure')
  })

  it('leaves nothing to be decided', () => {
    const { undecided } = readLines({ format: WITH_UPGRADE, lines: [line({ upgrade: '-' }), line({ upgrade: 'websocket' })] })
    expect(undecided).toEqual([])
  })

  it('counts Socket.IO polling apart, a socket of it as a handshake', () => {
    expect(kindOf({ request: 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1', status: '200', upgrade: '-' })).toBe('polling')
    expect(kindOf({ request: 'POST /socket.io/?EIO=4&transport=polling HTTP/1.1', status: '200', upgrade: '-' })).toBe('polling')
    expect(kindOf({ request: 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', status: '400', upgrade: 'websocket' })).toBe('failure')
    expect(kindOf({ request: 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', status: '400', upgrade: '-' })).toBe('plain')
  })
})

describe('SessionReader, without $http_upgrade', () => {
  it.each([
    ['a 101 is a session wherever it is', BY_WORDS, 'GET /index.html HTTP/1.1', '101', 'session'],
    ['a word in the path makes a failure', BY_WORDS, 'GET /ws HTTP/1.1', '502', 'failure'],
    ['a shared word before the end, answered like a page', BY_WORDS, 'GET /hub/login HTTP/1.1', '200', 'plain'],
    ['a shared word before the end, refused', BY_WORDS, 'GET /cable/room HTTP/1.1', '403', 'failure'],
    ['a shared word before the end, answered that it is no good request', BY_WORDS, 'GET /cable/room HTTP/1.1', '400', 'failure'],
    ['no word, no handshake', BY_WORDS, 'GET /github HTTP/1.1', '502', 'plain'],
    ['a file is none', BY_WORDS, 'GET /ws.js HTTP/1.1', '200', 'plain'],
    ['the query does not count as the path', BY_WORDS, 'GET /page?to=/ws HTTP/1.1', '200', 'plain'],
    ['a path that had a 101', under('/stream'), 'GET /stream HTTP/1.1', '502', 'failure'],
    ['and what is below it', under('/stream'), 'GET /stream/a?b HTTP/1.1', '502', 'failure'],
    ['not what only begins like it', under('/stream'), 'GET /streams HTTP/1.1', '502', 'plain'],
    ['a folder that had a 101', under('/live/'), 'GET /live/room7 HTTP/1.1', '404', 'failure'],
    ['every line of a log of its own', OWN_LOG, 'GET /anything HTTP/1.1', '404', 'failure'],
    ['also a request that broke off', OWN_LOG, '-', '400', 'failure'],
    ['and one that is no HTTP', OWN_LOG, String.raw`\x16\x03\x01`, '400', 'failure'],
    ['HEAD is never a handshake', BY_WORDS, 'HEAD /ws HTTP/1.1', '200', 'plain'],
    ['POST is never a handshake: by word', BY_WORDS, 'POST /ws HTTP/1.1', '502', 'plain'],
    ['POST is never a handshake: by path', under('/live/'), 'POST /live/a HTTP/1.1', '502', 'plain'],
    ['POST is never a handshake: Socket.IO', BY_WORDS, 'POST /socket.io/?transport=websocket HTTP/1.1', '400', 'plain'],
    ['what --path names is one', NAMED, 'GET /anything HTTP/1.1', '404', 'failure'],
    ['but not a POST of it', NAMED, 'POST /anything HTTP/1.1', '404', 'plain'],
    ['but every line of a log of its own is', OWN_LOG, 'POST /ws HTTP/1.1', '405', 'failure'],
    ['Socket.IO by websocket', BY_WORDS, 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', '502', 'failure'],
    ['Socket.IO by websocket, first in the query', BY_WORDS, 'GET /socket.io/?transport=websocket&EIO=4 HTTP/1.1', '502', 'failure'],
    ['Socket.IO polling', BY_WORDS, 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1', '200', 'polling'],
    ['Socket.IO polling, POST', BY_WORDS, 'POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1', '200', 'polling'],
    ['Socket.IO polling in a log of its own', OWN_LOG, 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1', '200', 'polling'],
    ['Socket.IO with a look-alike of the parameter', BY_WORDS, 'GET /socket.io/?xtransport=websocket HTTP/1.1', '200', 'polling'],
    ['Engine.IO at a path of its own', BY_WORDS, 'GET /app/engine.io/?transport=websocket HTTP/1.1', '502', 'failure'],
    ['Socket.IO switched', BY_WORDS, 'GET /socket.io/?EIO=4&transport=websocket&sid=x HTTP/1.1', '101', 'session'],
    ['SockJS by websocket', BY_WORDS, 'GET /sockjs/000/abc/websocket HTTP/1.1', '502', 'failure'],
    ['SockJS fallback', BY_WORDS, 'POST /sockjs/000/abc/xhr_streaming HTTP/1.1', '200', 'polling'],
    ['SockJS info', under('/sockjs/'), 'GET /sockjs/info?t=1 HTTP/1.1', '200', 'polling'],
  ])('%s', (_, rule, request, status, expected) => {
    expect(kindOf({ request, status }, { rule })).toBe(expected)
  })

  it.each([
    ['transport=websocket', 'failure'],
    ['EIO=4&transport=websocket', 'failure'],
    ['EIO=4&transport=polling', 'polling'],
    ['-', 'polling'],
  ])('reads the query from $args where the request shows none: %s', (args, expected) => {
    const { failures, others } = readLines({ format: '[$time_local] $request_method $uri "$args" $status', lines: [`[20/Nov/2026:12:00:00 +0000] GET /socket.io/ "${args}" 400`] })
    expect([...failures.map(() => 'failure'), ...others]).toEqual([expected])
  })

  it('hands every line to whoever decides the rule, filtered out or not', () => {
    const { undecided, undecidedLines, covered, filtered } = readLines({
      format: WS,
      filters: { hosts: ['b.example'], sinceMs: NOON },
      lines: [line(), line({ request: 'GET /a?b HTTP/1.1', status: '200' }), line({ time: '20/Nov/2026:11:59:59 +0000' })],
    })
    expect(undecided).toEqual([{ status: 101, path: '/ws' }, { status: 200, path: '/a' }, { status: 101, path: '/ws' }])
    expect(undecidedLines).toEqual({ lines: 3, switched: 2 })
    expect(covered).toEqual([NOON, NOON])
    expect(filtered).toBe(3)
  })
})

describe('the times of a session', () => {
  it.each([
    ['the request time as a rule', '60.000', '60.000', 60_000, 60_000],
    ['the upstream time 1 ms above it does not count', '60.000', '60.001', 60_000, 60_000],
    ['the upstream time where nginx lingered after the end', '65.000', '60.000', 60_000, 65_000],
    ['the last try of a list', '60.500', '0.400, 60.100', 60_100, 60_500],
    ['the last try of an internal redirect', '60.500', '0.400 : 60.100', 60_100, 60_500],
    ['the request time where the last try has none', '5.000', '1.000, -', 5000, 5000],
    ['the request time where no upstream was asked', '0.005', '-', 5, 5],
    ['nothing at all', '0.000', '0.000', 0, 0],
    ['a limit_req delay before the upstream was asked', '0.496', '0.002', 2, 496],
    ['thirty days', '2592000.123', '2592000.123', 2_592_000_123, 2_592_000_123],
  ])('duration: %s', (_, rt, urt, durationMs, sinceStart) => {
    const [session] = readLines({ format: WS, lines: [line({ rt, urt })] }).sessions
    expect(session).toMatchObject({ durationMs, endedAtMs: NOON, startedAtMs: NOON - sinceStart })
  })

  it.each([
    ['$time_local $status rt=$request_time', '20/Nov/2026:12:00:00 +0000 101 rt=2.500', 2500, NOON - 2500],
    ['$time_local $status urt=$upstream_response_time', '20/Nov/2026:12:00:00 +0000 101 urt=2.500', 2500, NOON - 2500],
    ['$time_local $status', '20/Nov/2026:12:00:00 +0000 101', Number.NaN, NOON],
    ['$time_local $status rt=$request_time', '20/Nov/2026:12:00:00 +0000 101 rt=-', Number.NaN, NOON],
    ['$time_iso8601 $status rt=$request_time', '2026-11-20T14:00:00+02:00 101 rt=1.000', 1000, NOON - 1000],
    ['$time_local $msec $status rt=$request_time', '20/Nov/2026:12:00:00 +0000 1795176000.250 101 rt=1.000', 1000, NOON + 250 - 1000],
  ])('from the format %j', (format, text, durationMs, startedAtMs) => {
    const [session] = readLines({ format, lines: [text] }).sessions
    expect(session).toMatchObject({ durationMs, startedAtMs })
  })

  it('a failure was made when its request came', () => {
    const [failure] = readLines({ format: WS, lines: [line({ status: '504', rt: '60.000', urt: '60.000' })] }).failures
    expect(failure).toMatchObject({ status: 504, endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000 })
  })
})

describe('what a session carries', () => {
  it.each([
    [WS, line({ bytes: '4' }), 4],
    [WS, line({ bytes: '0' }), 0],
    ['$time_local $status', '20/Nov/2026:12:00:00 +0000 101', -1],
  ])('bytes to the client in %j', (format, text, bytesToClient) => {
    expect(readLines({ format, lines: [text] }).sessions).toMatchObject([{ bytesToClient }])
  })

  it.each([
    ['10.1.0.1:80', '10.1.0.1:80'],
    ['10.1.0.1:80, 10.1.0.2:80', '10.1.0.2:80'],
    ['10.1.0.1:80 : 10.1.0.2:80', '10.1.0.2:80'],
    ['10.1.0.1:80, pool', 'pool'],
    ['unix:/run/app.sock', 'unix:/run/app.sock'],
    ['[::1]:80', '[::1]:80'],
    ['-', ''],
    ['', ''],
  ])('of the upstreams %j the last one: %j', (up, upstream) => {
    expect(readLines({ format: WS, lines: [line({ up })] }).sessions).toMatchObject([{ upstream }])
  })

  it('says when the format has no upstream', () => {
    expect(readLines({ format: '$time_local $status', lines: ['20/Nov/2026:12:00:00 +0000 101'] }).sessions).toMatchObject([{ upstream: undefined, host: '', client: '', path: '' }])
  })

  it('keeps a long path and a long query apart, each with its beginning', () => {
    const path = `/ws/${'x'.repeat(300)}`
    const [{ path: label } = { path: '' }] = readLines({ format: WS, lines: [line({ request: `GET ${path}?${'y'.repeat(300)} HTTP/1.1` })], isQueryKept: true }).sessions
    expect(label.split('?')).toEqual([expect.stringMatching(/^\/ws\/x+\.\.\.#[0-9a-f]{16}$/), expect.stringMatching(/^y+\.\.\.#[0-9a-f]{16}$/)])
    expect(readLines({ format: WS, lines: [line({ request: `GET ${path} HTTP/1.1` })] }).sessions).toMatchObject([{ path: label.split('?')[0] }])
  })

  it('drops the query from the path, unless it is to be kept', () => {
    const lines = [line({ request: 'GET /ws?token=secret HTTP/1.1' })]
    expect(readLines({ format: WS, lines }).sessions).toMatchObject([{ path: '/ws' }])
    expect(readLines({ format: WS, lines, isQueryKept: true }).sessions).toMatchObject([{ path: '/ws?token=secret' }])
  })

  it('shows an anonymized client, but filters by the real one', () => {
    const { sessions, filtered } = readLines({ format: WS, isAnonymized: true, filters: { clients: ['10.0.0.1'] }, lines: [line(), line({ client: '10.0.0.2' })] })
    expect(sessions).toMatchObject([{ client: '10.0.0.0' }])
    expect(filtered).toBe(1)
  })
})

describe('the user agent', () => {
  const AGENT = `${WS} ua="$http_user_agent"`

  it.each([
    ['what the client wrote', String.raw`say \x22hi\x22 \xE4\xBD\xA0`, 'say "hi" 你'],
    ['none where it sent none', '-', ''],
    ['the beginning of a long one, and a hash', 'x'.repeat(600), expect.stringMatching(/^x{492}\.\.\.#[0-9a-f]{16}$/)],
    ['512 characters whole', 'x'.repeat(512), 'x'.repeat(512)],
  ])('is %s', (_, agent, userAgent) => {
    const lines = [`${line()} ua="${agent}"`, `${line({ status: '502' })} ua="${agent}"`]
    const { sessions, failures } = readLines({ format: AGENT, lines })
    expect([...sessions, ...failures]).toMatchObject([{ userAgent }, { userAgent }])
  })

  it('is none where the format has none', () => {
    expect(readLines({ format: WS, lines: [line()] }).sessions).toMatchObject([{ userAgent: '' }])
  })
})

describe('filters', () => {
  const lines = [
    line({ time: '20/Nov/2026:11:59:59 +0000' }),
    line({ client: '10.0.0.2', host: 'b.example', request: 'GET /live/a?x HTTP/1.1', up: '10.1.0.1:80, 10.1.0.2:80' }),
    line({ time: '20/Nov/2026:12:00:01 +0000' }),
  ]
  const kept = (filters: Parameters<typeof readLines>[0]['filters']): (string | undefined)[] =>
    readLines({ format: WS, lines, ...(filters === undefined ? {} : { filters }) }).sessions.map(({ endedAtMs, path }) => `${(endedAtMs - NOON) / 1000} ${path}`)

  it.each([
    ['none', {}, ['-1 /ws', '0 /live/a', '1 /ws']],
    ['since: that moment too', { sinceMs: NOON }, ['0 /live/a', '1 /ws']],
    ['until: before that moment', { untilMs: NOON }, ['-1 /ws']],
    ['both', { sinceMs: NOON, untilMs: NOON + 1 }, ['0 /live/a']],
    ['path', { paths: ['/live'] }, ['0 /live/a']],
    ['path, never its query', { paths: ['*x'] }, []],
    ['host', { hosts: ['b.'] }, ['0 /live/a']],
    ['the upstream that was tried last', { upstreams: ['10.1.0.2'] }, ['0 /live/a']],
    ['not one tried before', { upstreams: ['10.1.0.1'] }, ['-1 /ws', '1 /ws']],
    ['client', { clients: ['10.0.0.2/32'] }, ['0 /live/a']],
    ['any of a list, all of the lists', { hosts: ['a.', 'b.'], paths: ['/live'] }, ['0 /live/a']],
  ])('%s', (_, filters, expected) => {
    expect(kept(filters)).toEqual(expected)
  })
})

describe('how often upstreams were tried', () => {
  it.each([
    ['10.1.0.1:80', 1],
    ['10.1.0.1:80, 10.1.0.2:80', 2],
    ['10.1.0.1:80, 10.1.0.2:80, 10.1.0.3:80', 3],
    ['10.1.0.1:80 : 10.1.0.2:80', 2],
    ['10.1.0.1:80, 10.1.0.2:80 : 10.1.0.3:80', 3],
    ['unix:/run/a.sock, unix:/run/b.sock', 2],
    ['[::1]:80, [::2]:80', 2],
    ['10.1.0.1:80, pool', 2],
    ['-', 1],
    ['', 1],
  ])('%j: %i', (up, tries) => {
    expect(readLines({ format: WS, lines: [line({ up })] }).sessions).toMatchObject([{ tries }])
  })

  it('is once where the format does not tell', () => {
    expect(readLines({ format: '$time_local $status', lines: ['20/Nov/2026:12:00:00 +0000 101'] }).sessions).toMatchObject([{ tries: 1 }])
  })
})

describe('whether the answer was sent whole', () => {
  const format = '$time_local $status "$request_completion"'

  it.each([['OK', true], ['', false]])('%j', (completion, isComplete) => {
    expect(readLines({ format, lines: [`20/Nov/2026:12:00:00 +0000 101 "${completion}"`] }).sessions).toMatchObject([{ isComplete }])
  })

  it('is not told without $request_completion', () => {
    expect(readLines({ format: WS, lines: [line()] }).sessions[0]).toHaveProperty('isComplete', undefined)
  })
})

describe('the verdict', () => {
  const SPAN = { fromMs: NOON - 3_600_000, toMs: NOON + 3_600_000 }
  const indexOf = (...texts: readonly string[]): ErrorIndex => {
    const index = new ErrorIndex()
    const entries = texts.map((text) => `2026/11/20 12:00:00 ${text}, client: 10.0.0.1, server: a.example, request: "GET /ws HTTP/1.1", upstream: "http://10.1.0.1:80/ws", host: "a.example"\n`)
    readErrorLog(entries.join(''), { onRecord: (record) => canExplain(record) && index.add(record, record.stampMs) })
    return index
  }
  const judged = (parts: LineParts, { errors, format = WS }: Pick<Parameters<typeof readLines>[0], 'errors'> & { format?: string } = {}) => {
    const { sessions, failures } = readLines({ format, lines: [line(parts)], errors })
    const [{ verdict, isExplained, cluster }] = [...sessions, ...failures] as [(typeof sessions)[number]]
    return { verdict, isExplained, cluster }
  }
  const guess = endingVerdict('closed', 'guess')
  const likely = endingVerdict('closed', 'likely')

  it.each([
    ['[info] 10#10: *5 upstream timed out (110: Connection timed out) while proxying upgraded connection', 'idle-timeout'],
    ['[info] 10#10: *5 client timed out (110: Connection timed out) while proxying upgraded connection', 'client-stalled'],
    ['[info] 10#10: *5 recv() failed (104: Connection reset by peer) while proxying upgraded connection', 'client-reset'],
    ['[error] 10#10: *5 recv() failed (104: Connection reset by peer) while proxying upgraded connection', 'upstream-reset'],
    ['[error] 10#10: *5 recv() failed (110: Connection timed out) while proxying upgraded connection', 'upstream-lost'],
    ['[info] 10#10: *5 send() failed (113: No route to host) while proxying upgraded connection', 'client-lost'],
  ] as const)('on a session is that of its error line: %s', (text, cause) => {
    expect(judged({}, { errors: { index: indexOf(text), coverage: coverageOf('info', SPAN) } })).toEqual({ verdict: endingVerdict(cause, 'confirmed'), isExplained: true, cluster: -1 })
  })

  it.each([
    ['[error] 10#10: *5 connect() failed (111: Connection refused) while connecting to upstream', '502', 'refused', 'upstream'],
    ['[error] 10#10: *5 upstream timed out (110: Connection timed out) while connecting to upstream', '504', 'connect-timeout', 'upstream'],
    ['[error] 10#10: *5 upstream prematurely closed connection while reading response header from upstream', '502', 'upstream-closed', 'upstream'],
    ['[error] 10#10: *5 no live upstreams while connecting to upstream', '502', 'no-live-upstream', 'upstream'],
  ] as const)('on a failed handshake too: %s', (text, status, cause, layer) => {
    expect(judged({ status, rt: '0.001', urt: '0.001' }, { errors: { index: indexOf(text), coverage: coverageOf('info', SPAN) } })).toMatchObject({ verdict: failureVerdict(cause, layer, 'confirmed'), isExplained: true })
  })

  it('on a session without a line is a guess without an error log', () => {
    expect(judged({})).toEqual({ verdict: guess, isExplained: false, cluster: -1 })
  })

  it.each([
    ['the log has no [info] lines', undefined, guess],
    ['it has, at that time', { fromMs: NOON - 1, toMs: NOON + 1 }, likely],
    ['from that moment', { fromMs: NOON, toMs: NOON + 1 }, likely],
    ['until that moment', { fromMs: NOON - 1, toMs: NOON }, likely],
    ['later', { fromMs: NOON + 1, toMs: NOON + 2 }, guess],
    ['earlier', { fromMs: NOON - 2, toMs: NOON - 1 }, guess],
  ])('on a session without a line is what silence proves: %s', (_, span, verdict) => {
    expect(judged({}, { errors: { index: new ErrorIndex(), coverage: span === undefined ? coverageOf('notice', SPAN) : coverageOf('info', span) } })).toMatchObject({ verdict, isExplained: false })
  })

  it.each([
    ['it tells of both', WS, line({ bytes: '0', rt: '0.000', urt: '0.000' }), likely],
    ['no bytes', '$time_local $status rt=$request_time', '20/Nov/2026:12:00:00 +0000 101 rt=60.000', guess],
    ['no duration', '$time_local $status $body_bytes_sent', '20/Nov/2026:12:00:00 +0000 101 4', guess],
  ])('on a session without a line is not known better where its age or its bytes are not: %s', (_, format, text, verdict) => {
    expect(readLines({ format, lines: [text], errors: { index: new ErrorIndex(), coverage: coverageOf('info', SPAN) } }).sessions).toMatchObject([{ verdict }])
  })

  it.each([
    ['no error log', undefined, 'refused', 'guess'],
    ['one that covers it', SPAN, 'server-error', 'likely'],
    ['to its very moment', { fromMs: NOON - 1, toMs: NOON }, 'server-error', 'likely'],
    ['one that begins later', { fromMs: NOON + 1, toMs: NOON + 2 }, 'refused', 'guess'],
    ['one that ended before', { fromMs: NOON - 2, toMs: NOON - 1 }, 'refused', 'guess'],
    ['an empty one', { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }, 'refused', 'guess'],
  ] as const)('on a 502 without a line: %s', (_, span, cause, confidence) => {
    const errors = span === undefined ? undefined : { index: new ErrorIndex(), coverage: coverageOf('error', span) }
    expect(judged({ status: '502', rt: '0.001', urt: '0.001' }, { errors })).toMatchObject({ verdict: { cause, layer: 'upstream', confidence }, isExplained: false })
  })

  it.each([['0.001', 'handshake-timeout'], ['-', 'connect-timeout'], ['0.001, -', 'connect-timeout'], ['-, 0.001', 'handshake-timeout']])('on a 504 goes by $upstream_connect_time %s', (connectTime, cause) => {
    const told = readLines({ format: `${WS} uct="$upstream_connect_time"`, lines: [`${line({ status: '504' })} uct="${connectTime}"`] })
    expect(told.failures).toMatchObject([{ verdict: { cause, confidence: 'likely' } }])
  })

  it('on a session that no line explains is left to the patterns', () => {
    const patterns: Parameters<typeof readLines>[0]['patterns'] = {
      isOfInterest: () => true,
      // As patterns do: what a line explains keeps its verdict.
      label: (event) => Object.assign(event, { cluster: 4 }, event.isExplained ? {} : { verdict: endingVerdict('edge-idle-timeout', 'likely') }),
    }
    const errors = { index: indexOf('[info] 10#10: *5 upstream timed out (110: Connection timed out) while proxying upgraded connection'), coverage: coverageOf('info', SPAN) }
    const { sessions, failures } = readLines({ format: WS, errors, patterns, lines: [line(), line(), line({ status: '404' }), line({ client: '10.0.0.2' })] })
    expect(sessions.map(({ verdict, cluster, isExplained }) => [verdict!.cause, cluster, isExplained])).toEqual([['idle-timeout', 4, true], ['edge-idle-timeout', 4, false], ['edge-idle-timeout', 4, false]])
    expect(failures).toMatchObject([{ cluster: -1, verdict: { cause: 'upgrade-missing' } }])
  })

  it('is not that of the line before', () => {
    const errors = { index: indexOf('[info] 10#10: *5 upstream timed out (110: Connection timed out) while proxying upgraded connection'), coverage: coverageOf('error', SPAN) }
    const { sessions } = readLines({ format: WS, errors, lines: [line(), line({ client: '10.0.0.2' }), line({ client: '10.0.0.3', up: '10.1.0.1:80, 10.1.0.2:80' }), line({ client: '10.0.0.4' })] })
    expect(sessions.map(({ verdict, isExplained, tries }) => [verdict!.cause, isExplained, tries])).toEqual([['idle-timeout', true, 1], ['closed', false, 1], ['closed', false, 2], ['closed', false, 1]])
  })
})

describe('a second look at a log', () => {
  const likely = endingVerdict('edge-idle-timeout', 'likely')
  const MARKER = 'OPEN $msec $connection $request_id "$request"'
  /** Who lived a minute, ended at the edge. */
  const patterns: Parameters<typeof readLines>[0]['patterns'] = {
    isOfInterest: (endedAtMs, durationMs) => endedAtMs >= NOON && durationMs === 60_000,
    label: (event) => event.bytesToClient === 100 && Object.assign(event, { cluster: 2, verdict: likely }),
  }

  it('tells of the sessions only whose verdict is another one, and of nothing else', () => {
    const lines = [
      line(),
      line({ client: '10.0.0.2', bytes: '7' }),
      line({ client: '10.0.0.3', rt: '61.000', urt: '61.000' }),
      line({ client: '10.0.0.4', time: '20/Nov/2026:11:59:59 +0000' }),
      line({ client: '10.0.0.5', status: '502' }),
      line({ client: '10.0.0.6', request: 'GET /a HTTP/1.1', status: '200' }),
    ]
    const { relabelled, sessions, failures, others, covered, undecided, undecidedLines, parsed } = readLines({ format: WS, lines, patterns, isSecondLook: true })
    expect(relabelled).toMatchObject([{ session: { client: '10.0.0.1', cluster: 2, verdict: likely }, counted: 'closed' }])
    expect(relabelled).toHaveLength(1)
    expect({ sessions, failures, others, covered, undecided, undecidedLines }).toEqual({ sessions: [], failures: [], others: [], covered: [], undecided: [], undecidedLines: { lines: 0, switched: 0 } })
    expect(parsed).toBe(6)
  })

  it('passes over a 101 that was no WebSocket', () => {
    const { relabelled, others, parsed } = readLines({ format: WITH_UPGRADE, lines: [line({ upgrade: 'h2c' }), line({ upgrade: 'websocket' })], patterns, isSecondLook: true })
    expect([relabelled.length, others, parsed]).toEqual([1, [], 2])
  })

  it('passes over lines that tell of beginnings', () => {
    const open = openSessions()
    const { covered, parsed } = readLines({ format: MARKER, lines: ['OPEN 1795176000.000 1 159c146dd1c9d1f7e45f2dcef1d0018e "GET /ws HTTP/1.1"'], patterns, isSecondLook: true, open })
    expect([parsed, covered, open.hasMarkers]).toEqual([1, [], false])
  })
})

describe('lines that tell of beginnings', () => {
  const MARKER = 'OPEN $msec $connection $request_id "$request"'
  const lines = ['OPEN 1795175999.999 1 159c146dd1c9d1f7e45f2dcef1d0018e "GET /ws HTTP/1.1"', 'OPEN 1795176000.000 3 5b6235ef288970386cabc6722695de20 "GET /ws HTTP/1.1"']

  it('cover their time, from --since on', () => {
    expect(readLines({ format: MARKER, lines, filters: { sinceMs: NOON } })).toMatchObject({ parsed: 2, covered: [NOON], sessions: [], failures: [], others: [] })
  })

  it('are read where nobody counts what is open', () => {
    expect(readLines({ format: MARKER, lines, open: undefined })).toMatchObject({ parsed: 2, skipped: [], covered: [NOON - 1, NOON] })
  })
})

it('hands on the lines that no format fits', () => {
  expect(readLines({ format: WS, lines: ['hello', line()] })).toMatchObject({ parsed: 1, skipped: [expect.any(String)], sessions: [{}] })
})

it('settles what is known by number before numbers get another meaning', () => {
  const paths = times(70_000, (index) => `/room/${index}`)
  const { undecided } = readLines({ format: '$time_local $uri $status', lines: paths.map((path) => `20/Nov/2026:12:00:00 +0000 ${path} 200`) })
  expect(undecided.map(({ path }) => path)).toEqual(paths)
})

describe('the log that a reader is told to start', () => {
  const sinkOf = (ownLog: string) => {
    const told = { failures: 0, others: 0 }
    const sink = new SessionReader({
      rule: { ...WORDS_ONLY, ownLogs: new Set([ownLog]) }, filters: NO_FILTERS, isQueryKept: false, isAnonymized: false, open: undefined, onSkipped: () => {},
      consumer: { session: () => {}, failure: () => told.failures++, other: () => told.others++, covered: () => {}, undecided: () => {}, settle: () => {} },
    })
    const reader = new LogReader({ formats: [formatOf(WS)], envelope: undefined, sink })
    const bytes = Buffer.from(`${line({ request: 'GET /any HTTP/1.1', status: '404' })}\n`)
    return { sink, told, read: () => reader.readBlock(bytes, 0, bytes.length) }
  }

  it('is known by its name to be one of sockets alone, and its lines are counted anew', () => {
    const { sink, told, read } = sinkOf(LOG)
    read()
    expect([told, sink.undecided], 'no log so far').toEqual([{ failures: 0, others: 1 }, { lines: 1, switched: 0 }])
    sink.startLog(`${LOG}.1`)
    read()
    read()
    expect([told, sink.undecided]).toEqual([{ failures: 2, others: 1 }, { lines: 2, switched: 0 }])
    sink.startLog('/var/log/access.log')
    expect(sink.undecided).toEqual({ lines: 0, switched: 0 })
    read()
    expect([told, sink.undecided]).toEqual([{ failures: 2, others: 2 }, { lines: 1, switched: 0 }])
  })
})
