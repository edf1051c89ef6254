import { describe, expect, it } from 'vitest'
import { measuresOfReport, parseFailCondition } from '../../src/commands/fail-on.ts'
import type { Finding, Report } from '../../src/report/report.ts'

interface Measured {
  readonly successRate?: number | null
  readonly max?: number | null
  readonly faults?: number
  readonly handshakes?: number
  readonly severities?: readonly Finding['severity'][]
}

const reportWith = ({ successRate = 1, max = 0, faults = 0, handshakes = 1, severities = [] }: Measured): Report =>
  ({ handshakes: { successRate, attempts: handshakes }, drops: { faults, perMinute: { max } }, findings: severities.map((severity) => ({ severity })) }) as unknown as Report

const holds = (text: string, measured: Measured): boolean => parseFailCondition(text).holds(measuresOfReport(reportWith(measured)))

describe('--fail-on', () => {
  it.each([
    ['handshakes<1', { handshakes: 0 }, true],
    ['handshakes<1', { handshakes: 1 }, false],
    ['success-rate<0.99', { successRate: 0.98 }, true],
    ['success-rate<0.99', { successRate: 0.99 }, false],
    ['success-rate<=0.99', { successRate: 0.99 }, true],
    ['success-rate<99%', { successRate: 0.98 }, true],
    ['success-rate<99.5%', { successRate: 0.996 }, false],
    ['success-rate=1', { successRate: 1 }, true],
    ['success-rate>0.5', { successRate: 0.5 }, false],
    ['drops-per-minute>500', { max: 501 }, true],
    ['drops-per-minute>500', { max: 500 }, false],
    ['drops-per-minute>=5e2', { max: 500 }, true],
    ['faults>0', { faults: 1 }, true],
    ['faults>0', { faults: 0 }, false],
    ['faults=0', { faults: 0 }, true],
    [' faults > 0 ', { faults: 1 }, true],
    ['finding>=warning', { severities: ['info', 'warning'] }, true],
    ['finding>=warning', { severities: ['critical'] }, true],
    ['finding>=warning', { severities: ['info'] }, false],
    ['finding>=warning', {}, false],
    ['finding>warning', { severities: ['warning'] }, false],
    ['finding=info', { severities: ['info'] }, true],
  ] as const)('%s on %j: %s', (text, measured, expected) => {
    expect(holds(text, measured)).toBe(expected)
  })

  it.each([
    ['success-rate<1', { successRate: null }],
    ['success-rate>=0', { successRate: null }],
    ['drops-per-minute<1', { max: null }],
  ])('%s does not hold where the logs do not tell', (text, measured) => {
    expect(holds(text, measured)).toBe(false)
  })

  it('keeps its text for the message', () => {
    expect(parseFailCondition('faults>0').text).toBe('faults>0')
  })

  it.each([
    '', 'faults', 'faults>', '>0', 'faults>many', 'faults>%', 'faults>1%%', 'faults>Infinity', 'faults==0', 'faults=>0', 'faults<>0', 'faults > 0 1',
    'success-rate<', 'success_rate<1', 'Faults>0', 'finding>=bad', 'finding>=1', 'finding', 'toString>0', 'constructor>0', '__proto__>0',
  ])('%j is no condition, and the message shows some', (text) => {
    expect(() => parseFailCondition(text)).toThrow(expect.objectContaining({
      code: 'usage',
      message: `--fail-on ${JSON.stringify(text)}: not a condition; write success-rate<0.99, drops-per-minute>500, faults>0, handshakes<1 or finding>=warning`,
    }))
  })
})

it.each([['success-rate<99', 'success-rate<99% or success-rate<0.99'], ['success-rate<=99.9', 'success-rate<=99.9% or success-rate<=0.999']])('%s would always hold: it is refused, with what was meant', (text, meant) => {
  expect(() => parseFailCondition(text)).toThrow(meant)
})
