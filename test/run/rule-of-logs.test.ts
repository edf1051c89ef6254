import { describe, expect, it } from 'vitest'
import { detectFormat, isDetected } from '../../src/log-format/detect.ts'
import { ruleOfSamples } from '../../src/run/rule-of-logs.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { type HandshakeRule, WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import { formatOf } from '../helpers/format.ts'

const MAIN = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
const line = (path: string, status: number, rest = ''): string => `192.0.2.1 - - [20/Nov/2026:08:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 4${rest}\n`

/** The rule that the beginning of one log calls for. */
const ruleOf = (text: string, format = MAIN): HandshakeRule => {
  const sample = Buffer.from(text)
  const detection = detectFormat(sample, [formatOf(format)])
  if (!isDetected(detection)) throw new Error('the lines are not in the format')
  return ruleOfSamples([{ path: 'site.log', sample, detection }], { filters: NO_FILTERS, isQueryKept: false, isAnonymized: false })
}

describe('the rule that samples call for', () => {
  it('names the folder under which there were 101s and hardly anything else', () => {
    expect(ruleOf([line('/live/1', 101), line('/live/2?token=x', 101), ...Array.from({ length: 9 }, (_, page) => line(`/page/${page}`, 200))].join(''))).toEqual({ ownLogs: new Set(), isNamed: false, prefixes: new Set(['/live/']) })
  })

  it('names a log that holds mostly 101s', () => {
    expect(ruleOf(line('/a', 101) + line('/b', 101) + line('/c', 200)).ownLogs).toEqual(new Set(['site.log']))
  })

  it('is none where $http_upgrade says it of each line', () => {
    const lines = line('/live/1', 101, ' websocket') + line('/live/2', 101, ' websocket') + line('/page', 200, ' -')
    expect(ruleOf(lines, `${MAIN} $http_upgrade`)).toEqual(WORDS_ONLY)
    // The same lines, but for that field.
    expect(ruleOf(lines, `${MAIN} $http_accept`)).not.toEqual(WORDS_ONLY)
  })
})
