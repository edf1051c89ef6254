import { describe, expect, it } from 'vitest'
import { MESSAGES } from '../../src/error-log/messages.ts'
import { verdictOfEnding, verdictOfFailure, verdictOfSilence } from '../../src/session/endings.ts'
import { coverageOf } from '../helpers/coverage.ts'

const [message] = MESSAGES

describe('what a line says of how a session ended', () => {
  it.each([
    ['for certain', 'idle-timeout', false, 'idle-timeout', 'confirmed'],
    ['if it is of this session', 'idle-timeout', true, 'idle-timeout', 'likely'],
    ['of no side: nothing', undefined, false, 'closed', 'guess'],
    ['of no side, and perhaps of another session', undefined, true, 'closed', 'guess'],
  ] as const)('%s', (_, sessionCause, isDoubtful, cause, confidence) => {
    expect(verdictOfEnding({ ...message!, sessionCause }, isDoubtful)).toMatchObject({ cause, confidence })
  })
})

describe('what a line says of why a handshake failed', () => {
  it.each([
    ['for certain', 'refused', false, 'refused', 'upstream', 'confirmed'],
    ['if it is of this handshake', 'refused', true, 'refused', 'upstream', 'likely'],
    ['without a cause of its own', undefined, false, 'other', 'unknown', 'confirmed'],
  ] as const)('%s', (_, handshakeCause, isDoubtful, cause, layer, confidence) => {
    expect(verdictOfFailure({ ...message!, handshakeCause }, isDoubtful)).toMatchObject({ cause, layer, confidence })
  })

  it('is for certain unless it is said to be doubtful', () => {
    expect([verdictOfEnding({ ...message!, sessionCause: 'client-reset' }), verdictOfFailure({ ...message!, handshakeCause: 'dns' })].map(({ confidence }) => confidence)).toEqual(['confirmed', 'confirmed'])
  })
})

describe('what it says that there is no line', () => {
  it.each([
    ['where level info would show one, the end was orderly', coverageOf('info', { fromMs: 0, toMs: 10 }), 5, 'likely'],
    ['outside of its time nobody knows', coverageOf('info', { fromMs: 0, toMs: 10 }), 11, 'guess'],
    ['nor at a level that leaves ends out', coverageOf('notice', { fromMs: 0, toMs: 10 }), 5, 'guess'],
    ['nor without an error log', undefined, 5, 'guess'],
  ])('%s', (_, coverage, endedAtMs, confidence) => {
    expect(verdictOfSilence(endedAtMs, coverage)).toMatchObject({ cause: 'closed', confidence })
  })
})
