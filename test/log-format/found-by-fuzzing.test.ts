import { describe, expect, it } from 'vitest'
import { detectFormat, isDetected } from '../../src/log-format/detect.ts'
import { hasTooManyDivisions } from '../../src/log-format/divisions.ts'
import { explainLine } from '../../src/log-format/explain.ts'
import { formatOf } from '../helpers/format.ts'
import { parseLine } from '../helpers/parse.ts'
import { disagreement } from '../helpers/twins.ts'

/** Whether the parser and its slow twin, which must agree, take a line (byte for byte, latin1). */
const isTaken = (format: string, line: string): boolean => {
  expect(disagreement(formatOf(format), line)).toBeUndefined()
  return parseLine(formatOf(format), line) !== undefined
}

const TIME = '26/Feb/2026:08:17:10 +0000'

describe('lines on which the parser and its twin once parted', () => {
  it.each([
    ['a day that is none, where the time stands a second time', '$time_local $time_local', `${TIME} ${TIME.replace('26', '29')}`, false],
    ['a last try without a status', '$remote_addr us=$upstream_status uht=$upstream_header_time', '::1 us=1, uht=', false],
    ['a try of nothing at the end of the line', 'a ${upstream_status}', 'a , : ', false],
    ['a further try before the end of the list', '$upstream_addr $http_x', 'a : b c', true],
    ['a JSON key beyond ASCII', `escape=json '{"\u00E9":"$server_name"}'`, '{"\u00C3\u00A9":"1"}', true],
    ['an escaped JSON key, which nginx does not write', `escape=json '{"a":"$server_name"}'`, '{"\\u0061":"1"}', true],
    ['an unset number before a dash', `escape=none '$connection-$pid'`, '-5', true],
    ['digits behind a number', '${connection}0 $status', '120 101', true],
    ['a digit behind an unset duration', `escape=none '$host \${request_time}0'`, 'h 0', true],
  ] as const)('%s', (_, format, line, taken) => expect(isTaken(format, line)).toBe(taken))

  it('a whole number of a JSON line keeps its last digit', () => {
    expect(parseLine(formatOf(`escape=json '{"c":"$connection"}'`), '{"c":"73368442368213"}')?.number.connection).toBe(73_368_442_368_213)
  })

  it('what a JSON format says twice is what it says last: no field of it is promised that no line can have', () => {
    expect([...formatOf(`escape=json '{"a":"$time_local","a":"$host"}'`).fields]).toEqual([...formatOf(`escape=json '{"a":"$host"}'`).fields])
  })
})

describe('a line that is nothing but ends of values', () => {
  const FORMAT = `escape=none '$remote_addr|$request|$http_user_agent|$http_referer|$http_x_odd|$remote_user|$status'`

  it('is explained, and no reader stands still over it', () => {
    const line = `127.0.0.1|GET /ws${'|- -'.repeat(600)}`
    expect(isTaken(FORMAT, line)).toBe(false)
    expect(explainLine(formatOf(FORMAT), line)).toMatchObject({ expected: expect.stringContaining('$status') as string })
    expect(isDetected(detectFormat(Buffer.from(`${line}\n`, 'latin1'), [formatOf(FORMAT)]))).toBe(false)
  })

  it('is taken as before where the first division fits', () => {
    expect(isTaken(`escape=none '$remote_addr|$request|$http_a|$http_b|$http_c|$http_d'`, `127.0.0.1|GET /ws${'|- -'.repeat(600)}`)).toBe(true)
  })

  it('is left alone also where only one of several ends comes again and again', () => {
    const [ends, line] = [['\\', ' : ', '] "'], `a\\b${'0.001 : 0.002'.repeat(4616)}`]
    expect(hasTooManyDivisions(line, ends)).toBe(true)
    expect(hasTooManyDivisions(line.slice(0, 4096), ends)).toBe(false)
  })

  it('may hold as many of several equal ends as they can be told apart by', () => {
    expect(hasTooManyDivisions('a|b'.repeat(60), ['|', '|', '|', '|'])).toBe(false)
    expect(hasTooManyDivisions('a|b'.repeat(200), ['|', '|', '|', '|'])).toBe(true)
  })
})
