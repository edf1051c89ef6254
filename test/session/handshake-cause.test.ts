import { describe, expect, it } from 'vitest'
import { causeOfFailure, verdictOfSilentFailure } from '../../src/session/handshake-cause.ts'
import { coverageOf } from '../helpers/coverage.ts'

const PEER = '10.1.0.1:80'
const NONE = ''
const NOT_TOLD = undefined

describe('causeOfFailure', () => {
  it.each([
    ['the backend answered as to plain HTTP', 400, PEER, 5, 'upgrade-missing', 'nginx'],
    ['so it did', 426, PEER, 5, 'upgrade-missing', 'nginx'],
    ['and with a page', 200, PEER, 5, 'upgrade-missing', 'nginx'],
    ['and with 404', 404, PEER, 5, 'upgrade-missing', 'nginx'],
    ['no location matches', 404, NONE, 0, 'not-found', 'nginx'],
    ['moved', 301, PEER, 0, 'redirected', 'nginx'],
    ['the slash that nginx adds', 301, NONE, 0, 'redirected', 'nginx'],
    ['found', 302, NOT_TOLD, 0, 'redirected', 'nginx'],
    ['temporary', 307, PEER, 0, 'redirected', 'nginx'],
    ['permanent', 308, PEER, 0, 'redirected', 'nginx'],
    ['an origin check', 403, PEER, 5, 'forbidden', 'upstream'],
    ['allow and deny', 403, NONE, 0, 'forbidden', 'nginx'],
    ['403 by whomever', 403, NOT_TOLD, 0, 'forbidden', 'unknown'],
    ['a login of the backend', 401, PEER, 5, 'unauthorized', 'upstream'],
    ['a login of nginx', 401, NONE, 0, 'unauthorized', 'nginx'],
    ['401 by whomever', 401, NOT_TOLD, 0, 'unauthorized', 'unknown'],
    ['limit_req', 503, NONE, 0, 'rate-limited', 'nginx'],
    ['limit_req_status 429', 429, NONE, 0, 'rate-limited', 'nginx'],
    ['a refused connect is known at once', 502, PEER, 0, 'refused', 'upstream'],
    ['within 100 ms', 502, PEER, 100, 'refused', 'upstream'],
    ['over unix sockets', 502, 'unix:/run/app.sock', 0, 'refused', 'upstream'],
    ['over IPv6', 502, '[::1]:80', 1, 'refused', 'upstream'],
    ['a slow 502 was something else', 502, PEER, 101, 'other', 'upstream'],
    ['a 502 of which no duration is told may be anything', 502, PEER, Number.NaN, 'other', 'upstream'],
    ['the name of the group: none was alive', 502, 'backend', 0, 'no-live-upstream', 'upstream'],
    ['the same, however long it took', 502, 'backend', 5000, 'no-live-upstream', 'upstream'],
    ['504', 504, PEER, 60_000, 'handshake-timeout', 'upstream'],
    ['an answer that is no HTTP', 9, PEER, 1, 'bad-reply', 'upstream'],
    ['the client left', 499, PEER, 300, 'client-gone', 'client'],
    ['the client was too slow', 408, NONE, 60_000, 'client-gone', 'client'],
    ['the client sent nonsense', 400, NONE, 0, 'client-gone', 'client'],
    ['the backend broke', 500, PEER, 5, 'server-error', 'upstream'],
    ['the backend is busy', 503, PEER, 5, 'server-error', 'upstream'],
    ['anything above 500 of the backend', 520, PEER, 5, 'server-error', 'upstream'],
    ['500 of nginx', 500, NONE, 0, 'other', 'unknown'],
    ['502 without an upstream', 502, NONE, 0, 'other', 'unknown'],
    ['502 by whomever', 502, NOT_TOLD, 0, 'other', 'unknown'],
    ['400 by whomever', 400, NOT_TOLD, 0, 'other', 'unknown'],
    ['404 by whomever', 404, NOT_TOLD, 0, 'other', 'unknown'],
    ['503 by whomever', 503, NOT_TOLD, 0, 'other', 'unknown'],
    ['429 of the backend', 429, PEER, 0, 'other', 'unknown'],
    ['a page of nginx', 200, NONE, 0, 'other', 'unknown'],
    ['what nobody knows', 0, NONE, 0, 'other', 'unknown'],
    ['a status like a word of JavaScript', Number.NaN, NONE, 0, 'other', 'unknown'],
  ] as const)('%s: %i', (_, status, upstream, durationMs, cause, layer) => {
    expect(causeOfFailure({ status, upstream, durationMs, isConnected: undefined, isLogged: false })).toMatchObject({ cause, layer, isFault: false })
  })

  it.each([
    ['never reached', false, 'connect-timeout', 'likely'],
    ['reached', true, 'handshake-timeout', 'likely'],
    ['the format does not tell', undefined, 'handshake-timeout', 'guess'],
  ] as const)('of a 504 tells by $upstream_connect_time whether the upstream was %s', (_, isConnected, cause, confidence) => {
    expect(causeOfFailure({ status: 504, upstream: PEER, durationMs: 60_000, isConnected, isLogged: false })).toMatchObject({ cause, layer: 'upstream', confidence })
  })

  it.each([
    ['the upstream answered so', 502, PEER, 'server-error', 'upstream'],
    ['504 too', 504, PEER, 'server-error', 'upstream'],
    ['over a unix socket', 502, 'unix:/run/app.sock', 'server-error', 'upstream'],
    ['the name of a group answers nothing', 502, 'backend', 'no-live-upstream', 'upstream'],
    ['no upstream was asked', 502, NONE, 'other', 'unknown'],
    ['by whomever', 502, NOT_TOLD, 'other', 'unknown'],
    ['others stay as they are', 403, PEER, 'forbidden', 'upstream'],
    ['and those of nginx', 404, NONE, 'not-found', 'nginx'],
  ] as const)('where an error log covers it and has no line, nginx itself failed at nothing: %s', (_, status, upstream, cause, layer) => {
    expect(causeOfFailure({ status, upstream, durationMs: 0, isConnected: true, isLogged: true })).toMatchObject({ cause, layer })
    expect(causeOfFailure({ status, upstream, durationMs: 0, isConnected: false, isLogged: true })).toMatchObject({ cause, layer })
  })

  it.each([
    [502, PEER, 0, 'guess'],
    [502, PEER, 5000, 'guess'],
    [502, 'backend', 0, 'likely'],
    [9, PEER, 0, 'likely'],
    [301, NONE, 0, 'likely'],
    [401, NONE, 0, 'likely'],
    [403, PEER, 0, 'likely'],
    [404, NONE, 0, 'likely'],
    [404, PEER, 0, 'likely'],
    [499, PEER, 0, 'likely'],
    [500, PEER, 0, 'likely'],
    [502, '10.1.0.1:80 behind', 0, 'likely'],
    [0, NONE, 0, 'guess'],
  ] as const)('is never sure of it: %i of %j after %i ms', (status, upstream, durationMs, confidence) => {
    expect(causeOfFailure({ status, upstream, durationMs, isConnected: undefined, isLogged: false }).confidence).toBe(confidence)
  })
})

describe('a failure of which an error log has no line', () => {
  const coverage = coverageOf('error', { fromMs: 1000, toMs: 2000 })

  it.each([
    ['was answered so by the upstream', 502, PEER, 1500, 'server-error'],
    ['504 as well', 504, PEER, 1500, 'server-error'],
    ['but not where no error log covers it', 502, PEER, 2001, undefined],
    ['nor by the name of a group', 502, 'backend', 1500, undefined],
    ['nor by nobody', 502, NONE, 1500, undefined],
    ['others say what they say', 500, PEER, 1500, undefined],
  ] as const)('%s', (_, status, upstream, endedAtMs, cause) => {
    expect(verdictOfSilentFailure({ status, upstream, endedAtMs }, coverage)?.cause).toBe(cause)
  })
})
