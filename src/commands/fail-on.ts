import { WslogError } from '../errors.ts'
import type { Finding, Report } from '../report/report.ts'

/** A condition of `--fail-on`, such as `success-rate<0.99`. */
export interface FailCondition {
  readonly text: string
  readonly holds: (report: Report) => boolean
}

/** What a condition can measure; null when the logs do not tell, and then no condition on it holds. */
const METRICS: Readonly<Record<string, (report: Report) => number | null>> = {
  'success-rate': ({ handshakes }) => handshakes.successRate,
  'drops-per-minute': ({ drops }) => drops.perMinute.max,
  faults: ({ drops }) => drops.faults,
}

const SEVERITIES: readonly Finding['severity'][] = ['info', 'warning', 'critical']

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
}

/** `drops-per-minute` is the worst minute of the window. @throws WslogError `usage` */
export const parseFailCondition = (text: string): FailCondition => {
  const [, metric = '', operator = '', value = ''] = /^\s*([a-z-]+)\s*(<=|>=|<|>|=)\s*(\S+)\s*$/.exec(text) ?? []
  const compare = COMPARE[operator]
  if (metric === 'finding' && compare !== undefined && isSeverity(value)) {
    const limit = SEVERITIES.indexOf(value)
    return { text, holds: ({ findings }) => findings.some(({ severity }) => compare(SEVERITIES.indexOf(severity), limit)) }
  }
  const measure = Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined
  const limit = value.endsWith('%') ? Number(value.slice(0, -1)) / 100 : Number(value)
  if (measure === undefined || compare === undefined || value === '' || value === '%' || !Number.isFinite(limit)) {
    throw new WslogError('usage', `--fail-on ${JSON.stringify(text)}: not a condition; write success-rate<0.99, drops-per-minute>500, faults>0 or finding>=warning`)
  }
  return {
    text,
    holds: (report) => {
      const measured = measure(report)
      return measured !== null && compare(measured, limit)
    },
  }
}

const isSeverity = (text: string): text is Finding['severity'] => (SEVERITIES as readonly string[]).includes(text)
