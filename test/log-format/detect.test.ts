import { describe, expect, it } from 'vitest'
import type { LogFormat } from '../../src/log-format/compile.ts'
import { type Detection, detectFormat, isDetected, type NoFormat, offsetsIn, type OffsetSpan } from '../../src/log-format/detect.ts'
import { formatOf, knownFormat } from '../helpers/format.ts'
import { formatFiles } from '../helpers/real-lines.ts'

const KNOWN = formatFiles.map(({ format }) => format)
const WS = '203.0.113.5 - h [21/Nov/2026:02:55:44 +0100] "GET /ws HTTP/1.1" 101 4 rt=19.868 urt=19.868 ua="a" up="127.0.0.1:37249"'
const COMBINED = '203.0.113.5 - - [21/Nov/2026:01:55:44 +0000] "GET /ws HTTP/1.1" 101 4 "-" "agent"'

const detect = (lines: readonly string[], formats: readonly LogFormat[] = KNOWN): Detection | NoFormat => detectFormat(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'), formats)
const summary = (detection: Detection | NoFormat): unknown =>
  isDetected(detection) ? { formats: detection.formats.map(({ name }) => name), envelope: detection.envelope, fitted: detection.fitted, sampled: detection.sampled } : detection

describe('detectFormat', () => {
  it.each([
    ['one line', [WS], { formats: ['ws'], envelope: undefined, fitted: 1, sampled: 1 }],
    ['CRLF and empty lines', [`${WS}\r`, '', `${WS}\r`], { formats: ['ws'], envelope: undefined, fitted: 2, sampled: 2 }],
    ['garbage before', ['#', '\0\u00FF', WS], { formats: ['ws'], envelope: undefined, fitted: 1, sampled: 3 }],
    ['two formats, most lines first', [WS, COMBINED, COMBINED], { formats: ['combined', 'ws'], envelope: undefined, fitted: 2, sampled: 3 }],
    ['two formats, most lines first, the other way round', [COMBINED, WS, WS], { formats: ['ws', 'combined'], envelope: undefined, fitted: 2, sampled: 3 }],
    ['bare lines, and a few in a wrapper', [WS, WS, JSON.stringify({ log: `${WS}\n`, stream: 'stdout', time: '2026-11-21T01:55:44Z' }), '#', '#'], { formats: ['ws'], envelope: undefined, fitted: 2, sampled: 5 }],
    ['as many bare lines as in a wrapper', [WS, JSON.stringify({ log: `${WS}\n`, stream: 'stdout', time: '2026-11-21T01:55:44Z' }), '#'], { formats: ['ws'], envelope: undefined, fitted: 1, sampled: 3 }],
    ['more lines in a wrapper than bare ones', [WS, ...[WS, WS].map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-21T01:55:44Z' }))], { formats: ['ws'], envelope: 'docker', fitted: 2, sampled: 3 }],
    ['docker', [WS, WS].map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-21T01:55:44Z' })), { formats: ['ws'], envelope: 'docker', fitted: 2, sampled: 2 }],
    ['CRI', [`2026-11-21T01:55:44Z stderr F [notice] x`, `2026-11-21T01:55:44Z stdout F ${WS}`], { formats: ['ws'], envelope: 'cri', fitted: 1, sampled: 2 }],
    ['syslog', [`<190>Nov 21 01:55:44 vm nginx: ${WS}`], { formats: ['ws'], envelope: 'syslog', fitted: 1, sampled: 1 }],
    ['RFC 5424', [`<190>1 2026-11-21T01:55:44Z vm nginx 1 - - ${COMBINED}`], { formats: ['combined'], envelope: 'syslog', fitted: 1, sampled: 1 }],
  ])('sees %s', (_, lines, expected) => {
    expect(summary(detect(lines))).toEqual(expected)
  })

  it('takes the format that says more where two fit alike', () => {
    const [less, more] = [formatOf('$remote_addr $http_x'), formatOf('$remote_addr [$time_local] $http_x')]
    const both = detect(['::1 [21/Nov/2026:01:55:44 +0000] x'], [formatOf('$http_x [$time_local] $http_y'), more])
    expect(isDetected(both) && both.formats).toHaveLength(2)
    expect(isDetected(detect(['::1 x'], [less]))).toBe(false)
  })

  it('puts it first, in whatever order they are given', () => {
    const [less, more] = [formatOf('$http_x [$time_local] $http_y'), formatOf('$remote_addr [$time_local] $request_method $http_y')]
    for (const formats of [[less, more], [more, less]]) {
      const both = detect(['::1 [21/Nov/2026:01:55:44 +0000] GET x'], formats)
      expect(isDetected(both) && both.formats.map((format) => (format === more ? 'more' : 'less'))).toEqual(['more', 'less'])
    }
  })

  it('tells the first time and the zone that the log shows', () => {
    expect(detect([WS])).toMatchObject({ firstTimeMs: Date.UTC(2026, 10, 21, 1, 55, 44), offsetMinutes: 60 })
  })

  it('takes the time of the envelope for a format that has none', () => {
    const bare = formatOf('$remote_addr "$request" $status')
    expect(isDetected(detect(['::1 "GET / HTTP/1.1" 101'], [bare]))).toBe(false)
    expect(detect(['2026-11-21T01:55:44Z stdout F ::1 "GET / HTTP/1.1" 101'], [bare])).toMatchObject({ envelope: 'cri', firstTimeMs: Date.UTC(2026, 10, 21, 1, 55, 44) })
  })

  it('is settled for each file anew', () => {
    expect([[WS], [COMBINED]].map((lines) => summary(detect(lines)))).toMatchObject([{ formats: ['ws'] }, { formats: ['combined'] }])
  })
})

describe('offsetsIn', () => {
  const offsetsOf = (lines: readonly string[]): OffsetSpan[] => {
    const detection = detect(lines)
    if (!isDetected(detection)) throw new Error('no format')
    return offsetsIn(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'), detection)
  }
  const at = (clock: string): string => WS.replace('21/Nov/2026:02:55:44 +0100', clock)
  const utc = (day: number, hour: number, minute: number): number => Date.UTC(2026, 9, day, hour, minute)

  it('is one span in most logs, from the first to the last line whatever their order', () => {
    expect(offsetsOf([at('25/Oct/2026:12:30:00 +0100'), at('25/Oct/2026:12:00:00 +0100'), at('25/Oct/2026:13:00:00 +0100')])).toEqual([{ offsetMinutes: 60, fromMs: utc(25, 11, 0), toMs: utc(25, 12, 0) }])
  })

  it('is two where summer time ended, in the order of their first lines', () => {
    expect(offsetsOf([at('25/Oct/2026:02:10:00 +0200'), at('25/Oct/2026:02:50:00 +0200'), at('25/Oct/2026:02:05:00 +0100'), at('25/Oct/2026:04:00:00 +0100')])).toEqual([
      { offsetMinutes: 120, fromMs: utc(25, 0, 10), toMs: utc(25, 0, 50) },
      { offsetMinutes: 60, fromMs: utc(25, 1, 5), toMs: utc(25, 3, 0) },
    ])
  })

  it.each([['-0330', -210], ['+0545', 345], ['+0000', 0], ['+1400', 840]])('reads %s', (zone, offsetMinutes) => {
    expect(offsetsOf([at(`25/Oct/2026:12:00:00 ${zone}`)])).toMatchObject([{ offsetMinutes }])
  })

  it('looks into the wrapper, and past lines of others', () => {
    expect(offsetsOf(['2026-11-21T01:55:44Z stderr F [notice] x', `2026-11-21T01:55:44Z stdout F ${WS}`])).toEqual([{ offsetMinutes: 60, fromMs: Date.UTC(2026, 10, 21, 1, 55, 44), toMs: Date.UTC(2026, 10, 21, 1, 55, 44) }])
  })

  it('is none where the clock shows none, and in an empty sample', () => {
    const detection = detect(['1795176000.250 101'], [formatOf('$msec $status')])
    expect(isDetected(detection) && offsetsIn(Buffer.from('1795176000.250 101\n'), detection)).toEqual([])
    const known = detect([WS])
    expect(isDetected(known) && offsetsIn(Buffer.alloc(0), known)).toEqual([])
  })

  it('takes the finest clock for the time, another one for the zone', () => {
    const format = formatOf('$msec [$time_local] $status')
    const line = '1795176000.250 [20/Nov/2026:14:00:00 +0200] 101'
    const detection = detect([line], [format])
    expect(isDetected(detection) && offsetsIn(Buffer.from(`${line}\n`), detection)).toEqual([{ offsetMinutes: 120, fromMs: 1_795_176_000_250, toMs: 1_795_176_000_250 }])
  })
})

describe('when no format fits', () => {
  it('names the nearest one, and the place where it breaks', () => {
    expect(detect(['#', WS.replace('rt=19.868 urt', 'rt=1e308 urt')])).toEqual({
      sampled: 2,
      isOverlong: false,
      nearest: expect.objectContaining({ format: 'ws', lineNumber: 2, column: WS.indexOf('rt=') + 4, expected: expect.stringContaining('seconds such as 0.157'), found: '"1"' }),
    })
  })

  it('looks into the envelope for it', () => {
    expect(detect([`2026-11-21T01:55:44Z stdout F ${WS.replace(' 101 ', ' 1o1 ')}`], [knownFormat('ws')])).toMatchObject({
      nearest: { format: 'ws', lineNumber: 1, column: WS.indexOf(' 101 ') + 2, expected: '$status (three digits)' },
    })
  })

  it.each([['nothing', []], ['empty lines', ['', '', '']]])('has nothing to name for %s', (_, lines) => {
    expect(detect(lines)).toEqual({ nearest: undefined, sampled: 0, isOverlong: false })
  })

  it('knows empty lines, however many, from lines that are too long', () => {
    expect(detect(Array.from({ length: (1 << 20) + 1 }, () => ''))).toMatchObject({ sampled: 0, isOverlong: false })
  })

  it('tries none on a line that is longer than any that is read', () => {
    expect(detect(['x'.repeat((1 << 20) + 1)])).toEqual({ nearest: undefined, sampled: 0, isOverlong: true })
    expect(detect(['x'.repeat(1 << 20)])).toMatchObject({ sampled: 1, isOverlong: false })
  })
})
