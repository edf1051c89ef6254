import { WslogError } from '../errors.ts'
import type { Snapshot } from '../live/snapshot.ts'
import type { Finding, Report } from '../report/report.ts'

/** What conditions are held against; null: the logs do not tell, and then no condition on it holds. */
export interface Measures {
  readonly successRate: number | null
  /** Of the worst minute. */
  readonly dropsPerMinute: number | null
  readonly faults: number
  /** Attempts: none at all says that a log has gone silent. */
  readonly handshakes: number
  readonly findings: readonly Pick<Finding, 'severity'>[]
}

/** Of a whole report. */
export const measuresOfReport = ({ handshakes, drops, findings }: Report): Measures => ({ successRate: handshakes.successRate, dropsPerMinute: drops.perMinute.max, faults: drops.faults, handshakes: handshakes.attempts, findings })

/** A tail is judged by its last five minutes. */
const RECENT_S = 300

/** Of a tail: over the last five minutes, and the findings that are true. */
export const measuresOfSnapshot = ({ windows, minutes, findings }: Snapshot): Measures => {
  const recent = windows.find(({ seconds }) => seconds === RECENT_S)
  return {
    successRate: recent?.handshakes.successRate ?? null,
    dropsPerMinute: Math.max(0, ...minutes.slice(-RECENT_S / 60).map(({ drops }) => drops)),
    faults: recent?.drops.faults ?? 0,
    handshakes: recent?.handshakes.attempts ?? 0,
    findings: findings.map(({ finding }) => finding),
  }
}

/** A condition of `--fail-on`, such as `success-rate<0.99`. */
export interface FailCondition {
  readonly text: string
  readonly holds: (measures: Measures) => boolean
}

/** What a condition can measure, by the name that it is typed by. */
const METRICS: Readonly<Record<string, (measures: Measures) => number | null>> = {
  'success-rate': ({ successRate }) => successRate,
  'drops-per-minute': ({ dropsPerMinute }) => dropsPerMinute,
  faults: ({ faults }) => faults,
  handshakes: ({ handshakes }) => handshakes,
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
    throw new WslogError('usage', `--fail-on ${JSON.stringify(text)}: not a condition; write success-rate<0.99, drops-per-minute>500, faults>0, handshakes<1 or finding>=warning`)
  }
  if (metric === 'success-rate' && limit > 1) throw new WslogError('usage', `--fail-on ${JSON.stringify(text)}: a rate is at most 1; write success-rate${operator}${value}% or success-rate${operator}${limit / 100}`)
  return {
    text,
    holds: (measures) => {
      const measured = measure(measures)
      return measured !== null && compare(measured, limit)
    },
  }
}

const isSeverity = (text: string): text is Finding['severity'] => (SEVERITIES as readonly string[]).includes(text)
