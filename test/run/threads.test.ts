import { expect, it } from 'vitest'
import { ReadingThread } from '../../src/run/threads.ts'
import type { Reading } from '../../src/run/read-parts.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { WORDS_ONLY } from '../../src/session/handshake-rule.ts'

const READING: Reading = { rule: WORDS_ONLY, filters: NO_FILTERS, isQueryKept: false, isAnonymized: false, patterns: undefined, isSecondLook: false, isRemembered: false, isForPatterns: false }

// Among the sources there is no compiled module for the thread: it ends before it has said anything, as it does where a process may have no more threads.
it('a second thread that cannot start leaves the reading to the first', async () => {
  const reads = { onRead: () => {}, signal: new AbortController().signal }
  const thread = ReadingThread.start()!
  expect(await thread.read([], READING, reads)).toBeUndefined()
  // Also where it ended before it was asked.
  expect(await thread.read([], READING, reads)).toBeUndefined()
})
