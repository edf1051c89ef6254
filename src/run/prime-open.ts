import { ErrorLogReader } from '../error-log/reader.ts'
import { readBefore } from '../input/read-before.ts'
import type { LogFormat } from '../log-format/compile.ts'
import type { Detection } from '../log-format/detect.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { LogReader } from '../log-format/reader.ts'
import { WORDS_ONLY } from '../session/handshake-rule.ts'
import type { OpenSessions } from '../session/open-sessions.ts'
import { ProcessLog } from '../session/process-log.ts'
import type { HandshakeConsumer } from '../session/session.ts'
import { SessionReader, type SessionReaderOptions } from '../session/session-reader.ts'
import type { StampClock } from './live-clock.ts'
import { applyLosses } from './lost-sessions.ts'

/** Some two seconds of reading; sessions that began before are not known. */
const MAX_BYTES = 1 << 28
const MAX_ERROR_BYTES = 1 << 26

const NOBODY: HandshakeConsumer = { covered() {}, session() {}, failure() {}, other() {}, undecided() {}, settle() {} }

/** A log that is about to be followed from `position`, bytes. */
interface Past {
  readonly path: string
  readonly position: number
}

export interface PrimeOptions {
  readonly open: OpenSessions
  readonly access: readonly (Past & { readonly detection: Detection | undefined })[]
  readonly errors: readonly (Past & { readonly envelope: string | undefined; readonly clock: StampClock })[]
  readonly formats: readonly LogFormat[]
  readonly reading: Pick<SessionReaderOptions, 'filters' | 'isQueryKept' | 'isAnonymized'>
}

/**
 * Sessions that are open when a tail begins have their marker in what was written before: it is looked through for them,
 * and nothing else of it is counted. Only where the last lines of a log hold markers.
 */
export const primeOpen = ({ open, access, errors, formats, reading }: PrimeOptions): void => {
  if (!access.some(({ detection }) => detection?.formats.some(({ isOpenMarker }) => isOpenMarker))) return
  const sessions = new SessionReader({ ...reading, open, rule: WORDS_ONLY, consumer: NOBODY, onSkipped: () => {} })
  for (const { path, position, detection } of access) {
    const detected = detection?.formats ?? []
    const envelope = detection?.envelope === undefined ? undefined : ENVELOPES.get(detection.envelope)!()
    sessions.startLog(path)
    readBefore(path, { position, maxBytes: MAX_BYTES, reader: new LogReader({ formats: [...detected, ...formats.filter((format) => !detected.includes(format))], envelope, sink: sessions }) })
  }
  const process = new ProcessLog()
  for (const { path, position, envelope, clock } of errors) {
    const sink = { entry: (record: Parameters<ProcessLog['add']>[0]) => void process.add(record, clock.toUtc(record.stampMs)), skipped() {} }
    readBefore(path, { position, maxBytes: MAX_ERROR_BYTES, reader: new ErrorLogReader({ envelope: envelope === undefined ? undefined : ENVELOPES.get(envelope)!(), sink }) })
  }
  applyLosses(open, process.events, process)
}
