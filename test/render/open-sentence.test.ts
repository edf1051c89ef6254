import { expect, it } from 'vitest'
import { openSentence } from '../../src/render/sentences.ts'

const NOTHING = { count: 0, waitingAtMost: 0, waitingSeconds: 1, oldest: null, byUpstream: [], byPath: [], lost: 0, untracked: 0 }

it.each([
  [NOTHING, '0 handshakes were still open at the end of the log'],
  [{ ...NOTHING, count: 1, oldest: { startedAt: 'NOON', client: '', host: '', path: '', upstream: '' } }, '1 handshake was still open at the end of the log, the oldest since noon'],
  [{ ...NOTHING, count: 1200, waitingAtMost: 3, lost: 2, untracked: 4 }, '1,200 handshakes were still open at the end of the log; up to 3 of them may still wait for an answer; 2 were lost to stops or crashes of nginx; 4 could not be followed'],
])('what is open is said in a sentence: %j', (open, expected) => {
  expect(openSentence(open, (at) => at.toLowerCase())).toBe(expected)
})
