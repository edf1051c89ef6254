import { describe, expect, it } from 'vitest'
import { createProgress, progressLine } from '../../src/commands/progress.ts'

const CLEAR = '\r\u001B[K'

/** A progress whose clock the test sets. */
const watched = (total: number | undefined, startMs = 5000) => {
  const written: string[] = []
  let nowMs = startMs
  const progress = createProgress({ write: (text) => void written.push(text), now: () => nowMs, total })
  return {
    written,
    /** `bytes` are read, `ms` after the start. */
    read: (bytes: number, ms: number): void => {
      nowMs = startMs + ms
      progress.onRead(bytes)
    },
    end: progress.end,
  }
}

describe('progress', () => {
  it('says nothing in the first second, and then has nothing to remove', () => {
    const { written, read, end } = watched(100e6)
    for (let ms = 0; ms < 1000; ms += 50) read(1e6, ms)
    end()
    expect(written).toEqual([])
  })

  it('then one line, written over at most five times a second, and removed at the end', () => {
    const { written, read, end } = watched(100e6)
    read(10e6, 1000)
    read(10e6, 1100)
    read(10e6, 1199)
    read(10e6, 1200)
    end()
    expect(written).toEqual([
      `${CLEAR}10 %  10 of 100 MB  10 MB/s  9 s left`,
      `${CLEAR}40 %  40 of 100 MB  33 MB/s  2 s left`,
      CLEAR,
    ])
  })

  it('works on a clock that starts at 0', () => {
    const { written, read } = watched(100e6, 0)
    read(50e6, 1000)
    expect(written).toHaveLength(1)
  })

  it('never breaks its line', () => {
    const { written, read } = watched(100e6)
    for (let ms = 1000; ms < 5000; ms += 200) read(1e6, ms)
    expect(written.join('')).not.toContain('\n')
    expect(Math.max(...written.map(({ length }) => length))).toBeLessThan(80)
  })
})

describe('the line', () => {
  it.each([
    ['halfway', { read: 50e6, total: 100e6, elapsedMs: 2000 }, '50 %  50 of 100 MB  25 MB/s  2 s left'],
    ['a small log', { read: 1.5e6, total: 3e6, elapsedMs: 1500 }, '50 %  1.5 of 3.0 MB  1.0 MB/s  2 s left'],
    ['99.9 % is not 100', { read: 999e6, total: 1000e6, elapsedMs: 1000 }, '99 %  999 of 1000 MB  999 MB/s  1 s left'],
    ['all of it', { read: 100e6, total: 100e6, elapsedMs: 2000 }, '100 %  100 of 100 MB  50 MB/s  0 s left'],
    ['a pipe, whose end nobody knows', { read: 50e6, total: undefined, elapsedMs: 2000 }, '50 MB  25 MB/s'],
    ['empty files', { read: 0, total: 0, elapsedMs: 2000 }, '0.0 MB  0.0 MB/s'],
    ['a second pass starts anew', { read: 150e6, total: 100e6, elapsedMs: 3000 }, '50 %, pass 2  50 of 100 MB  50 MB/s  1 s left'],
    ['the end of a second pass', { read: 200e6, total: 100e6, elapsedMs: 4000 }, '100 %, pass 2  100 of 100 MB  50 MB/s  0 s left'],
  ])('%s', (_, at, line) => {
    expect(progressLine(at)).toBe(line)
  })
})
