import type { ErrorDigest } from '../digest/error-digest.ts'
import { joinErrorLogs } from '../digest/logs-read.ts'
import type { ErrorRecord } from '../error-log/record.ts'
import type { ReadTally } from '../log-format/read-tally.ts'
import type { ErrorListener } from '../run/read-errors.ts'
import { tellsOfEnding } from '../session/error-index.ts'
import { logFamily } from '../session/handshake-rule.ts'
import { hourOf, type Hours } from './hours.ts'
import { LineMeter } from './line-meter.ts'

/** Leads what error logs hold to the hours of their entries. */
export class ErrorHours implements ErrorListener {
  readonly #hours: Hours
  readonly #nowMs: number
  #path = ''
  #envelope: string | undefined
  #meter: LineMeter | undefined
  #hour: number | undefined

  constructor(hours: Hours, nowMs: number) {
    this.#hours = hours
    this.#nowMs = nowMs
  }

  startLog({ path, envelope }: { readonly path: string; readonly envelope: string | undefined }, tally: () => ReadTally): void {
    this.#path = logFamily(path)
    this.#envelope = envelope
    this.#meter = new LineMeter(tally)
    this.#hour = undefined
  }

  entry(record: ErrorRecord, atMs: number): void {
    const hour = hourOf(atMs)
    if (hour !== this.#hour) {
      if (this.#hour !== undefined) this.#count(this.#hour)
      this.#hour = hour
    }
    this.#meter!.see(atMs)
    const errors = this.#at(hour)
    errors.tally.add(record)
    errors.rewrites.add(record)
    errors.process.add(record, atMs)
    if (tellsOfEnding(record)) errors.joined = { ...errors.joined, endings: errors.joined.endings + 1 }
  }

  endLog(): void {
    this.#count(this.#hour ?? this.#hours.fallback(this.#nowMs))
  }

  #count(hour: number): void {
    const tally = this.#meter!.take()
    if (tally === undefined) return
    const errors = this.#at(hour)
    errors.level = errors.tally.levelHeld
    errors.logs = joinErrorLogs([...errors.logs, { path: this.#path, envelope: this.#envelope, tally, fromMs: tally.fromMs, toMs: tally.toMs }])
  }

  #at(hour: number): ErrorDigest {
    return this.#hours.at(hour).errors!
  }
}
