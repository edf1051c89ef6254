import { describe, expect, it } from 'vitest'
import type { LogFormat } from '../../src/log-format/compile.ts'
import { type Detection, detectFormat, isDetected, type NoFormat } from '../../src/log-format/detect.ts'
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

describe('when no format fits', () => {
  it('names the nearest one, and the place where it breaks', () => {
    expect(detect(['#', WS.replace('rt=19.868 urt', 'rt=1e308 urt')])).toEqual({
      sampled: 2,
      nearest: expect.objectContaining({ format: 'ws', lineNumber: 2, column: WS.indexOf('rt=') + 4, expected: expect.stringContaining('seconds such as 0.157'), found: '"1"' }),
    })
  })

  it('looks into the envelope for it', () => {
    expect(detect([`2026-11-21T01:55:44Z stdout F ${WS.replace(' 101 ', ' 1o1 ')}`], [knownFormat('ws')])).toMatchObject({
      nearest: { format: 'ws', lineNumber: 1, column: WS.indexOf(' 101 ') + 2, expected: '$status (three digits)' },
    })
  })

  it.each([['nothing', []], ['empty lines', ['', '', '']]])('has nothing to name for %s', (_, lines) => {
    expect(detect(lines)).toEqual({ nearest: undefined, sampled: 0 })
  })
})
