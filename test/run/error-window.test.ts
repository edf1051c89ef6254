import { appendFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ErrorLogReader } from '../../src/error-log/reader.ts'
import { WallClock } from '../../src/error-log/wall-clock.ts'
import { openUnread } from '../../src/input/unread/open-unread.ts'
import { LineBlocks } from '../../src/input/line-blocks.ts'
import { LogReader } from '../../src/log-format/reader.ts'
import { AccessRecord } from '../../src/log-format/record.ts'
import { ErrorWindow } from '../../src/run/error-window.ts'
import { errorLogOf, type OpenErrorLog, openErrorLogs } from '../../src/run/open-errors.ts'
import { knownFormat } from '../helpers/format.ts'
import { temporaryFile } from '../helpers/folder.ts'
import { wsLine } from '../helpers/ws-line.ts'

const START = Date.UTC(2026, 10, 21, 1, 0, 0)
const SIGNAL = new AbortController().signal
const OPTIONS = { signal: SIGNAL, onRead: () => {} }

const two = (value: number): string => String(value).padStart(2, '0')
const stamp = (ms: number): string => {
  const date = new Date(ms)
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

/** Number `index` of the endings: one every ten seconds, each of a client of its own. */
const clientOf = (index: number): string => `10.0.${index >> 8}.${index & 255}`
const endedAt = (index: number): number => START + index * 10_000
/** Long lines, so that the log has many blocks. */
const errorLine = (index: number): string =>
  `${stamp(endedAt(index))} [info] 7#7: *${index + 1} upstream timed out (110: Connection timed out) while proxying upgraded connection, client: ${clientOf(index)}, server: s, request: "GET /ws?${'x'.repeat(1500)} HTTP/1.1", upstream: "http://10.0.0.1:8080/ws", host: "chat.example.com"\n`

const recordOf = (index: number): AccessRecord => {
  const format = knownFormat('ws')
  const date = new Date(endedAt(index))
  const bytes = Buffer.from(wsLine({ client: clientOf(index), target: `/ws?${'x'.repeat(1500)}`, time: `21/Nov/2026:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000` }))
  const record = new AccessRecord(format)
  expect(format.createParser().parse(bytes, 0, bytes.length - 1, record)).toBe(true)
  return record
}

const windowOver = async (content: string | Buffer, name: string, capacity: number): Promise<ErrorWindow> => {
  const { logs: [log], failures } = await openErrorLogs([temporaryFile(name, content)], SIGNAL)
  expect(failures).toEqual([])
  return windowOverLog(log!, capacity)
}

const windowOverLog = async (log: OpenErrorLog, capacity: number): Promise<ErrorWindow> => {
  const window = new ErrorWindow(() => new WallClock([]), { capacity, step: 16 })
  window.startLog(log)
  const reader: ErrorLogReader = new ErrorLogReader({ envelope: undefined, sink: { entry: (record) => window.add(record, record.stampMs, reader.bytes), skipped: () => {} } })
  await log.source.read(new LineBlocks(reader), OPTIONS)
  window.settle()
  return window
}

const LINES = 2000
const LOG = Array.from({ length: LINES }, (_, index) => errorLine(index)).join('')

/** How many endings are explained, the access lines read in this order, 20 at a time. */
const explained = async (window: ErrorWindow, order: readonly number[]): Promise<number> => {
  let found = 0
  for (let at = 0; at < order.length; at += 20) {
    const block = order.slice(at, at + 20)
    await window.cover(Math.min(...block.map(endedAt)), Math.max(...block.map(endedAt)), OPTIONS)
    for (const index of block) {
      const message = window.index.explain(recordOf(index), { startedAtMs: endedAt(index) - 1000, endedAtMs: endedAt(index), status: 101, tries: 1 })
      if (message?.sessionCause === 'idle-timeout') found++
    }
  }
  return found
}

const forwards = Array.from({ length: LINES }, (_, index) => index)

describe('the window over error logs', () => {
  it('holds all lines when they are few, and waits for nothing', async () => {
    const window = await windowOver(LOG, 'error.log', LINES)
    expect(window.isWhole).toBe(true)
    expect(window.index.size).toBe(LINES)
    expect(await explained(window, forwards)).toBe(LINES)
  })

  it.each([['plain', 'error.log', LOG], ['compressed', 'error.log.gz', gzipSync(LOG)]] as const)('holds a part of more, and every ending still finds its line: %s', async (_, name, content) => {
    const window = await windowOver(content, name, 64)
    if (name.endsWith('.gz')) expect(window.isWhole, 'compressed logs have more room').toBe(true)
    else {
      expect(window.isWhole).toBe(false)
      expect(window.index.size, 'nothing before it is asked for').toBe(0)
    }
    expect(await explained(window, forwards)).toBe(LINES)
    expect(window.index.counts).toMatchObject({ endings: LINES, joined: LINES })
    if (!name.endsWith('.gz')) expect(window.index.size, 'some blocks at most').toBeLessThan(LINES / 2)
  })

  it('goes back where access logs overlap in time', async () => {
    const window = await windowOver(LOG, 'error.log', 64)
    const twice = [...forwards.filter((index) => index % 2 === 0), ...forwards.filter((index) => index % 2 === 1)]
    expect(await explained(window, twice)).toBe(LINES)
  })

  it('reads on where another run ended, in the same places of the file', async () => {
    const path = temporaryFile('error.log', LOG.slice(0, LOG.length / 2))
    const { logs: [first] } = await openUnread([path], [], SIGNAL)
    const remembered = first!.remember()!
    appendFileSync(path, LOG.slice(LOG.length / 2))
    const { logs: [rest] } = await openUnread([path], [remembered], SIGNAL)
    const window = await windowOverLog(await errorLogOf(rest!.source), 64)
    const read = LOG.slice(0, remembered.offset).split('\n').length - 1
    expect(read).toBeGreaterThan(LINES / 3)
    expect(await explained(window, forwards.slice(read))).toBe(LINES - read)
    expect(await explained(window, forwards.slice(0, read - 20)), 'what was read before').toBe(0)
  })

  it('keeps what an earlier run left, whatever part of the log is looked at', async () => {
    const early = await windowOver(LOG.split('\n', 3).join('\n') + '\n', 'error.log', 64)
    const rows = await early.unusedSince(START, OPTIONS)
    expect(rows).toHaveLength(3)
    const window = new ErrorWindow(() => new WallClock([]), { capacity: 64, step: 16, earlier: JSON.parse(JSON.stringify(rows)) as typeof rows })
    window.settle()
    expect(await explained(window, [0, 2])).toBe(2)
    expect(await window.unusedSince(START, OPTIONS), 'one explained nothing').toHaveLength(1)
  })

  it('knows the times of a block before it is read', () => {
    const format = knownFormat('ws')
    const reader = new LogReader({ formats: [format], envelope: undefined, sink: { record: () => true, skipped: () => {} } })
    const block = Buffer.from(`cut off" 101\n${wsLine({ time: '21/Nov/2026:01:00:00 +0000' })}broken\n${wsLine({ time: '21/Nov/2026:02:00:00 +0000' })}203.0.113.5 - ch`)
    expect(reader.timesOf(block, 0, block.length)).toEqual({ fromMs: START, toMs: START + 3_600_000 })
    const back = Buffer.from(`cut off" 101\n${wsLine({ time: '21/Nov/2026:02:00:00 +0000' })}${wsLine({ time: '21/Nov/2026:01:00:00 +0000' })}`)
    expect(reader.timesOf(back, 0, back.length), 'out of order').toEqual({ fromMs: START, toMs: START + 3_600_000 })
    expect(reader.timesOf(Buffer.from('nothing\nat all\n'), 0, 15)).toBeUndefined()
    expect(reader.counts.read, 'peeking counts nothing').toBe(0)
  })
})
