import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { gzipSync } from 'node:zlib'
import type { Report } from '../../src/report/report.ts'
import { wslog } from '../helpers/cli.ts'
import { repeatedGzip } from '../helpers/endless.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { wslogWithPeak } from '../helpers/peak.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const HUNDRED = wsLine().repeat(100)
const zipped = gzipSync(HUNDRED)
/** Far more than an engine makes at once. */
const MANY = 5000
const long = gzipSync(wsLines(Array.from({ length: MANY }, (_, index) => ({ target: `/ws/${(index * 2_654_435_761) % 1e9}`, seconds: `${index}.${index % 10}00` }))))

/** By file, by pipe and with --state; the report says the same of each. */
const roads = (content: Buffer): readonly [string, Promise<{ code: number | null; stdout: string; stderr: string }>][] => [
  ['file', wslog(['analyze', temporaryFile('access.log.gz', content), '--json'])],
  ['pipe', wslog(['analyze', '-', '--json'], { input: content })],
  ['state', wslog(['analyze', temporaryFile('access.log.gz', content), '--state', temporaryFolder(), '--json'])],
]

describe('what stands behind the gzip data', () => {
  it.each([
    ['zeros, with which tapes are filled up', Buffer.alloc(512), 0, ''],
    ['many zeros', Buffer.alloc(1_000_000), 0, ''],
    ['another member', gzipSync(''), 0, ''],
    ['zeros and then a text', Buffer.concat([Buffer.alloc(16), Buffer.from(HUNDRED)]), 2, 'is followed by bytes that are none; what came before was read'],
    ['zeros and then another member, as gzip itself has it', Buffer.concat([Buffer.alloc(16), zipped]), 2, 'is followed by bytes that are none; what came before was read'],
    ['many zeros and then one byte', Buffer.concat([Buffer.alloc(1_000_000), Buffer.of(1)]), 2, 'is followed by bytes that are none; what came before was read'],
    ['a single byte', Buffer.of(0x41), 2, 'ends in the middle'],
    ['half of the mark that gzip begins with', Buffer.of(0x1f), 2, 'ends in the middle'],
  ])('%s', async (_, behind, exitCode, said) => {
    for (const [road, run] of roads(Buffer.concat([zipped, behind]))) {
      const { code, stdout, stderr } = await run
      expect(code, road).toBe(exitCode)
      expect((JSON.parse(stdout) as Report).lines, road).toMatchObject({ read: 100, parsed: 100 })
      expect(stderr, road).toContain(said === '' ? '' : `the gzip data ${said}`)
      expect(stderr === '', road).toBe(exitCode === 0)
    }
  })

  it.each([
    ['a text', Buffer.from('this is no gzip\n'), 'is followed by bytes that are none'],
    ['the lines of a log that was appended as it is', Buffer.from(HUNDRED.repeat(50)), 'is followed by bytes that are none'],
    ['what begins as gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 'is damaged (Z_DATA_ERROR)'],
  ])('%s: of a file all lines before it are read', async (_, behind, said) => {
    for (const [content, lines] of [[zipped, 100], [Buffer.concat([long, zipped]), MANY + 100]] as const) {
      for (const [road, run] of roads(Buffer.concat([content, behind]))) {
        const { code, stdout, stderr } = await run
        expect(code, road).toBe(2)
        expect(stderr, road).toContain(`the gzip data ${said}; what came before was read`)
        if (road === 'pipe') expect(stderr).toContain('was read, but for up to 256 kB')
        else expect((JSON.parse(stdout) as Report).lines, road).toMatchObject({ read: lines, parsed: lines })
      }
    }
  })
})

describe('cut off and damaged', () => {
  it.each([
    ['in its last bytes', -4, MANY + 100],
    ['in its last member', -zipped.length / 2, MANY],
    ['in its first one', 10_000 - long.length - zipped.length, 100],
    ['in its head', 6 - long.length - zipped.length, 0],
  ])('cut off %s: what came before is reported, and it is said', async (_, end, atLeast) => {
    for (const [road, run] of roads(Buffer.concat([long, zipped]).subarray(0, Math.trunc(end))).slice(0, atLeast > 0 ? 3 : 2)) {
      const { code, stdout, stderr } = await run
      expect(code, road).toBe(2)
      expect(stderr, road).toMatch(/^wslog: \S+: the gzip data ends in the middle; what came before was read/)
      const { lines, errors } = JSON.parse(stdout) as Report
      expect(errors, road).toHaveLength(1)
      expect(lines.read, road).toBe(lines.parsed + lines.skipped)
      expect(lines.parsed, road).toBeGreaterThanOrEqual(atLeast)
    }
  })

  it('damaged in the middle: all is read that gzip itself gives, by file and with --state', async () => {
    const place = long.length >> 1
    const content = Buffer.from(long)
    // A stretch that no table of codes fits.
    content.fill(0xff, place, place + 64)
    const read = []
    for (const [road, run] of roads(content)) {
      const { code, stdout, stderr } = await run
      expect(code, road).toBe(2)
      expect(stderr, road).toContain('the gzip data is damaged (Z_')
      read.push((JSON.parse(stdout) as Report).lines.parsed)
    }
    const [file, pipe, state] = read as [number, number, number]
    expect(file).toBeGreaterThan(MANY * 0.4)
    expect(state).toBe(file)
    expect(file).toBeGreaterThanOrEqual(pipe)
  })

  it('noise behind the mark of gzip is no log', async () => {
    const content = Buffer.concat([Buffer.from([0x1f, 0x8b]), randomBytes(5000)])
    const { code, stderr } = await wslog(['analyze', temporaryFile('access.log.gz', content)])
    expect(code).toBe(2)
    expect(stderr).toMatch(/the gzip data (?:is damaged|ends in the middle|is followed)/)
  })
})

describe('a little gzip of very much', () => {
  /** Of WSLOG_HOSTILE_LINES_GB gigabytes by hand. */
  const gigabytes = Number(process.env['WSLOG_HOSTILE_LINES_GB'] ?? 0.1)

  it('of lines: memory stays what it is', async () => {
    const { content, lines } = repeatedGzip(wsLine(), gigabytes * 1e9)
    const { code, stdout, peakMegabytes } = await wslogWithPeak(['analyze', temporaryFile('access.log.gz', content), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ lines: { read: lines, parsed: lines } })
    expect(peakMegabytes).toBeLessThan(200)
  }, 600_000)
})
