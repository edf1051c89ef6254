import { ErrorTally, type ErrorTallyJson, type LevelHeld } from '../error-log/error-tally.ts'
import { Coverage, type Covered } from '../session/coverage.ts'
import type { JoinCounts } from '../session/error-index.ts'
import { ProcessLog, type ProcessLogJson } from '../session/process-log.ts'
import { Rewrites, type RewritesJson } from '../session/rewrites.ts'
import { type ErrorLogRead, errorLogFromJson, errorLogToJson, joinErrorLogs } from './logs-read.ts'

/** Of the stamps, which carry none: what it is, and who says so. */
export interface ErrorLogZone {
  readonly zone: string
  readonly from: 'access-log' | 'option' | 'system'
}

/** State in JSON. */
export interface ErrorDigestJson {
  readonly tally: ErrorTallyJson
  readonly level: LevelHeld
  readonly rewrites: RewritesJson
  readonly process: ProcessLogJson
  readonly coverage: readonly Covered[]
  readonly joined: JoinCounts
  readonly zone: ErrorLogZone
  readonly logs: readonly ReturnType<typeof errorLogToJson>[]
}

export type ErrorDigestParts = Omit<ErrorDigest, 'merge' | 'toJSON'>

/** The coarsest first. */
const HELD: readonly LevelHeld[] = ['none', 'error', 'warn', 'notice', 'info']

/** Everything that a report says about error logs: a monoid, as {@link Digest} is. */
export class ErrorDigest {
  readonly tally: ErrorTally
  /** The finest level of all entries. */
  level: LevelHeld
  readonly rewrites: Rewrites
  readonly process: ProcessLog
  /** When a line that is not there proves something. */
  coverage: Coverage
  /** How well the error lines found their handshakes. */
  joined: JoinCounts
  zone: ErrorLogZone
  logs: readonly ErrorLogRead[]

  constructor(parts: ErrorDigestParts) {
    this.tally = parts.tally
    this.level = parts.level
    this.rewrites = parts.rewrites
    this.process = parts.process
    this.coverage = parts.coverage
    this.joined = parts.joined
    this.zone = parts.zone
    this.logs = parts.logs
  }

  static empty(zone: ErrorLogZone): ErrorDigest {
    return new ErrorDigest({ tally: new ErrorTally(), level: 'none', rewrites: new Rewrites(), process: new ProcessLog(), coverage: new Coverage(), joined: { endings: 0, joined: 0, ambiguous: 0 }, zone, logs: [] })
  }

  merge(other: ErrorDigest): void {
    this.tally.merge(other.tally)
    if (HELD.indexOf(other.level) > HELD.indexOf(this.level)) this.level = other.level
    this.rewrites.merge(other.rewrites)
    this.process.merge(other.process)
    for (const { finest, ...span } of other.coverage.stretches) this.coverage.add(span, finest)
    this.joined = { endings: this.joined.endings + other.joined.endings, joined: this.joined.joined + other.joined.joined, ambiguous: this.joined.ambiguous + other.joined.ambiguous }
    this.zone = { ...this.zone, zone: [...new Set([this.zone, other.zone].flatMap(({ zone }) => zone.split(' and ')))].join(' and ') }
    this.logs = joinErrorLogs([...this.logs, ...other.logs])
  }

  toJSON(): ErrorDigestJson {
    return {
      tally: this.tally.toJSON(), level: this.level, rewrites: this.rewrites.toJSON(), process: this.process.toJSON(),
      coverage: this.coverage.stretches, joined: this.joined, zone: this.zone, logs: this.logs.map(errorLogToJson),
    }
  }

  static fromJSON(json: ErrorDigestJson): ErrorDigest {
    const coverage = new Coverage()
    for (const { finest, ...span } of json.coverage) coverage.add(span, finest)
    return new ErrorDigest({
      tally: ErrorTally.fromJSON(json.tally), level: json.level, rewrites: Rewrites.fromJSON(json.rewrites), process: ProcessLog.fromJSON(json.process),
      coverage, joined: json.joined, zone: json.zone, logs: json.logs.map(errorLogFromJson),
    })
  }
}
