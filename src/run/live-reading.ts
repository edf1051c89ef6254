import { Field } from '../log-format/fields.ts'
import type { RecordSink } from '../log-format/reader.ts'
import type { AccessRecord } from '../log-format/record.ts'
import type { LiveSessions } from '../live/live-sessions.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import { SessionReader, type SessionReaderOptions } from '../session/session-reader.ts'
import type { FollowedAccess } from './followed-access.ts'
import { type LineExample, MAX_EXAMPLES_PER_FILE } from '../digest/logs-read.ts'
import { exampleOf } from './line-example.ts'
import { LiveRule } from './live-rule.ts'
import { ruleOfSamples } from './rule-of-logs.ts'

export interface LiveReadingOptions extends Pick<SessionReaderOptions, 'filters' | 'isQueryKept' | 'isAnonymized' | 'open' | 'errors'> {
  readonly live: LiveSessions
  /** Every record, before it is read as a session. */
  readonly onRecord: (record: AccessRecord) => void
}

/** Lines of a log that were looked at and not counted. */
export interface Sample {
  readonly log: FollowedAccess
  readonly sample: Buffer
}

/** Records of followed logs to sessions, by a rule that is learnt as lines come. */
export class LiveReading {
  readonly #options: LiveReadingOptions
  readonly #rule: LiveRule
  readonly #examples = new Map<string, LineExample[]>()
  #sessions: SessionReader
  /** The log whose lines the sessions are being read from. */
  #current: FollowedAccess | undefined

  constructor(options: LiveReadingOptions) {
    this.#options = options
    this.#rule = new LiveRule({ isNamed: options.filters.paths.length > 0 })
    this.#sessions = this.#newSessions()
  }

  get rule(): HandshakeRule {
    return this.#rule.rule
  }

  /** The first lines of each log that fit no format. */
  get examples(): readonly LineExample[] {
    return [...this.#examples.values()].flat()
  }

  /** The sink of the records of a log, of which a block is about to be read. */
  sinkOf(log: FollowedAccess): RecordSink {
    if (log !== this.#current) {
      this.#countUndecided()
      this.#current = log
      this.#sessions.startLog(log.path)
    }
    return this.#sink
  }

  /** What lines show of the rule before they are counted. */
  learnFrom(samples: readonly Sample[]): void {
    const rule = ruleOfSamples(samples.map(({ log: { path, detection }, sample }) => ({ path, sample, detection })), this.#options)
    if (this.#rule.learn(rule)) this.#renewSessions()
  }

  /** Which lines are handshakes, where the format does not say it, shows better the more of them have come. */
  learn(): void {
    this.#countUndecided()
    if (!this.#rule.isDue) return
    this.settle()
    if (this.#rule.relearn(this.#options.live.run)) this.#renewSessions()
  }

  /** All that has been read is counted. */
  settle(): void {
    this.#sessions.settle()
  }

  readonly #sink: RecordSink = {
    record: (record) => {
      this.#options.onRecord(record)
      if (!record.isOpenMarker) return this.#sessions.record(record)
      const { open, live } = this.#options
      const begun = open?.begun ?? 0
      const isKept = this.#sessions.record(record)
      if ((open?.begun ?? 0) > begun) live.recent.begun(timeOf(record))
      return isKept
    },
    skipped: (line) => this.#sessions.skipped(line),
  }

  #newSessions(): SessionReader {
    const { live, ...options } = this.#options
    this.#current = undefined
    return new SessionReader({
      ...options,
      rule: this.rule,
      consumer: live,
      onSkipped: (line) => {
        const { path, detection } = this.#current!
        const known = this.#examples.get(path) ?? []
        if (known.length >= MAX_EXAMPLES_PER_FILE) return
        this.#examples.set(path, [...known, exampleOf(path, detection?.formats[0], line)])
      },
    })
  }

  #countUndecided(): void {
    if (this.#current === undefined) return
    this.#rule.count(this.#current.path, this.#sessions.undecided)
    this.#sessions.startLog(this.#current.path)
  }

  /** Lines from now on are read by the new rule. */
  #renewSessions(): void {
    this.settle()
    this.#sessions = this.#newSessions()
  }
}

const timeOf = ({ number }: AccessRecord): number => number[Field.time]!
