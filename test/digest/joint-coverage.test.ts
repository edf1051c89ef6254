import { describe, expect, it } from 'vitest'
import { jointCoverage, type ServerCovered } from '../../src/digest/joint-coverage.ts'
import { Level } from '../../src/error-log/level.ts'

const { info, error } = Level
const DAY = { fromMs: 0, toMs: 1000 }
/** A letter for each moment: what the joint coverage holds, `i`nfo, `n`otice, `e`rror or nothing. */
const said = (servers: readonly ServerCovered[], moments: readonly number[]): string => {
  const joint = jointCoverage(servers)
  return moments.map((ms) => (joint.info(ms) ? 'i' : joint.notices(ms) ? 'n' : joint.errors(ms) ? 'e' : '-')).join('')
}

describe('what the error logs of several servers prove by silence', () => {
  it.each<[string, readonly ServerCovered[], string]>([
    ['one server', [{ ...DAY, stretches: [{ fromMs: 200, toMs: 800, finest: info }] }], '--iiiii-'],
    ['servers of one level are as one', [{ ...DAY, stretches: [{ fromMs: 200, toMs: 400, finest: info }] }, { ...DAY, stretches: [{ fromMs: 350, toMs: 900, finest: info }] }], '--iiiii-'],
    ['one has no error log', [{ ...DAY, stretches: [{ fromMs: 0, toMs: 1000, finest: info }] }, { ...DAY, stretches: [] }], '--------'],
    ['one has no error log, and came later and left', [{ ...DAY, stretches: [{ fromMs: 0, toMs: 1000, finest: info }] }, { fromMs: 300, toMs: 550, stretches: [] }], 'iii---ii'],
    ['one is coarser', [{ ...DAY, stretches: [{ fromMs: 0, toMs: 1000, finest: info }] }, { fromMs: 300, toMs: 5000, stretches: [{ fromMs: 0, toMs: 5000, finest: error }] }], 'iiieeeee'],
    ['a coarser one, and one without', [{ ...DAY, stretches: [{ fromMs: 0, toMs: 1000, finest: info }] }, { fromMs: 100, toMs: 700, stretches: [{ fromMs: 500, toMs: 600, finest: error }] }, { fromMs: 650, toMs: 900, stretches: [] }], 'ieeeee-i'],
    ['one wrote no access line then', [{ ...DAY, stretches: [{ fromMs: 0, toMs: 1000, finest: info }] }, { fromMs: 5000, toMs: 6000, stretches: [] }], 'iiiiiiii'],
    ['none', [{ ...DAY, stretches: [] }, { ...DAY, stretches: [] }], '--------'],
  ])('%s', (_, servers, expected) => {
    expect(said(servers, [0, 150, 250, 350, 450, 550, 700, 950])).toBe(expected)
    expect(said(servers.toReversed(), [0, 150, 250, 350, 450, 550, 700, 950])).toBe(expected)
  })

  it('goes to the millisecond', () => {
    const servers = [{ ...DAY, stretches: [{ fromMs: 0, toMs: 1000, finest: info }] }, { fromMs: 300, toMs: 550, stretches: [] }]
    expect(said(servers, [299, 300, 550, 551, 1000, 1001])).toBe('i--ii-')
  })
})
