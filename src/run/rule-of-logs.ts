import { CensusTaker } from '../aggregate/census-taker.ts'
import type { PathCensus } from '../aggregate/path-census.ts'
import { LF } from '../log-format/chars.ts'
import type { Detection } from '../log-format/detect.ts'
import { ENVELOPES } from '../log-format/envelope/registry.ts'
import { Field } from '../log-format/fields.ts'
import { LogReader } from '../log-format/reader.ts'
import { type HandshakeRule, isOwnLog, logFamily, WORDS_ONLY } from '../session/handshake-rule.ts'
import { SessionReader, type SessionReaderOptions } from '../session/session-reader.ts'

/** The lines of a log whose format has no `$http_upgrade`, and those of them with status 101. */
export interface UndecidedLines {
  readonly path: string
  readonly lines: number
  readonly switched: number
}

/** What is a log of its own is decided log by log, rotated files together; paths that had a 101 count in all. */
export const ruleOfLogs = (counts: readonly UndecidedLines[], { census }: { readonly census: PathCensus }): HandshakeRule => {
  const families = new Map<string, { lines: number; switched: number }>()
  for (const { path, lines, switched } of counts) {
    const family = families.get(logFamily(path)) ?? { lines: 0, switched: 0 }
    families.set(logFamily(path), { lines: family.lines + lines, switched: family.switched + switched })
  }
  const ownLogs = [...families].filter(([, family]) => isOwnLog(family)).map(([name]) => name)
  return { ownLogs: new Set(ownLogs), isNamed: false, prefixes: census.prefixes() }
}

/** The rule that some lines of each log call for. */
export const ruleOfSamples = (
  samples: readonly { readonly path: string; readonly sample: Buffer; readonly detection: Detection | undefined }[],
  { filters, isQueryKept, isAnonymized }: Pick<SessionReaderOptions, 'filters' | 'isQueryKept' | 'isAnonymized'>,
): HandshakeRule => {
  const taker = new CensusTaker()
  const sessions = new SessionReader({ filters, isQueryKept, isAnonymized, open: undefined, rule: WORDS_ONLY, consumer: taker, onSkipped: () => {} })
  const counts = samples.map(({ path, sample, detection }) => {
    const envelope = detection?.envelope === undefined ? undefined : ENVELOPES.get(detection.envelope)!()
    sessions.startLog(path)
    if (detection !== undefined && isUndecided(detection) && sample.at(-1) === LF) new LogReader({ formats: detection.formats, envelope, sink: sessions }).readBlock(sample, 0, sample.length)
    return { path, ...sessions.undecided }
  })
  sessions.settle()
  return ruleOfLogs(counts, taker)
}

/** Whether lines of the log are left to a rule: `$http_upgrade` says it of each, and then there is nothing to read for. */
const isUndecided = ({ formats }: Detection): boolean => formats.some(({ fields, isOpenMarker }) => !isOpenMarker && !fields.has(Field.upgrade))
