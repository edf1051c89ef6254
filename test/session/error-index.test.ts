import { coverageOf } from '../helpers/coverage.ts'
import { describe, expect, it } from 'vitest'
import { canExplain, ErrorIndex, type JoinCounts } from '../../src/session/error-index.ts'
import { readErrorLog } from '../helpers/error-log.ts'
import { readLines } from '../helpers/read-lines.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const MAX_ENTRY = 2047

const TIMED_OUT = '[info] upstream timed out (110: Connection timed out) while proxying upgraded connection'
const CLIENT_RESET = '[info] recv() failed (104: Connection reset by peer) while proxying upgraded connection'
const UPSTREAM_RESET = '[error] recv() failed (104: Connection reset by peer) while proxying upgraded connection'
const REFUSED = '[error] connect() failed (111: Connection refused) while connecting to upstream'
const SLOW_HEADER = '[error] upstream timed out (110: Connection timed out) while reading response header from upstream'
const NO_LIVE = '[error] no live upstreams while connecting to upstream'

interface Entry {
  /** Seconds after noon. */
  readonly at?: number
  /** `[level] text`. */
  readonly what?: string
  readonly pid?: number
  readonly connection?: number
  readonly client?: string
  readonly target?: string
  readonly upstream?: string
}

const stamp = (at: number): string => new Date(NOON + at * 1000).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/')

const entry = ({ at = 0, what = TIMED_OUT, pid = 10, connection = 5, client = '10.0.0.1', target = '/ws', upstream = 'http://10.1.0.1:80' }: Entry): string => {
  const [, level, text] = /^(\[\w+\]) (.*)$/.exec(what)!
  const line = `${stamp(at)} ${level} ${pid}#${pid}: *${connection} ${text}, client: ${client}, server: a.example, request: "GET ${target} HTTP/1.1", upstream: "${upstream}${target}", host: "a.example"`
  return line.slice(0, MAX_ENTRY)
}

interface Access {
  readonly at?: number
  readonly status?: number
  readonly pid?: number | string
  readonly connection?: number | string
  readonly client?: string
  readonly target?: string
  readonly up?: string
  readonly rt?: number
  readonly urt?: number | string
}

const EXACT = '$remote_addr [$time_iso8601] "$request" $status rt=$request_time urt=$upstream_response_time up="$upstream_addr" pid=$pid c=$connection'
const WITHOUT_PID = EXACT.replace(' pid=$pid', '')
const APPROXIMATE = EXACT.replace(' pid=$pid c=$connection', '')
const WITHOUT_URT = APPROXIMATE.replace(' urt=$upstream_response_time', '')
const WITHOUT_TIMES = WITHOUT_URT.replace(' rt=$request_time', '')

const seconds = (value: number | string): string => (typeof value === 'number' ? value.toFixed(3) : value)

const access = (format: string, { at = 0, status = 101, pid = 10, connection = 5, client = '10.0.0.1', target = '/ws', up = '10.1.0.1:80', rt = 60, urt = rt }: Access): string => {
  const values: Readonly<Record<string, string>> = {
    remote_addr: client, time_iso8601: `${new Date(NOON + at * 1000).toISOString().slice(0, 19)}+00:00`, request: `GET ${target} HTTP/1.1`, status: String(status),
    request_time: seconds(rt), upstream_response_time: seconds(urt), upstream_addr: up, pid: String(pid), connection: String(connection),
  }
  return format.replaceAll(/\$(\w+)/g, (_, name: string) => values[name]!)
}

const indexOf = (lines: readonly string[]): ErrorIndex => {
  const index = new ErrorIndex()
  const { counts } = readErrorLog(lines.map((line) => `${line}\n`).join(''), {
    onRecord: (record) => {
      index.count(record)
      if (canExplain(record)) index.add(record, record.stampMs)
    },
  })
  expect(counts.skipped).toBe(0)
  return index
}

/** The causes that error lines confirm, in the order of the access lines; undefined: no line explains it. */
const explained = (format: string, entries: readonly Entry[], lines: readonly Access[]): { causes: (string | undefined)[]; counts: JoinCounts } => {
  const index = indexOf(entries.map(entry))
  const causes = explainedBy(index, format, lines)
  return { causes, counts: index.counts }
}

const explainedBy = (index: ErrorIndex, format: string, lines: readonly Access[]): (string | undefined)[] => {
  const errors = { index, coverage: coverageOf('error', { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }) }
  return lines.map((line) => {
    const { sessions, failures } = readLines({ format, errors, lines: [access(format, line)] })
    const [one, more] = [...sessions, ...failures]
    expect(more).toBeUndefined()
    if (one!.isExplained) expect(one!.verdict!.confidence).toBe(index.isDoubtful ? 'likely' : 'confirmed')
    return one!.isExplained ? one!.verdict!.cause : undefined
  })
}

const causes = (format: string, entries: readonly Entry[], lines: readonly Access[]): (string | undefined)[] => explained(format, entries, lines).causes

describe('the exact join, by $pid and $connection', () => {
  it.each([
    ['the same connection', {}, {}, true],
    ['another connection', { connection: 6 }, {}, false],
    ['another worker', { pid: 11 }, {}, false],
    ['the second before', { at: -1 }, {}, true],
    ['the second behind: a worker that was blocked', { at: 1 }, {}, true],
    ['two seconds behind', { at: 2 }, {}, false],
    ['lingering close, 30 s', { at: -30 }, {}, true],
    ['and one for the clock', { at: -31 }, {}, true],
    ['more than nginx lingers', { at: -32 }, {}, false],
    ['a line from before the session began', { at: -7 }, { rt: 5 }, false],
    ['a number beyond 32 bits', { connection: 2 ** 40 + 5 }, { connection: 2 ** 40 + 5 }, true],
    ['two numbers that are one in 32 bits', { connection: 2 ** 32 + 5 }, { connection: 5 }, false],
    ['another client and target: behind a proxy the address may be rewritten', { client: '192.0.2.1', target: '/other' }, {}, true],
    ['a line of a handshake is not of a session', { what: REFUSED }, {}, false],
    ['a line of a session is not of a handshake', {}, { status: 502 }, false],
  ])('%s', (_, error, line, isFound) => {
    expect(causes(EXACT, [error], [line]).map((cause) => cause !== undefined)).toEqual([isFound])
  })

  it('goes by the number alone where the format has no $pid', () => {
    expect(causes(WITHOUT_PID, [{ pid: 11 }], [{}])).toEqual(['idle-timeout'])
  })

  it('tells the lives of *N apart where nginx was started again and counts from 1', () => {
    const entries = [{ connection: 1 }, { at: 600, connection: 1, what: CLIENT_RESET }, { at: 1200, connection: 1, what: UPSTREAM_RESET }]
    const lines = [{ at: 1200, connection: 1 }, { at: 0, connection: 1 }, { at: 300, connection: 1 }, { at: 600, connection: 1 }]
    expect(causes(EXACT, entries, lines)).toEqual(['upstream-reset', 'idle-timeout', undefined, 'client-reset'])
  })

  it('tells requests of one connection and second apart by what they asked for', () => {
    const missing = '[error] open() "/srv/ws/nope" failed (2: No such file or directory)'
    const entries = [{ what: missing, target: '/ws/nope' }, { what: REFUSED, target: '/ws' }]
    expect(causes(EXACT, entries, [{ status: 404, rt: 0, target: '/ws/nope' }, { status: 502, rt: 0, target: '/ws' }])).toEqual(['not-found', 'refused'])
  })

  it('finds the request among the many that share a connection', () => {
    const entries = [{ at: 0, what: REFUSED }, { at: 10, what: SLOW_HEADER }, { at: 70, what: TIMED_OUT }]
    const lines = [{ at: 0, status: 502, rt: 0 }, { at: 5, status: 404, rt: 0 }, { at: 10, status: 504, rt: 3 }, { at: 70, rt: 60 }]
    expect(causes(EXACT, entries, lines)).toEqual(['refused', undefined, 'handshake-timeout', 'idle-timeout'])
  })

  it('gives each of two requests a second apart its own line', () => {
    const entries = [{ at: 0, what: REFUSED }, { at: 1, what: NO_LIVE }]
    expect(causes(EXACT, entries, [{ at: 0, status: 502, rt: 0 }, { at: 1, status: 502, rt: 0 }])).toEqual(['refused', 'no-live-upstream'])
    expect(causes(EXACT, entries, [{ at: 1, status: 502, rt: 0 }, { at: 0, status: 502, rt: 0 }])).toEqual(['no-live-upstream', 'refused'])
  })

  it.each([
    ['the last of several tries', [{ at: 0, what: REFUSED }, { at: 5, what: SLOW_HEADER }], 504, 'handshake-timeout'],
    ['not a failed try before one that answered by itself', [{ at: 0, what: REFUSED }], 403, undefined],
    ['of the tries the one that fits the status', [{ at: 0, what: SLOW_HEADER }, { at: 5, what: REFUSED }], 504, 'handshake-timeout'],
  ])('%s', (_, entries, status, cause) => {
    expect(causes(EXACT, entries, [{ at: 5, status, rt: 6, up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 5.000' }])).toEqual([cause])
  })

  it.each([
    ['a handshake that waited for a minute', { at: -45, what: REFUSED }, { status: 502, rt: 60 }, 'refused'],
    ['a session of a minute', { at: -45 }, { rt: 60 }, undefined],
  ])('looks for a failed try as far back as the request began, for an end only as long as nginx lingers: %s', (_, error, line, cause) => {
    expect(causes(EXACT, [error], [line])).toEqual([cause])
  })

  it('takes the latest of several lines in the time of a session, in whatever order they came', () => {
    const entries = [{ at: -20, what: UPSTREAM_RESET }, { at: -3, what: TIMED_OUT }, { at: -10, what: CLIENT_RESET }]
    for (const some of [entries, entries.toReversed(), [entries[1]!, entries[0]!, entries[2]!]]) expect(causes(EXACT, some, [{ rt: 60 }, { rt: 60 }, { rt: 60 }])).toEqual(['idle-timeout', 'client-reset', 'upstream-reset'])
  })

  it('takes a line of the time itself before one of the second behind, in whatever order they came', () => {
    const entries = [{ at: 1, what: CLIENT_RESET }, { at: -9, what: TIMED_OUT }]
    for (const some of [entries, entries.toReversed()]) expect(causes(EXACT, some, [{ rt: 60 }])).toEqual(['idle-timeout'])
  })

  it('of requests that share a second takes that of the target before the later one', () => {
    const entries = [{ at: 0, what: REFUSED, target: '/ws/a' }, { at: 1, what: NO_LIVE, target: '/ws/b' }]
    for (const some of [entries, entries.toReversed()]) expect(causes(EXACT, some, [{ at: 1, status: 502, rt: 1.5, target: '/ws/a' }])).toEqual(['refused'])
  })

  it('goes by number and time alone where the format has no $request', () => {
    const entries = [{ at: -1, what: CLIENT_RESET }, { at: 0, what: TIMED_OUT }]
    expect(causes(EXACT.replace('"$request" ', ''), entries, [{}])).toEqual(['idle-timeout'])
  })

  it('a session that came about at the second try is not explained by the first', () => {
    expect(causes(EXACT, [{ at: -60, what: REFUSED }], [{ up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 60.000' }])).toEqual([undefined])
  })
})

describe('the approximate join, by client, target and time', () => {
  it.each([
    ['all alike', {}, {}, true],
    ['another client', { client: '10.0.0.2' }, {}, false],
    ['another target', { target: '/ws?a' }, {}, false],
    ['another target of the same length', { target: '/wt' }, {}, false],
    ['the same path, another query', { target: '/ws?a=1' }, { target: '/ws?a=2' }, false],
    ['the second before', { at: -1 }, {}, true],
    ['the second behind', { at: 1 }, {}, true],
    ['two seconds before, and no lingering', { at: -2 }, {}, false],
    ['two seconds behind', { at: 2 }, {}, false],
    ['an upstream that the line names otherwise', { upstream: 'http://10.9.9.9:80' }, {}, true],
    ['IPv6', { client: '2001:db8::1' }, { client: '2001:db8::1' }, true],
    ['another IPv6', { client: '2001:db8::1' }, { client: '2001:db8::2' }, false],
    ['a unix socket', { client: 'unix:' }, { client: 'unix:' }, true],
    ['an upstream on a unix socket', { upstream: 'http://unix:/run/app.sock:' }, { up: 'unix:/run/app.sock' }, true],
    ['an upstream on IPv6', { upstream: 'http://[::1]:80' }, { up: '[::1]:80' }, true],
    ['a quote and a backslash, which only the access log escapes', { target: '/ws?q="a\\b' }, { target: String.raw`/ws?q=\x22a\x5Cb` }, true],
    ['bytes that are no text', { target: '/ws?q=\u00e9\u00ff' }, { target: String.raw`/ws?q=\xE9\xFF` }, true],
    ['what looks escaped in the request itself', { target: String.raw`/ws?q=\x22` }, { target: String.raw`/ws?q=\x5Cx22` }, true],
    ['and is not the same as what is', { target: String.raw`/ws?q=\x22` }, { target: String.raw`/ws?q=\x22` }, false],
    ['percent signs, which nobody escapes', { target: '/ws?q=%22' }, { target: '/ws?q=%22' }, true],
  ])('%s', (_, error, line, isFound) => {
    expect(causes(APPROXIMATE, [error], [line]).map((cause) => cause !== undefined)).toEqual([isFound])
  })

  it.each([
    ['5 s', -5, 65, 60, true],
    ['30 s', -30, 90, 60, true],
    ['a second beside it', -4, 65, 60, true],
    ['two seconds beside it', -8, 65, 60, false],
    ['the times of the upstream agree: none', -5, 60, 60, false],
    ['less than a second', -2, 60.9, 60, false],
    ['behind several tries', -5, 65, '0.001, 60.000', true],
    ['no upstream time', -5, 65, '-', true],
  ])('finds the line of a lingering close by both times: %s', (_, at, rt, urt, isFound) => {
    expect(causes(APPROXIMATE, [{ at }], [{ rt, urt }]).map((cause) => cause !== undefined)).toEqual([isFound])
  })

  it.each([
    [-2, 60, true],
    [-30, 60, true],
    [-31, 60, true],
    [-32, 60, false],
    [-5, 3, false],
    [-3, 2.5, true],
  ])('without the upstream time, a line %i s before a session of %s s', (at, rt, isFound) => {
    expect(causes(WITHOUT_URT, [{ at }], [{ rt }]).map((cause) => cause !== undefined)).toEqual([isFound])
  })

  it.each([[-1, true], [0, true], [1, true], [-2, false]])('without any duration, a line %i s beside it', (at, isFound) => {
    expect(causes(WITHOUT_TIMES, [{ at }], [{}]).map((cause) => cause !== undefined)).toEqual([isFound])
  })

  it('takes the nearest second first', () => {
    const entries = [{ at: 1, what: CLIENT_RESET }, { at: -1, what: UPSTREAM_RESET }, { at: 0, what: TIMED_OUT }]
    expect(causes(APPROXIMATE, entries, [{}, {}, {}, {}])).toEqual(['idle-timeout', 'upstream-reset', 'client-reset', undefined])
  })

  it('one line explains one session', () => {
    expect(explained(APPROXIMATE, [{}], [{}, {}])).toEqual({ causes: ['idle-timeout', undefined], counts: { endings: 1, joined: 1, ambiguous: 1 } })
    expect(explained(EXACT, [{}], [{}, {}])).toMatchObject({ causes: ['idle-timeout', undefined], counts: { endings: 1, joined: 1 } })
  })

  it('counts handshakes that several lines fit', () => {
    const twins = [{ connection: 5 }, { connection: 6 }]
    expect(explained(APPROXIMATE, twins, [{}, {}]).counts).toEqual({ endings: 2, joined: 2, ambiguous: 1 })
    expect(explained(EXACT, twins, [{ connection: 5 }, { connection: 6 }]).counts).toEqual({ endings: 2, joined: 2, ambiguous: 0 })
    expect(explained(APPROXIMATE, [{}, { target: '/other' }, { client: '10.0.0.2' }], [{}]).counts).toEqual({ endings: 3, joined: 1, ambiguous: 0 })
  })

  it('counts as endings those of sessions only, as joined too', () => {
    expect(explained(APPROXIMATE, [{ what: REFUSED }, {}], [{ status: 502, rt: 0 }]).counts).toEqual({ endings: 1, joined: 0, ambiguous: 0 })
  })

  it.each([['10.1.0.1:80', '10.1.0.2:80'], ['10.1.0.2:80', '10.1.0.1:80']])('of lines that are alike takes the one of the same upstream: %s first', (first, second) => {
    const entries = [{ what: CLIENT_RESET, upstream: 'http://10.1.0.1:80' }, { what: UPSTREAM_RESET, upstream: 'http://10.1.0.2:80' }]
    const causeOf: Readonly<Record<string, string>> = { '10.1.0.1:80': 'client-reset', '10.1.0.2:80': 'upstream-reset' }
    expect(causes(APPROXIMATE, entries, [{ up: first }, { up: second }])).toEqual([causeOf[first], causeOf[second]])
  })

  it('goes by the upstream that was tried last', () => {
    const entries = [{ what: CLIENT_RESET, upstream: 'http://10.1.0.1:80' }, { what: UPSTREAM_RESET, upstream: 'http://10.1.0.2:80' }]
    expect(causes(APPROXIMATE, entries, [{ up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 60.000' }])).toEqual(['upstream-reset'])
  })

  it.each([
    ['the last of the tries is what was answered', [{ what: REFUSED, upstream: 'http://10.1.0.1:80' }, { what: SLOW_HEADER, upstream: 'http://10.1.0.2:80' }], 504, 'handshake-timeout'],
    ['all refused', [{ what: REFUSED, upstream: 'http://10.1.0.1:80' }, { what: REFUSED, upstream: 'http://10.1.0.2:80' }], 502, 'refused'],
    ['the second one answered 503 by itself', [{ what: REFUSED, upstream: 'http://10.1.0.1:80' }], 503, undefined],
  ])('several tries: %s', (_, entries, status, cause) => {
    const { causes: [found], counts } = explained(APPROXIMATE, entries, [{ status, rt: 0.5, up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 0.500' }])
    expect(found).toBe(cause)
    expect(counts.ambiguous).toBe(0)
  })

  it.each([
    ['half a second: no timeout is so short', TIMED_OUT, 0.5, undefined],
    ['a second', TIMED_OUT, 1, 'idle-timeout'],
    ['no time, as where the format does not tell', TIMED_OUT, 0, 'idle-timeout'],
    ['half a second: others may well end it', CLIENT_RESET, 0.5, 'client-reset'],
  ])('a session of %s', (_, what, rt, cause) => {
    expect(causes(APPROXIMATE, [{ what }], [{ rt }])).toEqual([cause])
    expect(causes(EXACT, [{ what }], [{ rt }])).toEqual([cause])
  })

  it.each([
    ['one try explains whatever status an error_page gave', 1, 503, 'refused'],
    ['of several tries a line explains the status that nginx gives for it', 2, 502, 'refused'],
    ['and no other one: another upstream answered', 2, 503, undefined],
  ])('%s', (_, tries, status, cause) => {
    const up = tries === 1 ? '10.1.0.1:80' : '10.1.0.1:80, 10.1.0.2:80'
    const urt = tries === 1 ? 0 : '0.000, 0.000'
    expect(causes(APPROXIMATE, [{ what: REFUSED }], [{ status, rt: 0, up, urt }])).toEqual([cause])
    expect(causes(EXACT, [{ what: REFUSED }], [{ status, rt: 0, up, urt }])).toEqual([cause])
  })

  it('of several tries a line that nginx gives no status of its own for explains any', () => {
    const missing = '[error] open() "/srv/ws" failed (2: No such file or directory)'
    expect(causes(EXACT, [{ what: missing }], [{ status: 404, rt: 0, up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 0.000' }])).toEqual(['not-found'])
  })

  it.each([
    ['a handshake of one try', { status: 502, rt: 0 }, 1],
    ['a handshake of several', { status: 502, rt: 0, up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 0.000' }, 0],
  ])('two lines that fit are a doubt for %s', (_, line, ambiguous) => {
    const index = indexOf([entry({ what: REFUSED, connection: 5 }), entry({ what: REFUSED, connection: 6 })])
    expect(explainedBy(index, APPROXIMATE, [line])).toEqual(['refused'])
    expect(index.counts.ambiguous).toBe(ambiguous)
  })

  it('two lines that fit are a doubt for a session, however many upstreams were tried', () => {
    expect(explained(APPROXIMATE, [{ connection: 5 }, { connection: 6 }], [{ up: '10.1.0.1:80, 10.1.0.2:80', urt: '0.000, 60.000' }]).counts.ambiguous).toBe(1)
  })

  it.each([
    ['unix sockets', 'unix:/run/a.sock', 'unix:/run/b.sock', 'http://unix:/run/a.sock:', 'http://unix:/run/b.sock:'],
    ['an upstream without a path', '10.1.0.1:80', '10.1.0.2:80', 'tcp://10.1.0.1:80', 'tcp://10.1.0.2:80'],
  ])('tells upstreams apart: %s', (_, first, second, own, other) => {
    const line = (what: string, upstream: string): string => entry({ what, upstream }).replace(/upstream: "(http:\/\/unix:[^"]*|tcp:\/\/[^/"]*)[^"]*"/, (__, found: string) => `upstream: "${found.startsWith('tcp') ? found : `${found}/ws`}"`)
    const index = indexOf([line(CLIENT_RESET, own), line(UPSTREAM_RESET, other)])
    expect(explainedBy(index, APPROXIMATE, [{ up: second }, { up: first }])).toEqual(['upstream-reset', 'client-reset'])
  })

  it('takes no line without a connection number: it is of no request', () => {
    const index = indexOf([entry({}).replace('*5 ', '')])
    expect(index.size).toBe(0)
  })

  it('takes in lines that another index left over', () => {
    const first = indexOf([entry({}), entry({ at: 500, connection: 6 }), entry({ at: 501, connection: 7 })])
    expect(explainedBy(first, EXACT, [{ at: 501, connection: 7 }])).toEqual(['idle-timeout'])
    const rows = JSON.parse(JSON.stringify(first.unusedSince(NOON + 400_000))) as ReturnType<ErrorIndex['unusedSince']>
    const second = new ErrorIndex()
    for (const row of rows) second.restore(row)
    expect(explainedBy(second, APPROXIMATE, [{}, { at: 500 }, { at: 501 }])).toEqual([undefined, 'idle-timeout', undefined])
  })

  it('takes no line that decides nothing, is of no request, or is unknown', () => {
    const index = indexOf([
      `${stamp(0)} [warn] 10#10: *5 an upstream response is buffered to a temporary file /tmp/1 while reading upstream, client: 10.0.0.1, server: a.example, request: "GET /ws HTTP/1.1", upstream: "http://10.1.0.1:80/ws", host: "a.example"`,
      `${stamp(0)} [info] 10#10: *5 client 10.0.0.1 closed keepalive connection`,
      `${stamp(0)} [notice] 10#10: exiting`,
      `${stamp(0)} [error] 10#10: *5 something new, client: 10.0.0.1, server: a.example, request: "GET /ws HTTP/1.1", host: "a.example"`,
    ])
    expect(index.size).toBe(0)
    expect(explainedBy(index, APPROXIMATE, [{}, { status: 502 }])).toEqual([undefined, undefined])
  })
})

describe('a request that nginx cut off at 2047 bytes', () => {
  const prefix = (entry({ target: '' }).split('"GET ')[0]! + '"GET ').length
  const target = (length: number): string => `/ws?t=${'x'.repeat(length - 6)}`
  const room = MAX_ENTRY - prefix

  it.each([
    ['far behind the cut', room + 2000],
    ['just behind the cut', room + 1],
    ['at the cut', room],
    ['the cut falls into the version', room - 1],
    ['the cut falls into the version', room - 4],
    ['the cut falls behind the version', room - 9],
    ['the cut falls behind the quote', room - 10],
    ['the cut falls into the upstream', room - 40],
  ])('is compared as far as it goes: its target ends %s', (_, length) => {
    const whole = target(length)
    expect(entry({ target: whole }).length).toBe(MAX_ENTRY)
    expect(causes(APPROXIMATE, [{ target: whole }], [{ target: whole }])).toEqual(['idle-timeout'])
    expect(causes(APPROXIMATE, [{ target: whole }], [{ target: whole.replace('x', 'y') }])).toEqual([undefined])
    expect(causes(APPROXIMATE, [{ target: whole }], [{ target: whole.slice(0, room - 60) }])).toEqual([undefined])
  })

  it('cannot tell what differs behind the cut, and says so', () => {
    const [a, b] = [`${target(room + 50)}a`, `${target(room + 50)}b`]
    const { causes: found, counts } = explained(APPROXIMATE, [{ target: a }, { target: b }], [{ target: a }, { target: b }])
    expect(found).toEqual(['idle-timeout', 'idle-timeout'])
    expect(counts.ambiguous).toBe(1)
  })
})

describe('an index that is used again', () => {
  it('gives the same once more after a reset, and no count is left', () => {
    const lines = [{}, {}, { status: 502, rt: 0 }]
    const index = indexOf([entry({}), entry({ what: REFUSED })])
    const first = explainedBy(index, APPROXIMATE, lines)
    const { counts } = index
    expect(first).toEqual(['idle-timeout', undefined, 'refused'])
    expect(explainedBy(index, APPROXIMATE, lines)).toEqual([undefined, undefined, undefined])
    index.reset()
    expect(index.counts).toEqual({ endings: 1, joined: 0, ambiguous: 0 })
    expect(explainedBy(index, APPROXIMATE, lines)).toEqual(first)
    expect(index.counts).toEqual(counts)
  })

  it('forgets its lines, not their number, when cleared', () => {
    const index = indexOf([entry({})])
    index.clear()
    expect(index.size).toBe(0)
    expect(index.counts.endings).toBe(1)
    expect(explainedBy(index, EXACT, [{}])).toEqual([undefined])
  })
})

describe('many lines against a search through all of them', () => {
  const MESSAGES = [TIMED_OUT, CLIENT_RESET, UPSTREAM_RESET] as const
  const CAUSE_OF: Readonly<Record<string, string>> = { [TIMED_OUT]: 'idle-timeout', [CLIENT_RESET]: 'client-reset', [UPSTREAM_RESET]: 'upstream-reset' }
  const UPSTREAMS = ['10.1.0.1:80', '10.1.0.2:80', '10.1.0.3:80']

  const randomEntries = (random: Seeded, count: number) =>
    times(count, () => ({
      at: random.int(0, 300), what: random.pick(MESSAGES), pid: random.int(10, 14), connection: random.int(1, 400),
      client: `10.0.0.${random.int(0, 20)}`, target: `/ws/${random.int(0, 8)}`, upstream: `http://${random.pick(UPSTREAMS)}`,
    }))

  it.each([[1, 3000], [2, 1024], [3, 1025], [4, 200]])('the approximate join agrees (seed %i, %i lines)', (seed, count) => {
    const random = new Seeded(seed)
    const entries = randomEntries(random, count)
    const lines = times(1500, () => ({ at: random.int(0, 300), client: `10.0.0.${random.int(0, 20)}`, target: `/ws/${random.int(0, 8)}`, up: random.pick(UPSTREAMS) }))
    const used = new Set<object>()
    const expected = lines.map((line) => {
      for (const second of [line.at, line.at - 1, line.at + 1]) {
        const fitting = entries.filter((one) => one.at === second && one.client === line.client && one.target === line.target && !used.has(one))
        const found = fitting.find(({ upstream }) => upstream === `http://${line.up}`) ?? fitting[0]
        if (found === undefined) continue
        used.add(found)
        return CAUSE_OF[found.what]
      }
      return undefined
    })
    const { causes: found, counts } = explained(APPROXIMATE, entries, lines)
    expect(found).toEqual(expected)
    expect(counts).toMatchObject({ endings: count, joined: used.size })
    expect(used.size).toBeGreaterThan(10)
    expect(expected).toContain(undefined)
  })

  it.each([[1, 3000], [2, 1024], [3, 1025]])('the exact join agrees (seed %i, %i lines)', (seed, count) => {
    const random = new Seeded(seed)
    const entries = randomEntries(random, count)
    const lines = times(1500, () => ({ at: random.int(0, 300), pid: random.int(10, 14), connection: random.int(1, 400), rt: random.int(0, 40) }))
    const used = new Set<object>()
    const expected = lines.map((line) => {
      const fitting = entries.filter((one) => one.pid === line.pid && one.connection === line.connection && one.at >= line.at - line.rt - 1 && one.at >= line.at - 31 && one.at <= line.at + 1 && !used.has(one))
      // Within the time of the session before the second behind it; then the latest, then the one added last.
      const found = fitting.toSorted((a, b) => Number(b.at <= line.at) - Number(a.at <= line.at) || b.at - a.at || entries.indexOf(b) - entries.indexOf(a))[0]
      if (found === undefined) return undefined
      used.add(found)
      return CAUSE_OF[found.what]
    })
    expect(causes(EXACT, entries, lines)).toEqual(expected)
    expect(used.size).toBeGreaterThan(10)
    expect(expected).toContain(undefined)
  })
})
