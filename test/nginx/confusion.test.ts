import { describe, expect, it } from 'vitest'
import { confusionOf, confusionTable, isRight, LEVELS } from './confusion.ts'
import type { Cause } from './farm-options.ts'

const truthOf = (causes: readonly Cause[]): Map<string, Cause> => new Map(causes.map((cause, index) => [`id${index}`, cause]))

describe('isRight', () => {
  it('takes the truth at every level', () => {
    for (const level of LEVELS) {
      for (const cause of ['closed', 'idle-timeout', 'dns', 'refused'] as const) expect(isRight(cause, cause, level)).toBe(true)
    }
  })

  it.each([
    ['idle-timeout', [false, false, true, true]],
    ['client-reset', [false, false, true, true]],
    ['client-stalled', [false, false, true, true]],
    ['client-lost', [false, false, true, true]],
    ['upstream-reset', [false, false, false, true]],
    ['upstream-lost', [false, false, false, true]],
    ['upstream-restart', [false, false, false, false]],
    ['worker-shutdown', [false, false, false, false]],
    ['edge-idle-timeout', [false, false, false, false]],
    ['upstream-idle-timeout', [false, false, false, false]],
    ['lifetime-limit', [false, false, false, false]],
    ['refused', [false, false, false, false]],
  ] as const)('%s may be called closed only where its line is not to be seen', (cause, expected) => {
    expect(LEVELS.map((level) => isRight(cause, 'closed', level))).toEqual(expected)
  })

  it('lets an access log alone say a timeout for a timeout, and nothing for what a 502 does not tell', () => {
    expect(isRight('connect-timeout', 'handshake-timeout', 'ws')).toBe(true)
    expect(isRight('connect-timeout', 'handshake-timeout', 'ws+warn')).toBe(false)
    expect(isRight('upstream-closed', 'other', 'ws')).toBe(true)
    expect(isRight('upstream-closed', 'refused', 'ws')).toBe(false)
    expect(isRight('dns', 'server-error', 'ws')).toBe(false)
    expect(isRight('server-error', 'refused', 'ws')).toBe(false)
    expect(isRight('dns', '(nothing)', 'ws')).toBe(false)
  })

  it('is never lenient towards a fault that was made up', () => {
    for (const level of LEVELS) expect(isRight('closed', 'idle-timeout', level)).toBe(false)
  })
})

describe('confusionOf', () => {
  it('counts the cells, the share that is right, and the precision of faults without leniency', () => {
    const truth = truthOf(['closed', 'closed', 'idle-timeout', 'idle-timeout', 'client-reset', 'refused', 'lifetime-limit'])
    const said = ['closed', 'client-reset', 'idle-timeout', 'closed', 'client-reset', 'refused', 'lifetime-limit'].map((cause, index) => ({ id: `id${index}`, cause }))
    const found = confusionOf(truth, said, 'ws+warn')
    expect(found).toMatchObject({ total: 7, right: 6, saidFaults: 3, trueFaults: 2, strangers: 0, twice: 0, wrong: ['id1: closed, called client-reset'] })
    expect(found.exactShare).toBeCloseTo(6 / 7)
    expect(found.faultPrecision).toBeCloseTo(2 / 3)
    expect(found.cells.get('idle-timeout')).toEqual(new Map([['idle-timeout', 1], ['closed', 1]]))
    expect(confusionOf(truth, said, 'ws+info').right).toBe(5)
  })

  it('counts what was never said as wrong, and names strangers and records of one id', () => {
    const found = confusionOf(truthOf(['closed', 'refused']), [{ id: 'id0', cause: 'closed' }, { id: 'id0', cause: 'idle-timeout' }, { id: 'x', cause: 'closed' }], 'ws')
    expect(found).toMatchObject({ right: 1, strangers: 1, twice: 1, saidFaults: 0, faultPrecision: 1 })
    expect(found.cells.get('refused')).toEqual(new Map([['(nothing)', 1]]))
  })

  it('does not take a failed handshake for a fault of a session', () => {
    expect(confusionOf(truthOf(['refused']), [{ id: 'id0', cause: 'server-error' }], 'ws')).toMatchObject({ saidFaults: 0, right: 0 })
  })
})

describe('confusionTable', () => {
  it('shows the cells that are not empty, and marks the wrong and the lenient', () => {
    const truth = truthOf(['closed', 'idle-timeout', 'idle-timeout', 'dns'])
    const said = ['closed', 'closed', 'edge-idle-timeout', 'dns'].map((cause, index) => ({ id: `id${index}`, cause }))
    expect(confusionTable(confusionOf(truth, said, 'ws'), 'ws').split('\n')).toEqual([
      'ws: 75.00 % exact (3 of 4), fault precision 0.00 % (0 of 1)',
      '  closed                 closed 1',
      '  idle-timeout           ~closed 1  !edge-idle-timeout 1',
      '  dns                    dns 1',
      '    id2: idle-timeout, called edge-idle-timeout',
    ])
  })
})
